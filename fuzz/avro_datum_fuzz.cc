// SPDX-License-Identifier: MIT
// The first byte chooses a schema, the rest is a datum. Both decoders take the same data; what they
// take can be encoded and decoded again.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "avro/decode_program.h"
#include "avro/value.h"
#include "base/check.h"

namespace {

using efd::avro::DecodeProgram;
using efd::avro::Schema;

constexpr const char* kSchemas[] = {
    R"({"type":"record","name":"R","fields":[
        {"name":"b","type":"boolean"},{"name":"i","type":"int"},{"name":"l","type":"long"},
        {"name":"f","type":"float"},{"name":"g","type":"float"},{"name":"d","type":"double"},
        {"name":"s","type":"string"},{"name":"y","type":"bytes"},
        {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B","C"]}},
        {"name":"x","type":{"type":"fixed","name":"X","size":3}}]})",
    R"({"type":"record","name":"R","fields":[
        {"name":"f","type":{"type":"array","items":"float"}},
        {"name":"i","type":{"type":"array","items":"int"}},
        {"name":"s","type":{"type":"array","items":"string"}},
        {"name":"n","type":{"type":"array","items":["null","double"]}},
        {"name":"z","type":{"type":"array","items":"null"}},
        {"name":"a","type":{"type":"array","items":{"type":"array","items":"boolean"}}}]})",
    R"({"type":"record","name":"R","fields":[
        {"name":"u","type":["null","int","long","float","double","string","bytes",
            {"type":"array","items":"long"},{"type":"map","values":"int"},
            {"type":"record","name":"S","fields":[{"name":"v","type":["string","null"]}]}]},
        {"name":"next","type":["null","R"]}]})",
    R"({"type":"map","values":["null",{"type":"record","name":"T","fields":[
        {"name":"t","type":{"type":"map","values":"T"}},{"name":"v","type":"int"}]}]})",
    "\"long\"",
};

struct Target {
  Schema schema;
  std::shared_ptr<const DecodeProgram> program;
};

const std::vector<Target>& targets() {
  static const auto* all = [] {
    auto* made = new std::vector<Target>;
    for (const char* text : kSchemas) {
      Schema schema = *Schema::parse(text);
      made->push_back({schema, *DecodeProgram::compile(schema)});
    }
    return made;
  }();
  return *all;
}

void check_round_trip(const Schema& schema, const efd::avro::Value& value) {
  std::string datum, again;
  EFD_CHECK(efd::avro::encode(schema, value, datum));
  auto back = efd::avro::decode(schema, datum);
  EFD_CHECK(back && efd::avro::encode(schema, *back, again) && again == datum);
  std::string json;
  EFD_CHECK(efd::avro::append_json(schema, datum, json) && efd::json::parse(json));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (!size) return 0;
  const Target& target = targets()[data[0] % targets().size()];
  std::string_view datum(reinterpret_cast<const char*>(data) + 1, size - 1);
  efd::rows::Rows rows(target.program->layout());
  auto value = efd::avro::decode(target.schema, datum);
  bool decoded = target.program->decode(datum, rows).has_value();
  EFD_CHECK(decoded == value.has_value());
  if (value) check_round_trip(target.schema, *value);
  rows.drop_unfinished_row();
  for (const efd::rows::ColumnValues& column : rows.columns()) EFD_CHECK(column.elements() == 0);
  return 0;
}
