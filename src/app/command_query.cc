// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <vector>

#include <fmt/core.h>

#include "app/commands.h"
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

// Prints all series; the first statement error, if any, fails the command.
int print_results(const json::Value& answer) {
  int exit_code = kOk;
  const json::Value* results = answer.find("results");
  if (!results || !results->as_array()) return kOk;
  for (const json::Value& result : *results->as_array()) {
    if (const std::string* error = result.find_string("error")) exit_code = print_error(*error);
    const json::Value* series = result.find("series");
    if (!series || !series->as_array()) continue;
    for (const json::Value& one : *series->as_array()) print_table(one);
  }
  return exit_code;
}

Result<http::Answer> ask(const QueryOptions& options) {
  EFD_ASSIGN(auto client, http::Client::open(options.targets.influx_url));
  http::Headers headers{
      {"Content-Type", "application/x-www-form-urlencoded"},
      {"Accept", options.format == "csv" ? "application/csv" : "application/json"}};
  std::string body = fmt::format("db={}&q={}", http::percent_encode(options.database),
                                 http::percent_encode(options.text));
  return client.post("/query", body, headers);
}

// The text of {"error":"..."}, or the whole body.
std::string error_text(const std::string& body) {
  auto parsed = json::parse(body);
  if (parsed)
    if (const std::string* error = parsed->find_string("error")) return *error;
  return body;
}

}  // namespace

int run_query(const QueryOptions& options) {
  auto answer = ask(options);
  if (!answer) return print_error(answer.error().message);
  if (!answer->is_ok()) return print_error(error_text(answer->body));
  if (options.format == "csv") {
    std::fputs(answer->body.c_str(), stdout);
    return kOk;
  }
  auto parsed = json::parse(answer->body, {.bytes_max = 1u << 30, .values_max = 200'000'000});
  if (!parsed) return print_error(parsed.error().message);
  if (options.format == "table") return print_results(*parsed);
  std::fputs(answer->body.c_str(), stdout);
  bool failed = answer->body.find("\"error\":") != std::string::npos;
  return failed ? kFailed : kOk;
}

}  // namespace efd::app
