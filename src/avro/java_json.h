// SPDX-License-Identifier: MIT
// JSON text as Java's Jackson library prints it. For this module only: the canonical text of
// schemas needs it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace efd::avro {

// Control characters as \b \t \n \f \r or \u001F with big letters; everything else as it is.
void append_java_quoted(std::string_view text, std::string& out);
// As Double.toString: 1.0, 1.0E10, 0.001, 1.0E-4; NaN and infinities as quoted words.
void append_java_double(double value, std::string& out);
// Numbers with more digits than a double has keep them all: Java rounds decimals, and fails at long
// integers.
void append_java_json(const json::Value& value, std::string& out);

// What Double.parseDouble takes: "1.5", " -1e3 ", "1.5f", "0x1p3", "NaN", "Infinity"; none for
// other text.
std::optional<double> parse_java_double(std::string_view text);

}  // namespace efd::avro
