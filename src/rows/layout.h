// SPDX-License-Identifier: MIT
// Layout: which columns a set of rows has. Immutable once made, shared by many Rows.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
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

// Where a field is in its source: "forces", and "outer.inner" of a nested record. A dot or a
// backslash of a field's own name stands behind a backslash, so that no two fields have one path.
std::string path_below(std::string_view path, std::string_view field);
// What it is called: the names joined, "outer_inner". Different paths may join to the same name.
std::string joined_name(std::string_view path);

// What a column is for: the values of the tags of a row say which series it belongs to, those of
// the fields are what was measured.
enum class Role : uint8_t { field, tag };

struct Column {
  std::string path;
  ColumnType type = ColumnType::integer;
  bool is_array = false;    // 0 .. n elements a row; an absent array is an empty one
  Role role = Role::field;  // a tag is a string and no array; without a value the row has it not
  bool operator==(const Column&) const = default;
};

// Field columns of one path are types of one field: they differ in their FieldType or in
// `is_array`.
struct Layout {
  std::vector<Column> columns;  // in field order
  bool operator==(const Layout&) const = default;
};

}  // namespace efd::rows
