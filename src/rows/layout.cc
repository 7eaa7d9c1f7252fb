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

}  // namespace efd::rows
