// SPDX-License-Identifier: MIT
// InfluxDB's CSV: name, tags, then the columns. It has no place for the error of a statement: one
// about what was asked is not shown, as InfluxDB does it; one that cuts an answer fails the writer.
#include <charconv>

#include "query/answer/answer_parts.h"
#include "query/answer/csv_text.h"

namespace efd::query {
namespace {

using rows::FieldType;
using store::ColumnChunk;

void append_integer(int64_t value, std::string& out) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_value(const ColumnChunk& column, size_t row, std::string& out) {
  if (column.is_null(row)) return;
  switch (column.type) {
    case FieldType::float_:
      if (column.is_integer(row)) return append_integer(column.integers[row], out);
      return append_csv_float(column.floats[row], out);
    case FieldType::integer:
      return append_integer(column.integers[row], out);
    case FieldType::boolean:
      out += column.booleans[row] ? "true" : "false";
      return;
    default:
      append_csv_text(column.strings[row], out);
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
    append_csv_text(header.name, prefix_);
    prefix_ += ',';
    std::string tags;
    for (const auto& [key, value] : header.tags) {
      if (!tags.empty()) tags += ',';
      tags.append(key).append("=").append(value);
    }
    append_csv_text(tags, prefix_);
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
  Result<> error(const Error& error) override {
    const bool is_about_question =
        error.code == ErrorCode::bad_input || error.code == ErrorCode::not_found;
    if (!is_about_question) return fail(error);
    return {};
  }
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
      append_csv_text(column, out);
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
  append_csv_text(message, text);
  return text + "\n";
}

}  // namespace efd::query
