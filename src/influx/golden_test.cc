// SPDX-License-Identifier: MIT
// The golden rows of InfluxDB's own query language tests: canonical texts, privileges, errors,
// durations, quotes, conditions, reductions and column names.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <simdjson.h>
#include <zlib.h>

#include "influx/condition.h"
#include "influx/duration.h"
#include "influx/parser.h"
#include "influx/quote.h"

namespace efd::influx {
namespace {

using simdjson::dom::element;

std::filesystem::path golden_path() {
  const char* shared = std::getenv("EFD_SHARED");
  const std::filesystem::path root =
      shared ? shared : std::filesystem::path(EFD_SOURCE_DIR) / "../shared";
  return root / "data/influx/influxql.jsonl.gz";
}

std::string read_gz(const std::filesystem::path& path) {
  std::string out;
  gzFile file = gzopen(path.c_str(), "rb");
  char buffer[65536];
  for (int n = 0; (n = gzread(file, buffer, sizeof buffer)) > 0;) {
    out.append(buffer, static_cast<size_t>(n));
  }
  gzclose(file);
  return out;
}

std::string text_of(element row, const char* key) {
  std::string_view text;
  return row[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

bool has(element row, const char* key) {
  return row[key].error() == simdjson::SUCCESS;
}

UtcTime time_of(const std::string& text) {
  return *to_utc(parse_time(text)->time);
}

ParamScalar scalar_of(element value) {
  if (value.is_bool()) return bool(value);
  if (value.is_int64()) return int64_t(value);
  if (value.is_double()) return double(value);
  if (value.is_string()) return std::string(std::string_view(value));
  return std::monostate();
}

ParamValue param_of(element value) {
  if (!value.is_object()) return scalar_of(value);
  ParamObject object;
  for (const auto& [key, member] : value.get_object()) object[std::string(key)] = scalar_of(member);
  return object;
}

Params params_of(element row) {
  Params params;
  if (!has(row, "params")) return params;
  for (const auto& [name, value] : row["params"].get_object()) {
    params[std::string(name)] = param_of(value);
  }
  return params;
}

std::string error_of(element row) {
  return "error: " + text_of(row, "error");
}

// What the row expects, and what we answer; one text each, so that a failure shows both.
struct Outcome {
  std::string expected;
  std::string actual;
};

std::string privileges_text(const Statement& statement) {
  std::string out;
  for (const RequiredPrivilege& p : required_privileges(statement)) {
    out += fmt::format("; admin={} db={} priv={}", p.admin, p.database, to_string(p.privilege));
  }
  return out;
}

Outcome statement_outcome(element row) {
  ParseOptions options;
  options.params = params_of(row);
  const Result<Statement> parsed = parse_statement(text_of(row, "in"), options);
  Outcome outcome;
  outcome.actual =
      parsed ? to_string(*parsed) + privileges_text(*parsed) : "error: " + parsed.error().message;
  if (has(row, "error")) {
    outcome.expected = error_of(row);
    return outcome;
  }
  outcome.expected = text_of(row, "out");
  for (const std::string_view privilege : row["privileges"].get_array()) {
    outcome.expected += "; " + std::string(privilege);
  }
  return outcome;
}

Outcome expr_outcome(element row) {
  const Result<ExprPtr> parsed = parse_expr(text_of(row, "in"));
  return {has(row, "error") ? error_of(row) : text_of(row, "out"),
          parsed ? to_string(*parsed) : "error: " + parsed.error().message};
}

Outcome duration_outcome(element row) {
  const Result<int64_t> parsed = parse_duration(text_of(row, "in"));
  return {has(row, "error") ? error_of(row) : std::to_string(int64_t(row["out"])),
          parsed ? std::to_string(*parsed) : "error: " + parsed.error().message};
}

Outcome format_duration_outcome(element row) {
  return {text_of(row, "out"), format_duration(int64_t(row["in"]))};
}

Outcome quote_string_outcome(element row) {
  return {text_of(row, "out"), quote_string(text_of(row, "in"))};
}

Outcome quote_ident_outcome(element row) {
  std::vector<std::string> segments;
  for (const std::string_view segment : row["in"].get_array()) segments.emplace_back(segment);
  return {text_of(row, "out"), quote_ident(segments)};
}

// The rows name only the fields.
Outcome column_names_outcome(element row) {
  std::vector<std::string> expected;
  for (const std::string_view name : row["out"].get_array()) expected.emplace_back(name);
  Statement parsed = *parse_statement(text_of(row, "in") + " FROM m");
  auto& select = std::get<SelectStatement>(parsed);
  if (expected.front() != "time") select.time_alias = expected.front();
  return {testing::PrintToString(expected), testing::PrintToString(select.column_names())};
}

std::string range_text(const TimeRange& range) {
  return fmt::format(" [{}, {}]", range.min ? format_rfc3339(*range.min) : "",
                     range.max ? format_rfc3339(*range.max) : "");
}

Outcome condition_outcome(element row) {
  Evaluation evaluation;
  evaluation.now = time_of(text_of(row, "now"));
  const ExprPtr parsed = *parse_expr(text_of(row, "in"));
  const Result<SplitCondition> split = split_condition(parsed, evaluation);
  Outcome outcome;
  outcome.actual = split ? to_string(split->condition) + range_text(split->range)
                         : "error: " + split.error().message;
  outcome.expected = has(row, "error") ? error_of(row)
                                       : fmt::format("{} [{}, {}]", text_of(row, "cond"),
                                                     text_of(row, "min"), text_of(row, "max"));
  return outcome;
}

Outcome reduce_outcome(element row) {
  Evaluation evaluation;
  evaluation.now = time_of(text_of(row, "now"));
  evaluation.value_of = [row](std::string_view name) -> ExprPtr {
    element value;
    if (row["vars"][name].get(value) != simdjson::SUCCESS) return nullptr;
    if (value.is_null()) return make_expr(NilLiteral{});
    return make_expr(StringLiteral{std::string(std::string_view(value))});
  };
  const ExprPtr parsed = *parse_expr(text_of(row, "in"));
  return {text_of(row, "out"), to_string(reduce(parsed, evaluation))};
}

struct Kind {
  std::string_view name;
  size_t rows;
  Outcome (*outcome)(element row);
};
constexpr Kind kKinds[] = {
    {"statement", 429, statement_outcome},     {"expr", 43, expr_outcome},
    {"duration", 21, duration_outcome},        {"format_duration", 8, format_duration_outcome},
    {"quote_ident", 9, quote_ident_outcome},   {"quote_string", 5, quote_string_outcome},
    {"column_names", 5, column_names_outcome}, {"condition", 30, condition_outcome},
    {"reduce", 110, reduce_outcome},
};

void check_kind(const Kind& kind, const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::document_stream rows = parser.parse_many(text);
  size_t all = 0;
  size_t equal = 0;
  for (const element row : rows) {
    if (text_of(row, "kind") != kind.name) continue;
    ++all;
    const Outcome outcome = kind.outcome(row);
    EXPECT_EQ(outcome.actual, outcome.expected) << kind.name << ": " << row;
    equal += outcome.actual == outcome.expected;
  }
  fmt::print("golden {}: {} of {} equal\n", kind.name, equal, all);
  EXPECT_EQ(all, kind.rows);
}

TEST(Golden, EveryRowIsAsInInfluxDB) {
  if (!std::filesystem::exists(golden_path())) GTEST_SKIP() << "no " << golden_path();
  const std::string text = read_gz(golden_path());
  for (const Kind& kind : kKinds) check_kind(kind, text);
}

// The texts of all kinds of statements, the query module's among them, keep their meaning.
TEST(Golden, CanonicalTextParsesToItself) {
  if (!std::filesystem::exists(golden_path())) GTEST_SKIP() << "no " << golden_path();
  const std::string text = read_gz(golden_path());
  simdjson::dom::parser parser;
  simdjson::dom::document_stream rows = parser.parse_many(text);
  size_t statements = 0;
  for (const element row : rows) {
    if (!row["in"].is_string()) continue;
    ParseOptions options;
    options.params = params_of(row);
    const Result<Statement> first = parse_statement(text_of(row, "in"), options);
    if (!first) continue;
    const std::string canonical = to_string(*first);
    if (canonical.find("[REDACTED]") != std::string::npos) continue;
    const Result<Statement> second = parse_statement(canonical);
    ASSERT_TRUE(second) << canonical << ": " << second.error().message;
    EXPECT_EQ(to_string(*second), canonical);
    EXPECT_EQ(second->index(), first->index());
    ++statements;
  }
  fmt::print("canonical texts read back: {}\n", statements);
  EXPECT_GT(statements, 500u);
}

}  // namespace
}  // namespace efd::influx
