// SPDX-License-Identifier: MIT
// Value: one datum as a tree. It takes any schema and is slow: for tools, transformations and
// tests. Records on their way to the store go through DecodeProgram.
//
//   Value row(Record{{Value(1.5), Value("on"), Value(Array{1, 2, 3})}});
//   EFD_TRY(encode(schema, row, datum));
//   EFD_ASSIGN(Value back, decode(schema, datum));
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "avro/schema.h"
#include "json/writer.h"

namespace efd::avro {

struct Value;
struct MapEntry;

struct Null {
  bool operator==(const Null&) const = default;
};
struct Bytes {  // of bytes and fixed
  std::string raw;
  bool operator==(const Bytes&) const = default;
};
using Array = std::vector<Value>;
struct Record {
  std::vector<Value> fields;  // one for each field of the schema, in its order
  bool operator==(const Record&) const = default;
};
struct Map {
  std::vector<MapEntry> entries;
  bool operator==(const Map&) const = default;
};

// An enum is its symbol as text. Where the schema has a union, the Value is the branch's value; its
// `branch` says which one.
struct Value {
  using Data = std::variant<Null, bool, int32_t, int64_t, float, double, std::string, Bytes, Array,
                            Record, Map>;
  static constexpr int kAnyBranch = -1;

  Value() = default;
  // From any alternative of Data, or what converts to one without loss (a literal to text).
  template <class T, class = std::enable_if_t<std::is_constructible_v<Data, T&&> &&
                                              !std::is_same_v<std::decay_t<T>, Value>>>
  Value(T&& value) : data(std::forward<T>(value)) {}

  bool operator==(const Value&) const = default;

  Data data;
  int branch = kAnyBranch;  // number in the union; kAnyBranch: encode() takes the first that fits
};

struct MapEntry {
  std::string key;
  Value value;
  bool operator==(const MapEntry&) const = default;
};

// What untrusted data may cost beyond its own size.
constexpr size_t kValueDepthMax = 128;  // values inside of values
// Values of a datum of n bytes: n * kValuesPerByteMax + kValuesFreeMax. Nulls, and records of
// nothing else, take no bytes.
constexpr size_t kValuesPerByteMax = 64;
constexpr size_t kValuesFreeMax = 1u << 16;

// Reads all of `datum`. Fails (bad_input) for what is cut off, followed by more bytes, or out of a
// type's range, saying in which field.
Result<Value> decode(const Schema& schema, std::string_view datum);

// The same for a datum at the start of `bytes`; `size` becomes its size.
Result<Value> decode_first(const Schema& schema, std::string_view bytes, size_t& size);

// Appends the datum of `value`. Numbers may come as another kind if nothing is lost but a double's
// precision (a float takes a double; an int takes an int64_t in range). On error (bad_input, with
// the field's name) `out` is as it was.
Result<> encode(const Schema& schema, const Value& value, std::string& out);

// Plain JSON: records and maps are objects, unions are not tagged, bytes are base64, an int, long,
// float or double is a number, non-finite ones null. `value` is one that decode() gave, or that
// encode() would take.
void write_json(const Schema& schema, const Value& value, json::Writer& writer);

// decode(), then write_json() in the compact style, appended to `out`.
Result<> append_json(const Schema& schema, std::string_view datum, std::string& out);

}  // namespace efd::avro
