// SPDX-License-Identifier: MIT
// 722 queries over records of twelve topics, answered as a running InfluxDB 1.8.10 answered them.
#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

#include "json/value.h"
#include "query/answer.h"
#include "query/engine.h"
#include "query/fake_store.h"
#include "query/shared_data.h"

namespace efd::query {
namespace {

using json::Value;

Cell cell_of(const Value& value, bool is_float) {
  if (value.is_bool()) return *value.as_bool();
  if (value.is_string()) return *value.as_string();
  if (is_float) return value.number();
  return *value.as_int64();
}

// Avro's float and double, also as items of an array or in a union.
bool is_float_type(const Value& type) {
  if (type.is_string()) return *type.as_string() == "double" || *type.as_string() == "float";
  const Value* items = type.find("items");
  return items && is_float_type(*items);
}

void load_record(const Value& schema, const Value& record, const std::string& topic,
                 FakeStore& store) {
  std::vector<std::pair<std::string, Cell>> values;
  for (const Value& field : *schema.find("fields")->as_array()) {
    const std::string& name = *field.find_string("name");
    const Value& value = *record.find(name);
    const bool is_float = is_float_type(*field.find("type"));
    if (!value.is_array()) {
      values.emplace_back(name, cell_of(value, is_float));
      continue;
    }
    for (size_t i = 0; i < value.as_array()->size(); ++i) {
      values.emplace_back(name + std::to_string(i), cell_of((*value.as_array())[i], is_float));
    }
  }
  store.add(topic, *record.find("kafka_timestamp")->as_int64() * kNsPerMs, values);
}

void load(const Value& cases, FakeStore& store) {
  EXPECT_TRUE(store.create_database("efd"));
  for (const Value& topic : *cases.find("topics")->as_array()) {
    for (const Value& record : *topic.find("records")->as_array()) {
      load_record(*topic.find("schema"), record, *topic.find_string("topic"), store);
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

TEST(EfdCases, AreAnsweredAsInfluxDbDid) {
  const auto text = read_shared("efd_cases.json.gz");
  if (!text) GTEST_SKIP() << "no shared data";
  json::ParseLimits limits;
  limits.bytes_max = 64u << 20;
  const auto cases = json::parse(*text, limits);
  ASSERT_TRUE(cases) << cases.error().message;
  FakeStore store;
  load(*cases, store);
  system::FakeClock clock(UtcTime::from_ms(1'577'836'800'000));
  auto engine = make_engine(store, clock);
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

}  // namespace
}  // namespace efd::query
