// SPDX-License-Identifier: MIT
// InfluxDB's own server tests, as far as they need no tags and no later write: every answer must be
// InfluxDB's, or say that it is not supported yet.
#include <cstdio>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "json/value.h"
#include "query/answer.h"
#include "query/engine.h"
#include "query/testing/fake_store.h"
#include "query/testing/shared_data.h"

namespace efd::query {
namespace {

using json::Value;

Cell field_value(const std::string& text) {
  if (text.front() == '"') return text.substr(1, text.size() - 2);
  if (text == "true" || text == "t") return true;
  if (text == "false" || text == "f") return false;
  if (text.back() == 'i') return static_cast<int64_t>(std::stoll(text));
  return std::stod(text);
}

// "m f=1,g=2i 123"; false for lines beyond this: with tags, escapes, or without a time.
bool load_line(const std::string& line, FakeStore& store,
               std::set<std::pair<std::string, int64_t>>& seen) {
  std::istringstream words(line);
  std::string measurement, fields, time;
  words >> measurement >> fields >> time;
  const bool simple =
      line.find_first_of("\\{") == std::string::npos && measurement.find(',') == std::string::npos;
  if (!simple || time.empty() || time.find('"') != std::string::npos) return false;
  const int64_t time_ns = std::stoll(time);
  if (!seen.insert({measurement, time_ns}).second) return false;
  std::vector<std::pair<std::string, Cell>> values;
  std::istringstream pairs(fields);
  for (std::string pair; std::getline(pairs, pair, ',');) {
    const size_t equals = pair.find('=');
    if (pair.back() == 'u') return false;
    values.emplace_back(pair.substr(0, equals), field_value(pair.substr(equals + 1)));
  }
  store.add(measurement, time_ns, values);
  return true;
}

bool load(const Value& part, FakeStore& store) {
  std::set<std::pair<std::string, int64_t>> seen;
  const Value* writes = part.find("writes");
  if (!writes || writes->as_array()->empty()) return false;
  for (const Value& write : *writes->as_array()) {
    const std::string* text = write.find_string("lines");
    const std::string* database = write.find_string("db");
    if (!text || write.find("status") || write.find("precision") ||
        (database && *database != "db0"))
      return false;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      if (line.find_first_not_of(" \t") == std::string::npos) continue;
      if (!load_line(line, store, seen)) return false;
    }
  }
  return true;
}

struct Counts {
  int asked = 0, equal = 0, unsupported = 0;
};

std::string answer_to(const Value& query, QueryEngine& engine) {
  const Value* params = query.find("params");
  const auto param = [&](std::string_view name) -> std::string {
    const std::string* text = params ? params->find_string(name) : nullptr;
    return text ? *text : "";
  };
  std::string body;
  AnswerOptions options{.epoch = parse_epoch(param("epoch"))};
  options.chunked = param("chunked") == "true";
  if (!param("chunk_size").empty()) options.chunk_rows = std::stoll(param("chunk_size"));
  auto writer = make_answer_writer(options, [&](std::string_view bytes) -> Result<> {
    body += bytes;
    return {};
  });
  Query asked;
  asked.database = param("db");
  asked.policy = param("rp");
  asked.text = *query.find_string("q");
  const auto done = engine.run(asked, *writer, {});
  if (!done) return error_answer(Format::json, false, done.error().message);
  EXPECT_TRUE(writer->finish());
  return body;
}

bool mentions(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

bool writes_back(const Value& part) {
  for (const Value& query : *part.find("queries")->as_array()) {
    if (mentions(*query.find_string("q"), " INTO ")) return true;
  }
  return false;
}

void ask(const Value& part, QueryEngine& engine, Counts& counts) {
  for (const Value& query : *part.find("queries")->as_array()) {
    const std::string* want = query.find_string("exp");
    const bool plain = want && !query.find("pattern") && !query.find("skip") &&
                       !query.find("exp_any") && !query.find("first_column") &&
                       want->find("{{") == std::string::npos &&
                       !mentions(*query.find_string("q"), "retention policies");
    if (!plain) continue;
    std::string got = answer_to(query, engine);
    while (!got.empty() && got.back() == '\n') got.pop_back();
    ++counts.asked;
    const bool unsupported = got.find("not supported yet") != std::string::npos;
    counts.unsupported += unsupported;
    counts.equal += got == *want;
    if (unsupported) continue;
    EXPECT_EQ(got, *want) << *query.find_string("q");
  }
}

TEST(InfluxCases, TaglessOnesAreAnsweredAsInfluxDbDoes) {
  Counts counts;
  for (const char* file : {"cases.jsonl.gz", "cases_select.jsonl.gz"}) {
    const auto text = read_shared(file);
    if (!text) GTEST_SKIP() << "no shared data";
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      const auto part = json::parse(line);
      ASSERT_TRUE(part);
      FakeStore store;
      ASSERT_TRUE(store.create_database("db0"));
      system::FakeClock clock(UtcTime::from_ms(1'600'000'000'000));
      auto engine = make_engine(store, clock);
      if (part->find("config") || writes_back(*part)) continue;
      if (load(*part, store)) ask(*part, *engine, counts);
    }
  }
  std::printf("influx cases without tags: %d asked, %d equal, %d not supported yet\n", counts.asked,
              counts.equal, counts.unsupported);
  EXPECT_GT(counts.equal, 0);
}

}  // namespace
}  // namespace efd::query
