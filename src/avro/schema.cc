// SPDX-License-Identifier: MIT
#include "avro/schema.h"

#include <array>

namespace efd::avro {
namespace {

constexpr std::array<const char*, 14> kWords = {"null",   "boolean", "int",    "long",   "float",
                                                "double", "bytes",   "string", "record", "enum",
                                                "fixed",  "array",   "map",    "union"};

}  // namespace

const char* to_string(Type type) {
  return kWords[static_cast<size_t>(type)];
}

std::optional<Type> parse_type(std::string_view word) {
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (word == kWords[i]) return static_cast<Type>(i);
  }
  return std::nullopt;
}

std::string Name::full() const {
  return space.empty() ? simple : space + "." + simple;
}

const std::string* Node::logical_type() const {
  for (const json::Member& property : properties) {
    if (property.name == "logicalType") return property.value.as_string();
  }
  return nullptr;
}

}  // namespace efd::avro
