// SPDX-License-Identifier: MIT
// InfluxDB's JSON: the keys in the order of its Go structures, empty members left out.
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "base/time.h"
#include "json/number.h"
#include "json/text.h"
#include "json/writer.h"
#include "query/answer/answer_parts.h"

namespace efd::query {
namespace {

using rows::FieldType;
using store::ColumnChunk;

constexpr int kPrettyIndent = 4;

void append_integer(int64_t value, std::string& out) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

// Times as RFC 3339. Neighbours mostly lie in the same second, whose text is kept.
class TimeText {
 public:
  void append(int64_t time_ns, std::string& out) {
    if (time_ns < kLowestNs) return append_rfc3339(UtcTime::from_ns(time_ns), out);
    const uint64_t behind = static_cast<uint64_t>(time_ns) - static_cast<uint64_t>(second_ns_);
    if (behind >= static_cast<uint64_t>(kNsPerSecond)) take_second(time_ns);
    out.append(second_);
    if (time_ns != second_ns_) append_fraction(static_cast<uint32_t>(time_ns - second_ns_), out);
    out += 'Z';
  }

 private:
  void take_second(int64_t time_ns) {
    const int64_t rest = time_ns % kNsPerSecond;
    second_ns_ = time_ns - (rest < 0 ? rest + kNsPerSecond : rest);
    second_ = format_rfc3339(UtcTime::from_ns(second_ns_));
    second_.pop_back();  // the Z
  }

  // Without trailing zeros.
  static void append_fraction(uint32_t ns, std::string& out) {
    char text[10] = {'.'};
    size_t size = 10;
    for (size_t i = 9; i > 0; --i, ns /= 10) text[i] = static_cast<char>('0' + ns % 10);
    while (text[size - 1] == '0') --size;
    out.append(text, size);
  }

  static constexpr int64_t kLowestNs = INT64_MIN + kNsPerSecond;  // the second begins in range
  int64_t second_ns_ = 0;
  std::string second_ = "1970-01-01T00:00:00";
};

// Writes values of rows, not asking json::Writer for each: this is where the time goes.
class RowText {
 public:
  explicit RowText(Epoch epoch) : as_text_(epoch == Epoch::none), unit_ns_(unit_ns(epoch)) {}

  void append_time(int64_t time_ns, std::string& out) {
    if (!as_text_) return append_integer(time_ns / unit_ns_, out);
    out += '"';
    time_text_.append(time_ns, out);
    out += '"';
  }

  static void append_value(const ColumnChunk& column, size_t row, std::string& out) {
    if (column.is_null(row)) {
      out.append("null", 4);
      return;
    }
    switch (column.type) {
      case FieldType::float_:
        if (column.is_integer(row)) return append_integer(column.integers[row], out);
        return append_float(column.floats[row], out);
      case FieldType::integer:
        return append_integer(column.integers[row], out);
      case FieldType::boolean:
        out.append(column.booleans[row] ? "true" : "false");
        return;
      default:
        json::append_quoted(column.strings[row], json::Escaping::go, out);
    }
  }

  // "[time,value,...]" on one line.
  void append_row(const RowBatch& batch, size_t row, std::string& out) {
    char before = '[';
    if (!batch.times_ns.empty()) {
      out += before;
      append_time(batch.times_ns[row], out);
      before = ',';
    }
    for (const ColumnChunk& column : batch.columns) {
      out += before;
      append_value(column, row, out);
      before = ',';
    }
    out += ']';
  }

 private:
  static void append_float(double value, std::string& out) {
    if (std::isfinite(value)) return json::append_go_double(value, out);
    out.append("null", 4);
  }

  bool as_text_;
  int64_t unit_ns_;
  TimeText time_text_;
};

class JsonAnswer : public AnswerWriter {
 public:
  JsonAnswer(const AnswerOptions& options, Output output)
      : options_(options),
        pieces_(std::move(output)),
        writer_(pieces_.text(),
                options.pretty ? json::Style::go(kPrettyIndent) : json::Style::go()),
        row_text_(options.epoch) {}

  Result<> begin_statement(int id) override {
    id_ = id;
    return {};
  }

  Result<> begin_series(const SeriesHeader& header) override {
    if (options_.chunked && result_open_) EFD_TRY(end_result(true));
    header_ = header;
    open_series();
    return {};
  }

  Result<> rows(const RowBatch& batch) override {
    for (size_t row = 0; row < batch.rows; ++row) {
      if (options_.chunked && chunk_rows_ >= options_.chunk_rows) EFD_TRY(next_chunk());
      const size_t before = pieces_.text().size();
      write_row(batch, row);
      if (chunk_rows_ > 0 && is_chunk_too_long()) {
        pieces_.text().resize(before);
        EFD_TRY(next_chunk());
        write_row(batch, row);
      }
      ++chunk_rows_;
      EFD_TRY(pieces_.flush_if_full());
    }
    return {};
  }

  Result<> end_series() override {
    close_series(false);
    return pieces_.flush_if_full();
  }

  Result<> message(std::string_view level, std::string_view text) override {
    messages_.emplace_back(level, text);
    return {};
  }

  Result<> error(const Error& error) override {
    error_ = error.message;
    return {};
  }

  Result<> end_statement() override {
    open_result();
    return end_result(false);
  }

  Result<> finish() override {
    if (document_open_) {
      close_document();
    } else if (!any_) {
      pieces_.text() += options_.chunked ? "" : "{}\n";
    }
    return pieces_.flush();
  }

 private:
  void open_document() {
    if (document_open_) return;
    document_begin_ = pieces_.size();
    writer_.begin_object();
    writer_.key("results");
    writer_.begin_array();
    document_open_ = any_ = true;
  }

  void close_document() {
    writer_.end_array();
    writer_.end_object();
    pieces_.text() += '\n';
    document_open_ = false;
  }

  void open_result() {
    if (result_open_) return;
    open_document();
    writer_.begin_object();
    writer_.member("statement_id", id_);
    result_open_ = true;
  }

  void open_series() {
    open_result();
    if (!list_open_) {
      writer_.key("series");
      writer_.begin_array();
      list_open_ = true;
    }
    writer_.begin_object();
    write_header();
    series_open_ = true;
    chunk_rows_ = 0;
  }

  void write_header() {
    if (!header_.name.empty()) writer_.member("name", header_.name);
    if (!header_.tags.empty()) {
      writer_.key("tags");
      writer_.begin_object();
      for (const auto& [key, value] : header_.tags) writer_.member(key, value);
      writer_.end_object();
    }
    writer_.key("columns");
    writer_.begin_array();
    for (const std::string& column : header_.columns) writer_.value(column);
    writer_.end_array();
  }

  void write_row(const RowBatch& batch, size_t row) {
    if (!values_open_) {
      writer_.key("values");
      writer_.begin_array();
      values_open_ = true;
    }
    if (options_.pretty) return write_pretty_row(batch, row);
    writer_.raw({});  // sets the comma
    row_text_.append_row(batch, row, pieces_.text());
  }

  void write_pretty_row(const RowBatch& batch, size_t row) {
    std::string text;
    writer_.begin_array();
    if (!batch.times_ns.empty()) {
      row_text_.append_time(batch.times_ns[row], text);
      writer_.raw(text);
    }
    for (const ColumnChunk& column : batch.columns) {
      text.clear();
      RowText::append_value(column, row, text);
      writer_.raw(text);
    }
    writer_.end_array();
  }

  bool is_chunk_too_long() const {
    if (!options_.chunked) return false;
    return pieces_.size() - document_begin_ + kChunkEndBytesMax > options_.chunk_bytes_max;
  }

  // The series goes on in a document of its own.
  Result<> next_chunk() {
    close_series(true);
    EFD_TRY(end_result(true));
    open_series();
    return {};
  }

  void close_series(bool partial) {
    if (!series_open_) return;
    if (values_open_) writer_.end_array();
    if (partial) writer_.member("partial", true);
    writer_.end_object();
    values_open_ = series_open_ = false;
  }

  Result<> end_result(bool partial) {
    close_series(false);
    if (list_open_) writer_.end_array();
    list_open_ = false;
    if (!partial) write_messages();
    if (partial) writer_.member("partial", true);
    if (!partial && error_) writer_.member("error", *error_);
    if (!partial) error_.reset();
    writer_.end_object();
    result_open_ = false;
    if (options_.chunked) close_document();
    return options_.chunked ? pieces_.flush() : pieces_.flush_if_full();
  }

  void write_messages() {
    if (messages_.empty()) return;
    writer_.key("messages");
    writer_.begin_array();
    for (const auto& [level, text] : messages_) {
      writer_.begin_object();
      writer_.member("level", level);
      writer_.member("text", text);
      writer_.end_object();
    }
    writer_.end_array();
    messages_.clear();
  }

  const AnswerOptions options_;
  Pieces pieces_;
  json::Writer writer_;
  RowText row_text_;
  int id_ = 0;
  SeriesHeader header_;
  int64_t chunk_rows_ = 0;
  uint64_t document_begin_ = 0;  // in all text
  std::vector<std::pair<std::string, std::string>> messages_;
  std::optional<std::string> error_;
  bool any_ = false;
  // What of {"results":[{"series":[{"values":[ is open.
  bool document_open_ = false, result_open_ = false, list_open_ = false;
  bool series_open_ = false, values_open_ = false;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_json_writer(const AnswerOptions& options, Output output) {
  return std::make_unique<JsonAnswer>(options, std::move(output));
}

}  // namespace efd::query
