// SPDX-License-Identifier: MIT
// InfluxDB's MessagePack: the maps of its JSON; times are extension 5 (8 bytes seconds, 4 bytes
// nanoseconds, big-endian). A failed result is {error} alone.
#include <bit>
#include <cmath>
#include <optional>

#include "base/time.h"
#include "query/answer/answer_parts.h"

namespace efd::query {
namespace {

using rows::FieldType;
using store::ColumnChunk;

void append_big_endian(uint64_t value, int bytes, std::string& out) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift);
  }
}

void append_tagged(uint8_t tag, uint64_t value, int bytes, std::string& out) {
  out += static_cast<char>(tag);
  append_big_endian(value, bytes, out);
}

void append_integer(int64_t value, std::string& out) {
  const auto bits = static_cast<uint64_t>(value);
  if (value >= -32 && value <= 127) {
    out += static_cast<char>(value);
  } else if (value >= INT8_MIN && value < 0) {
    append_tagged(0xd0, bits, 1, out);
  } else if (value >= INT16_MIN && value <= INT16_MAX) {
    append_tagged(0xd1, bits, 2, out);
  } else if (value >= INT32_MIN && value <= INT32_MAX) {
    append_tagged(0xd2, bits, 4, out);
  } else {
    append_tagged(0xd3, bits, 8, out);
  }
}

void append_array(size_t size, std::string& out) {
  if (size <= 15) {
    out += static_cast<char>(0x90 | size);
  } else if (size <= UINT16_MAX) {
    append_tagged(0xdc, size, 2, out);
  } else {
    append_tagged(0xdd, size, 4, out);
  }
}

void append_map(size_t size, std::string& out) {
  if (size <= 15) {
    out += static_cast<char>(0x80 | size);
  } else if (size <= UINT16_MAX) {
    append_tagged(0xde, size, 2, out);
  } else {
    append_tagged(0xdf, size, 4, out);
  }
}

void append_string(std::string_view text, std::string& out) {
  if (text.size() <= 31) {
    out += static_cast<char>(0xa0 | text.size());
  } else if (text.size() <= UINT8_MAX) {
    append_tagged(0xd9, text.size(), 1, out);
  } else if (text.size() <= UINT16_MAX) {
    append_tagged(0xda, text.size(), 2, out);
  } else {
    append_tagged(0xdb, text.size(), 4, out);
  }
  out += text;
}

void append_boolean(bool value, std::string& out) {
  out += static_cast<char>(value ? 0xc3 : 0xc2);
}

void append_nil(std::string& out) {
  out += static_cast<char>(0xc0);
}

void append_time(int64_t time_ns, std::string& out) {
  constexpr char kExtension8 = static_cast<char>(0xc7);
  int64_t seconds = time_ns / kNsPerSecond;
  int64_t rest = time_ns % kNsPerSecond;
  if (rest < 0) --seconds, rest += kNsPerSecond;
  out += kExtension8;
  out += char{12};
  out += char{5};
  append_big_endian(static_cast<uint64_t>(seconds), 8, out);
  append_big_endian(static_cast<uint64_t>(rest), 4, out);
}

void append_value(const ColumnChunk& column, size_t row, std::string& out) {
  if (column.is_null(row)) return append_nil(out);
  switch (column.type) {
    case FieldType::float_:
      if (column.is_integer(row)) return append_integer(column.integers[row], out);
      if (!std::isfinite(column.floats[row])) return append_nil(out);
      return append_tagged(0xcb, std::bit_cast<uint64_t>(column.floats[row]), 8, out);
    case FieldType::integer:
      return append_integer(column.integers[row], out);
    case FieldType::boolean:
      return append_boolean(column.booleans[row] != 0, out);
    default:
      append_string(column.strings[row], out);
  }
}

// A list that is written before its length is known.
struct List {
  std::string items;
  size_t size = 0;

  void append_to(std::string& out) const {
    append_array(size, out);
    out += items;
  }
  void clear() {
    items.clear();
    size = 0;
  }
};

class MsgpackAnswer : public AnswerWriter {
 public:
  MsgpackAnswer(const AnswerOptions& options, Output output)
      : options_(options), pieces_(std::move(output)) {}

  Result<> begin_statement(int id) override {
    id_ = id;
    error_.reset();
    series_.clear();
    messages_.clear();
    return {};
  }

  Result<> begin_series(const SeriesHeader& header) override {
    if (options_.chunked && series_.size > 0) EFD_TRY(end_result(true));
    header_ = header;
    header_bytes_ = header.name.size();
    for (const std::string& column : header.columns) header_bytes_ += column.size() + 5;
    values_.clear();
    return {};
  }

  Result<> rows(const RowBatch& batch) override {
    for (size_t row = 0; row < batch.rows; ++row) {
      if (options_.chunked && values_.size >= static_cast<size_t>(options_.chunk_rows)) {
        add_series(true);
        EFD_TRY(end_result(true));
      }
      const size_t before = values_.items.size();
      append_row(batch, row);
      if (values_.size > 1 && is_chunk_too_long()) {
        values_.items.resize(before);
        --values_.size;
        add_series(true);
        EFD_TRY(end_result(true));
        append_row(batch, row);
      }
      EFD_TRY(check_size());
    }
    return {};
  }

  Result<> end_series() override {
    add_series(false);
    return {};
  }

  Result<> message(std::string_view level, std::string_view text) override {
    append_map(2, messages_.items);
    append_string("level", messages_.items);
    append_string(level, messages_.items);
    append_string("text", messages_.items);
    append_string(text, messages_.items);
    ++messages_.size;
    return {};
  }

  Result<> error(const Error& error) override {
    error_ = error.message;
    return {};
  }

  Result<> end_statement() override { return end_result(false); }

  Result<> finish() override {
    if (!options_.chunked) write_document();
    return pieces_.flush();
  }

 private:
  void append_row(const RowBatch& batch, size_t row) {
    std::string& out = values_.items;
    append_array(header_.columns.size(), out);
    if (!batch.times_ns.empty()) {
      const int64_t time_ns = batch.times_ns[row];
      if (options_.epoch == Epoch::none) {
        append_time(time_ns, out);
      } else {
        append_integer(time_ns / unit_ns(options_.epoch), out);
      }
    }
    for (const ColumnChunk& column : batch.columns) append_value(column, row, out);
    ++values_.size;
  }

  bool is_chunk_too_long() const {
    if (!options_.chunked) return false;
    const size_t bytes = header_bytes_ + values_.items.size() + kChunkEndBytesMax;
    return bytes > options_.chunk_bytes_max;
  }

  Result<> check_size() const {
    const size_t bytes = values_.items.size() + series_.items.size() + results_.items.size();
    if (bytes <= options_.msgpack_bytes_max) return {};
    return fail(ErrorCode::overload,
                "the answer is larger than {} bytes of MessagePack: ask for chunked=true or JSON",
                options_.msgpack_bytes_max);
  }

  void add_series(bool partial) {
    std::string& out = series_.items;
    const bool named = !header_.name.empty(), tagged = !header_.tags.empty();
    append_map(size_t{1} + named + tagged + (values_.size > 0) + partial, out);
    if (named) {
      append_string("name", out);
      append_string(header_.name, out);
    }
    if (tagged) append_tags(out);
    append_string("columns", out);
    append_array(header_.columns.size(), out);
    for (const std::string& column : header_.columns) append_string(column, out);
    if (values_.size > 0) {
      append_string("values", out);
      values_.append_to(out);
    }
    if (partial) append_partial(out);
    values_.clear();
    ++series_.size;
  }

  void append_tags(std::string& out) const {
    append_string("tags", out);
    append_map(header_.tags.size(), out);
    for (const auto& [key, value] : header_.tags) {
      append_string(key, out);
      append_string(value, out);
    }
  }

  static void append_partial(std::string& out) {
    append_string("partial", out);
    append_boolean(true, out);
  }

  Result<> end_result(bool partial) {
    std::string& out = results_.items;
    ++results_.size;
    if (error_ && !partial) {
      append_map(1, out);
      append_string("error", out);
      append_string(*error_, out);
    } else {
      append_result(partial, out);
    }
    series_.clear();
    if (!options_.chunked) return {};
    write_document();
    return pieces_.flush();
  }

  // Unlike its JSON, InfluxDB's MessagePack has the list of series even when there is none.
  void append_result(bool partial, std::string& out) const {
    const bool has_messages = messages_.size > 0 && !partial;
    append_map(size_t{2} + has_messages + partial, out);
    append_string("statement_id", out);
    append_integer(id_, out);
    if (has_messages) {
      append_string("messages", out);
      messages_.append_to(out);
    }
    append_string("series", out);
    series_.append_to(out);
    if (partial) append_partial(out);
  }

  void write_document() {
    std::string& out = pieces_.text();
    append_map(results_.size > 0, out);
    if (results_.size > 0) {
      append_string("results", out);
      results_.append_to(out);
    }
    results_.clear();
  }

  const AnswerOptions options_;
  Pieces pieces_;
  int id_ = 0;
  SeriesHeader header_;
  size_t header_bytes_ = 0;
  List values_, series_, messages_, results_;
  std::optional<std::string> error_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_msgpack_writer(const AnswerOptions& options, Output output) {
  return std::make_unique<MsgpackAnswer>(options, std::move(output));
}

std::string msgpack_error(std::string_view message) {
  std::string text;
  append_map(1, text);
  append_string("error", text);
  append_string(message, text);
  return text;
}

}  // namespace efd::query
