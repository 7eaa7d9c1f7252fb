// SPDX-License-Identifier: MIT
// 722 queries over records of twelve topics, answered as a running InfluxDB 1.8.10 answered them.
#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

#include "json/value.h"
#include "query/answer.h"
#include "query/engine.h"
#include "query/testing/shared_data.h"
#include "rows/rows.h"
#include "store/store.h"
#include "system/memory_file_system.h"

namespace efd::query {
namespace {

using json::Value;

// The type of a field's values; of an array its items'.
rows::ColumnType column_type(const Value& type) {
  if (const Value* items = type.find("items")) return column_type(*items);
  const std::string* inner = type.find_string("type");
  const std::string& name = inner ? *inner : *type.as_string();
  if (name == "double") return rows::ColumnType::float64;
  if (name == "float") return rows::ColumnType::float32;
  if (name == "boolean") return rows::ColumnType::boolean;
  if (name == "string" || name == "enum") return rows::ColumnType::string;
  return rows::ColumnType::integer;
}

std::shared_ptr<const rows::Layout> layout_of(const Value& schema) {
  auto layout = std::make_shared<rows::Layout>();
  for (const Value& field : *schema.find("fields")->as_array()) {
    const Value& type = *field.find("type");
    layout->columns.push_back(
        {*field.find_string("name"), column_type(type), type.find("items") != nullptr});
  }
  return layout;
}

void append(const Value& value, rows::ColumnType type, rows::ColumnValues& to) {
  switch (type) {
    case rows::ColumnType::float64:
      return to.append(value.number());
    case rows::ColumnType::float32:
      return to.append(static_cast<float>(value.number()));
    case rows::ColumnType::boolean:
      return to.append(static_cast<uint8_t>(*value.as_bool()));
    case rows::ColumnType::string:
      return to.append_string(*value.as_string());
    default:
      to.append(*value.as_int64());
  }
}

void append_record(const Value& record, rows::Rows& rows) {
  for (size_t i = 0; i < rows.layout().columns.size(); ++i) {
    const rows::Column& column = rows.layout().columns[i];
    const Value& value = *record.find(column.path);
    if (!column.is_array) {
      append(value, column.type, rows.column(i));
      continue;
    }
    for (const Value& item : *value.as_array()) append(item, column.type, rows.column(i));
    rows.column(i).end_array();
  }
  rows.end_row(UtcTime::from_ms(*record.find("kafka_timestamp")->as_int64()));
}

// Puts the records of each topic into the store, in `parts` batches with a flush behind each but
// the last.
void load(const Value& cases, int parts, store::Store& store) {
  ASSERT_TRUE(store.create_database("efd"));
  for (const Value& topic : *cases.find("topics")->as_array()) {
    const auto measurement = store.measurement("efd", "autogen", *topic.find_string("topic"));
    ASSERT_TRUE(measurement);
    const Value::Array& records = *topic.find("records")->as_array();
    rows::Rows rows(layout_of(*topic.find("schema")));
    for (size_t i = 0; i < records.size(); ++i) {
      append_record(records[i], rows);
      const bool last = i + 1 == records.size();
      if (!last && rows.size() < records.size() / static_cast<size_t>(parts)) continue;
      const store::PutRows put{measurement->get(), &rows};
      ASSERT_TRUE(store.put({&put, 1}, {}));
      rows.clear();
      if (last) break;
      ASSERT_TRUE(store.flush());
    }
  }
}

bool is_same(const Value& a, const Value& b);

bool is_same_array(const Value::Array& a, const Value::Array& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!is_same(a[i], b[i])) return false;
  }
  return true;
}

bool is_same_object(const Value::Object& a, const Value& b) {
  if (a.size() != b.as_object()->size()) return false;
  for (const json::Member& member : a) {
    const Value* other = b.find(member.name);
    if (!other || !is_same(member.value, *other)) return false;
  }
  return true;
}

// Numbers are compared to 1e-12 relative.
bool is_same(const Value& a, const Value& b) {
  if (a.is_object() && b.is_object()) return is_same_object(*a.as_object(), b);
  if (a.is_array() && b.is_array()) return is_same_array(*a.as_array(), *b.as_array());
  if (a.is_double() || b.is_double()) {
    const double x = a.number(), y = b.number();
    return a.is_number() && b.is_number() &&
           std::abs(x - y) <= 1e-12 * std::max(std::abs(x), std::abs(y));
  }
  return a == b;
}

std::string param(const Value& query, std::string_view name) {
  const std::string* text = query.find("params")->find_string(name);
  return text ? *text : "";
}

// The body that the query is answered with, and its status.
std::pair<int, std::string> ask(const Value& query, QueryEngine& engine) {
  const std::string text = param(query, "q");
  const bool pretty = param(query, "pretty") == "true";
  if (text.empty()) {
    return {400, error_answer(Format::json, pretty, "missing required parameter \"q\"")};
  }
  std::string body;
  const AnswerOptions options{.epoch = parse_epoch(param(query, "epoch")), .pretty = pretty};
  auto writer = make_answer_writer(options, [&](std::string_view bytes) -> Result<> {
    body += bytes;
    return {};
  });
  Query asked;
  asked.database = param(query, "db");
  asked.text = text;
  const auto done = engine.run(asked, *writer, {});
  if (!done) return {400, error_answer(Format::json, pretty, done.error().message)};
  EXPECT_TRUE(writer->finish());
  return {200, body};
}

// From memory, and from files and memory together.
class EfdCases : public testing::TestWithParam<int> {};

TEST_P(EfdCases, AreAnsweredAsInfluxDbDid) {
  const auto text = read_shared("efd_cases.json.gz");
  if (!text) GTEST_SKIP() << "no shared data";
  json::ParseLimits limits;
  limits.bytes_max = 64u << 20;
  const auto cases = json::parse(*text, limits);
  ASSERT_TRUE(cases) << cases.error().message;
  system::FakeClock clock(UtcTime::from_ms(1'577'836'800'000));
  system::MemoryFileSystem files;
  const auto store = store::Store::open(files, clock, {.path = "/store", .start_threads = false});
  ASSERT_TRUE(store) << store.error().message;
  load(*cases, GetParam(), **store);
  auto engine = make_engine(**store, clock);
  int passed = 0, bytewise = 0;
  const Value::Array& queries = *cases->find("queries")->as_array();
  for (const Value& query : queries) {
    const auto [status, body] = ask(query, *engine);
    const std::string& want = *query.find_string("body");
    const auto got = json::parse(body, limits);
    const bool ok = got && status == *query.find("status")->as_int64() &&
                    is_same(*json::parse(want, limits), *got);
    passed += ok;
    bytewise += body == want;
    EXPECT_TRUE(ok) << param(query, "q") << "\n want " << want.substr(0, 400) << "\n got  "
                    << body.substr(0, 400);
  }
  std::printf("efd cases: %d of %zu (%d byte for byte)\n", passed, queries.size(), bytewise);
}

INSTANTIATE_TEST_SUITE_P(Parts, EfdCases, testing::Values(1, 3));

}  // namespace
}  // namespace efd::query
