// SPDX-License-Identifier: MIT
// Names and attributes in a schema's JSON text. For this module only.
#pragma once

#include <string_view>
#include <vector>

#include "avro/schema.h"

namespace efd::avro {

// As Avro Java 1.12 judges without further ado: letters of any alphabet, decimal digits and _, no
// digit first, nothing beyond U+FFFF.
bool is_strict_name(std::string_view name);
// Strict names with dots between, or nothing.
bool is_strict_space(std::string_view space);

// A text with dots carries its namespace, another one is in `space`.
Name make_name(std::string_view text, std::string_view space);

// The members of a type's or a field's JSON object that the specification gives no meaning to. A
// repeated member counts once, with its last value.
std::vector<json::Member> type_properties(const json::Value& json, Type type);
std::vector<json::Member> field_properties(const json::Value& json);

}  // namespace efd::avro
