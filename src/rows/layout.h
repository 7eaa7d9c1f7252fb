// SPDX-License-Identifier: MIT
// Layout: which columns a set of rows has. Immutable once made, shared by many Rows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace efd::rows {

// Numbered: these values reach disk and are never renumbered.
enum class ColumnType : uint8_t {
  integer = 1,  // int64_t
  float64 = 2,  // double, any bit pattern
  float32 = 3,  // float, any bit pattern; prints as the exact double it is
  boolean = 4,  // one byte, 0 or 1
  string = 5,   // any bytes, normally UTF-8
};

// "integer", "float64" ...
const char* to_string(ColumnType type);
// Bytes of one element; 0 for strings.
size_t width_of(ColumnType type);

// What InfluxQL calls the type of a field.
enum class FieldType : uint8_t { float_, integer, string, boolean };
FieldType field_type(ColumnType type);
// "float", "integer", "string", "boolean", as SHOW FIELD KEYS prints it.
const char* to_string(FieldType type);

// `name` is the field's name in its source ("forces"; nested records joined: "outer_inner").
// Several columns may have one name: the types of a union, or fields that happen to join to the
// same.
struct Column {
  std::string name;
  ColumnType type = ColumnType::integer;
  bool is_array = false;  // 0 .. n elements a row; an absent array is an empty one
  // Another type of the union that an earlier column of that name belongs to. False: a field of its
  // own, whatever its name.
  bool is_further_type = false;
  bool operator==(const Column&) const = default;
};

struct Layout {
  std::vector<Column> columns;  // in field order
  bool operator==(const Layout&) const = default;
};

}  // namespace efd::rows
