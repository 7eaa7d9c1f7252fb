// SPDX-License-Identifier: MIT
#include "rows/layout.h"

namespace efd::rows {

const char* to_string(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "integer";
    case ColumnType::float64:
      return "float64";
    case ColumnType::float32:
      return "float32";
    case ColumnType::boolean:
      return "boolean";
    case ColumnType::string:
      return "string";
  }
  return "unknown";
}

size_t width_of(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return sizeof(int64_t);
    case ColumnType::float64:
      return sizeof(double);
    case ColumnType::float32:
      return sizeof(float);
    case ColumnType::boolean:
      return 1;
    case ColumnType::string:
      return 0;
  }
  return 0;
}

FieldType field_type(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return FieldType::integer;
    case ColumnType::float64:
    case ColumnType::float32:
      return FieldType::float_;
    case ColumnType::boolean:
      return FieldType::boolean;
    case ColumnType::string:
      return FieldType::string;
  }
  return FieldType::float_;
}

const char* to_string(FieldType type) {
  switch (type) {
    case FieldType::float_:
      return "float";
    case FieldType::integer:
      return "integer";
    case FieldType::string:
      return "string";
    case FieldType::boolean:
      return "boolean";
  }
  return "unknown";
}

std::string path_below(std::string_view path, std::string_view field) {
  std::string text(path);
  if (!text.empty()) text.push_back('.');
  for (char c : field) {
    if (c == '.' || c == '\\') text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

std::string joined_name(std::string_view path) {
  std::string name;
  for (size_t i = 0; i < path.size(); ++i) {
    bool is_escaped = path[i] == '\\' && i + 1 < path.size();
    if (is_escaped) ++i;
    name.push_back(path[i] == '.' && !is_escaped ? '_' : path[i]);
  }
  return name;
}

}  // namespace efd::rows
