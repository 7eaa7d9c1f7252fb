// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <vector>

#include <fmt/core.h>

#include "app/commands.h"
#include "app/csv.h"
#include "app/print_error.h"
#include "http/client.h"
#include "http/uri.h"
#include "json/value.h"

namespace efd::app {
namespace {

// Widest column of a table; longer values are cut, and say so.
constexpr size_t kCellWidthMax = 60;

std::string cell(const json::Value& value) {
  if (value.is_null()) return "";
  if (const std::string* text = value.as_string()) return *text;
  return json::dump(value);
}

std::string cut(std::string text) {
  if (text.size() > kCellWidthMax) text = text.substr(0, kCellWidthMax - 3) + "...";
  return text;
}

using Row = std::vector<std::string>;

void print_table(const json::Value& series) {
  std::vector<Row> rows(1);
  if (const json::Value* columns = series.find("columns"); columns && columns->as_array())
    for (const json::Value& column : *columns->as_array()) rows[0].push_back(cut(cell(column)));
  if (const json::Value* values = series.find("values"); values && values->as_array()) {
    for (const json::Value& value : *values->as_array()) {
      Row row;
      if (value.as_array())
        for (const json::Value& item : *value.as_array()) row.push_back(cut(cell(item)));
      rows.push_back(std::move(row));
    }
  }
  std::vector<size_t> widths(rows[0].size());
  for (const Row& row : rows)
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  if (const std::string* name = series.find_string("name")) fmt::print("name: {}\n", *name);
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i)
      line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  }
  fmt::print("\n");
}

template <class Take>
void for_each_result(const json::Value& answer, const Take& take) {
  const json::Value* results = answer.find("results");
  if (!results || !results->as_array()) return;
  for (const json::Value& result : *results->as_array()) take(result);
}

template <class Take>
void for_each_series(const json::Value& result, const Take& take) {
  const json::Value* series = result.find("series");
  if (!series || !series->as_array()) return;
  for (const json::Value& one : *series->as_array()) take(one);
}

void print_tables(const json::Value& answer) {
  for_each_result(answer, [](const json::Value& result) { for_each_series(result, print_table); });
}

// The errors of statements, and of the answer as a whole.
std::vector<std::string> errors_of(const json::Value& answer) {
  std::vector<std::string> errors;
  for_each_result(answer, [&](const json::Value& result) {
    if (const std::string* error = result.find_string("error")) errors.push_back(*error);
  });
  if (const std::string* error = answer.find_string("error")) errors.push_back(*error);
  return errors;
}

// What the statements left out, for the eyes beside the table.
void print_messages(const json::Value& answer) {
  for_each_result(answer, [](const json::Value& result) {
    const json::Value* messages = result.find("messages");
    if (!messages || !messages->as_array()) return;
    for (const json::Value& message : *messages->as_array()) {
      const std::string* level = message.find_string("level");
      const std::string* text = message.find_string("text");
      if (level && text) print_error(*level + ": " + *text);
    }
  });
}

// CSV is made here: InfluxDB's own leaves the errors of statements out.
void print_csv(const json::Value& answer) {
  std::string text;
  for_each_result(answer, [&](const json::Value& result) { append_csv(result, text); });
  std::fwrite(text.data(), 1, text.size(), stdout);
}

Result<http::Answer> ask(const QueryOptions& options) {
  EFD_ASSIGN(auto client, http::Client::open(options.targets.influx_url));
  http::Headers headers{{"Content-Type", "application/x-www-form-urlencoded"},
                        {"Accept", "application/json"}};
  std::string body =
      fmt::format("db={}&q={}{}", http::percent_encode(options.database),
                  http::percent_encode(options.text), options.format == "csv" ? "&epoch=ns" : "");
  return client.post("/query", body, headers);
}

// The text of {"error":"..."}; what else answers is no InfluxDB.
std::string error_text(const std::string& url, const http::Answer& answer) {
  if (auto parsed = json::parse(answer.body))
    if (const std::string* error = parsed->find_string("error")) return *error;
  return fmt::format("{}: HTTP {}: does it speak InfluxDB's HTTP interface?", url, answer.status);
}

}  // namespace

int run_query(const QueryOptions& options) {
  auto answer = ask(options);
  if (!answer) return print_error(answer.error().message);
  if (!answer->is_ok()) return print_error(error_text(options.targets.influx_url, *answer));
  auto parsed = json::parse(answer->body, {.bytes_max = 1u << 30, .values_max = 200'000'000});
  if (!parsed) return print_error(parsed.error().message);
  const std::vector<std::string> errors = errors_of(*parsed);
  if (options.format == "json") {
    std::fputs(answer->body.c_str(), stdout);
    return errors.empty() ? kOk : kFailed;
  }
  options.format == "csv" ? print_csv(*parsed) : print_tables(*parsed);
  std::fflush(stdout);
  print_messages(*parsed);
  for (const std::string& error : errors) print_error(error);
  return errors.empty() ? kOk : kFailed;
}

}  // namespace efd::app
