// SPDX-License-Identifier: MIT
// FieldNames: what the fields of a layout are called in an InfluxDB.
//
// A scalar has its column's name, the elements of an array `name0`, `name1` ... A name that is
// taken, and `time`, get `_1`, `_2` ...: scalars take names first, in field order, then arrays in
// theirs. That is a function of the layout alone, so that every worker that writes a measurement
// uses the same names. (The types of a union are columns of one name: InfluxDB has one type a
// field, so all but the first are numbered.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rows/layout.h"

namespace efd::influx {

// Not thread-safe.
class FieldNames {
 public:
  explicit FieldNames(const rows::Layout& layout);

  // `element` of an array; 0 for a scalar.
  const std::string& name(uint32_t column, uint32_t element);

 private:
  std::string first_free(uint32_t column, const std::string& plain);
  bool is_taken(std::string_view name, uint32_t column);
  bool is_numbered_before(std::string_view plain, std::string_view name, uint32_t column);
  bool is_element_before(std::string_view array, uint32_t element, std::string_view name,
                         uint32_t column);

  struct Column {
    std::string name;
    bool is_array;
  };
  std::vector<Column> columns_;  // by column
  std::unordered_map<std::string, uint32_t> scalars_;
  std::unordered_map<std::string, std::vector<uint32_t>> arrays_;  // columns by their name
  std::unordered_map<uint64_t, std::string> names_;                // that were asked for
};

}  // namespace efd::influx
