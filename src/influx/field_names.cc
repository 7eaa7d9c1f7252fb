// SPDX-License-Identifier: MIT
#include "influx/field_names.h"

#include <charconv>

namespace efd::influx {
namespace {

// InfluxDB's name for the column of times: a field of that name is dropped without a word.
constexpr std::string_view kTimeName = "time";
constexpr size_t kElementDigitsMax = 9;

uint64_t key_of(uint32_t column, uint32_t element) {
  return uint64_t{column} << 32 | element;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_digits(std::string_view name) {
  while (!name.empty() && is_digit(name.back())) name.remove_suffix(1);
  return name;
}

}  // namespace

FieldNames::FieldNames(const rows::Layout& layout) {
  for (const rows::Column& column : layout.columns)
    columns_.push_back({rows::joined_name(column.path), column.is_array});
  for (uint32_t column = 0; column < columns_.size(); ++column) {
    const Column& plain_column = columns_[column];
    if (plain_column.is_array) {
      arrays_[plain_column.name].push_back(column);
      continue;
    }
    std::string name = plain_column.name;
    for (uint32_t n = 1; name == kTimeName || scalars_.contains(name); ++n)
      name = plain_column.name + "_" + std::to_string(n);
    scalars_.emplace(name, column);
    names_.emplace(key_of(column, 0), std::move(name));
  }
}

const std::string& FieldNames::name(uint32_t column, uint32_t element) {
  auto found = names_.find(key_of(column, element));
  if (found != names_.end()) return found->second;
  std::string name = first_free(column, columns_[column].name + std::to_string(element));
  return names_.emplace(key_of(column, element), std::move(name)).first->second;
}

// f, f_1, f_2 ...; or f__1 ... where an array `f_` has all of those.
std::string FieldNames::first_free(uint32_t column, const std::string& plain) {
  if (!is_taken(plain, column)) return plain;
  for (std::string stem = plain + "_";; stem += '_') {
    for (size_t n = 1; n <= columns_.size(); ++n)
      if (std::string name = stem + std::to_string(n); !is_taken(name, column)) return name;
  }
}

bool FieldNames::is_taken(std::string_view name, uint32_t column) {
  if (name == kTimeName || scalars_.contains(std::string(name))) return true;
  if (is_numbered_before(name, name, column)) return true;
  // As the other name of an element: "f0_12" is one of f0.
  std::string_view plain = without_digits(name);
  while (plain.size() < name.size() && !plain.empty() && plain.back() == '_') {
    plain.remove_suffix(1);
    if (is_numbered_before(plain, name, column)) return true;
  }
  return false;
}

// Reads `plain` in every way as an array's name and an element's number.
bool FieldNames::is_numbered_before(std::string_view plain, std::string_view name,
                                    uint32_t column) {
  size_t begin = plain.size();
  while (begin > 0 && is_digit(plain[begin - 1]) && plain.size() - begin < kElementDigitsMax) {
    --begin;
    if (plain[begin] == '0' && begin + 1 < plain.size()) continue;
    uint32_t element = 0;
    std::from_chars(plain.data() + begin, plain.data() + plain.size(), element);
    if (is_element_before(plain.substr(0, begin), element, name, column)) return true;
  }
  return false;
}

// Whether an array in front of `column` calls its element so.
bool FieldNames::is_element_before(std::string_view array, uint32_t element, std::string_view name,
                                   uint32_t column) {
  auto found = arrays_.find(std::string(array));
  if (found == arrays_.end()) return false;
  for (uint32_t other : found->second)
    if (other < column && this->name(other, element) == name) return true;
  return false;
}

}  // namespace efd::influx
