// SPDX-License-Identifier: MIT
// Avro datums into Rows, as a lane does it: a batch, then clear(). items = values for the wide
// topics, messages for the narrow one.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "avro/binary.h"
#include "avro/decode_program.h"
#include "avro/value.h"
#include "base/check.h"

namespace {

using efd::avro::Array;
using efd::avro::DecodeProgram;
using efd::avro::Record;
using efd::avro::Schema;
using efd::avro::Value;

constexpr size_t kBatch = 256;

// Fields by type, with values that differ from message to message.
class Topic {
 public:
  void add(const std::string& type) {
    fields_ += (fields_.empty() ? "" : ",") + std::string(R"({"name":"field)") +
               std::to_string(types_.size()) + R"(","type":")" + type + "\"}";
    types_.push_back(type);
  }
  void add_array(size_t size) {
    fields_ += (fields_.empty() ? "" : ",") + std::string(R"({"name":"field)") +
               std::to_string(types_.size()) + R"(","type":{"type":"array","items":"float"}})";
    types_.push_back(std::to_string(size));
  }
  Schema schema() const {
    return *Schema::parse(R"({"type":"record","name":"T","fields":[)" + fields_ + "]}");
  }
  std::vector<std::string> datums() const {
    std::vector<std::string> all;
    for (size_t i = 0; i < kBatch; ++i) {
      EFD_CHECK(efd::avro::encode(schema(), Value(message(i)), all.emplace_back()));
    }
    return all;
  }

 private:
  Record message(size_t i) const {
    Record record;
    for (const std::string& type : types_) record.fields.push_back(value(type, i));
    return record;
  }
  static Value value(const std::string& type, size_t i) {
    if (type == "double") return 1.7e9 + static_cast<double>(i) * 0.02;
    if (type == "float") return static_cast<float>(i) * 0.5f;
    if (type == "int") return static_cast<int32_t>(i * 1000);
    if (type == "long") return static_cast<int64_t>(1'700'000'000'000 + i);
    if (type == "boolean") return i % 2 == 0;
    if (type == "string") return "a5b1c2d3";
    Array array;
    for (size_t k = 0; k < std::stoul(type); ++k) array.push_back(static_cast<float>(k + i));
    return array;
  }

  std::string fields_;
  std::vector<std::string> types_;
};

// `items_per_message` is what counts as an item.
void decode(benchmark::State& state, const Topic& topic, size_t items_per_message) {
  auto program = *DecodeProgram::compile(topic.schema());
  std::vector<std::string> datums = topic.datums();
  efd::rows::Rows rows(program->layout());
  size_t bytes = 0;
  for (auto _ : state) {
    rows.clear();
    for (const std::string& datum : datums) {
      EFD_CHECK(program->decode(datum, rows));
      rows.end_row(efd::UtcTime::from_ns(1));
      bytes += datum.size();
    }
    benchmark::DoNotOptimize(rows.column(0).fixed_bytes().data());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kBatch * items_per_message));
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

Topic narrow_topic() {
  Topic topic;
  for (const char* type : {"double", "double", "double", "double", "int", "string", "string", "int",
                           "double", "float", "float", "boolean", "long"}) {
    topic.add(type);
  }
  return topic;
}

// 2019's MTM1M3_forceActuatorData: the header, a time, five arrays and seven floats.
Topic force_actuator_topic() {
  Topic topic;
  for (const char* type : {"long", "string", "long", "long", "long", "int", "int", "double"}) {
    topic.add(type);
  }
  for (size_t size : {156, 112, 12, 100, 156}) topic.add_array(size);
  for (int i = 0; i < 7; ++i) topic.add("float");
  return topic;
}

void wide_scalars(benchmark::State& state) {
  Topic topic;
  for (int i = 0; i < 900; ++i) topic.add("float");
  decode(state, topic, 900);
}
void wide_arrays(benchmark::State& state) {
  Topic topic;
  for (int i = 0; i < 6; ++i) topic.add_array(150);
  decode(state, topic, 900);
}
void wide_force_actuators(benchmark::State& state) {
  decode(state, force_actuator_topic(), 551);
}
void narrow(benchmark::State& state) {
  decode(state, narrow_topic(), 1);
}

BENCHMARK(wide_scalars);
BENCHMARK(wide_arrays);
BENCHMARK(wide_force_actuators);
BENCHMARK(narrow);

}  // namespace
