// SPDX-License-Identifier: MIT
// InfluxDB's CSV: name, tags, then the columns; errors of statements are not shown.
#include <charconv>
#include <cmath>

#include "query/answer_parts.h"

namespace efd::query {
namespace {

using rows::FieldType;
using store::ColumnChunk;

// Quoted as Go's encoding/csv does it.
void append_field(std::string_view text, std::string& out) {
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos || text == "\\." ||
                      text.starts_with(' ') || text.starts_with('\t');
  if (!quoted) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_integer(int64_t value, std::string& out) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

// Always decimal, never with an exponent.
void append_float(double value, std::string& out) {
  constexpr size_t kLongest = 1100;  // the smallest denormal has 1,074 places
  char text[kLongest];
  if (!std::isfinite(value)) return;
  out.append(text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr);
}

void append_value(const ColumnChunk& column, size_t row, std::string& out) {
  if (column.is_null(row)) return;
  switch (column.type) {
    case FieldType::float_:
      return append_float(column.floats[row], out);
    case FieldType::integer:
      return append_integer(column.integers[row], out);
    case FieldType::boolean:
      out += column.booleans[row] ? "true" : "false";
      return;
    default:
      append_field(column.strings[row], out);
  }
}

class CsvAnswer : public AnswerWriter {
 public:
  CsvAnswer(const AnswerOptions& options, Output output)
      : unit_ns_(unit_ns(options.epoch)), pieces_(std::move(output)) {}

  Result<> begin_statement(int) override {
    columns_.clear();
    return {};
  }

  Result<> begin_series(const SeriesHeader& header) override {
    if (header.columns != columns_) write_columns(header.columns);
    prefix_.clear();
    append_field(header.name, prefix_);
    prefix_ += ',';
    std::string tags;
    for (const auto& [key, value] : header.tags) {
      tags += (tags.empty() ? "" : ",") + key + "=" + value;
    }
    append_field(tags, prefix_);
    return {};
  }

  Result<> rows(const RowBatch& batch) override {
    std::string& out = pieces_.text();
    for (size_t row = 0; row < batch.rows; ++row) {
      out += prefix_;
      if (!batch.times_ns.empty()) {
        out += ',';
        append_integer(batch.times_ns[row] / unit_ns_, out);
      }
      for (const ColumnChunk& column : batch.columns) {
        out += ',';
        append_value(column, row, out);
      }
      out += '\n';
      EFD_TRY(pieces_.flush_if_full());
    }
    return {};
  }

  Result<> end_series() override { return {}; }
  Result<> message(std::string_view, std::string_view) override { return {}; }
  Result<> error(const Error&) override { return {}; }
  Result<> end_statement() override { return {}; }
  Result<> finish() override { return pieces_.flush(); }

 private:
  // The heading of a statement, or of a series with other columns; behind a blank line if it is not
  // the first.
  void write_columns(const std::vector<std::string>& columns) {
    std::string& out = pieces_.text();
    if (any_) out += '\n';
    any_ = true;
    columns_ = columns;
    out += "name,tags";
    for (const std::string& column : columns) {
      out += ',';
      append_field(column, out);
    }
    out += '\n';
  }

  int64_t unit_ns_;
  Pieces pieces_;
  std::vector<std::string> columns_;  // of the latest heading in this statement
  std::string prefix_;                // "name,tags" of the present series
  bool any_ = false;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_csv_writer(const AnswerOptions& options, Output output) {
  return std::make_unique<CsvAnswer>(options, std::move(output));
}

std::string csv_error(std::string_view message) {
  std::string text = "error\n";
  append_field(message, text);
  return text + "\n";
}

}  // namespace efd::query
