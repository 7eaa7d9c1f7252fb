// SPDX-License-Identifier: MIT
#include "avro/java_json.h"

#include <charconv>
#include <cmath>

namespace efd::avro {
namespace {

char short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\f':
      return 'f';
    case '\r':
      return 'r';
    default:
      return 0;
  }
}

// "d.ddde+XX" as std::to_chars writes it: the digits alone, and the exponent.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal shortest_decimal(double value) {
  char text[32];
  auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  std::string_view all(text, static_cast<size_t>(end - text));
  size_t e = all.find('e');
  Decimal decimal;
  for (char c : all.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  decimal.exponent = std::stoi(std::string(all.substr(e + 1)));
  return decimal;
}

// 123.0, 0.00123
void append_plain(const Decimal& decimal, std::string& out) {
  std::string digits = decimal.digits;
  if (decimal.exponent < 0) {
    out += "0." + std::string(static_cast<size_t>(-decimal.exponent - 1), '0') + digits;
    return;
  }
  size_t point = static_cast<size_t>(decimal.exponent) + 1;
  if (digits.size() < point + 1) digits.resize(point + 1, '0');
  out += digits.substr(0, point) + "." + digits.substr(point);
}

void append_list(const json::Value::Array& items, std::string& out) {
  out += '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i) out += ',';
    append_java_json(items[i], out);
  }
  out += ']';
}

void append_object(const json::Value::Object& members, std::string& out) {
  out += '{';
  for (size_t i = 0; i < members.size(); ++i) {
    if (i) out += ',';
    append_java_quoted(members[i].name, out);
    out += ':';
    append_java_json(members[i].value, out);
  }
  out += '}';
}

}  // namespace

void append_java_quoted(std::string_view text, std::string& out) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  out += '"';
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (char letter = short_escape(c)) {
      out += '\\';
      out += letter;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_java_double(double value, std::string& out) {
  constexpr double kPlainMin = 1e-3, kPlainMax = 1e7;
  if (std::isnan(value)) return void(out += "\"NaN\"");
  if (std::isinf(value)) return void(out += value < 0 ? "\"-Infinity\"" : "\"Infinity\"");
  if (std::signbit(value)) out += '-';
  double size = std::fabs(value);
  Decimal decimal = shortest_decimal(size);
  if (size == 0 || (size >= kPlainMin && size < kPlainMax)) return append_plain(decimal, out);
  std::string rest = decimal.digits.substr(1);
  out += decimal.digits.substr(0, 1) + "." + (rest.empty() ? "0" : rest);
  out += "E" + std::to_string(decimal.exponent);
}

void append_java_json(const json::Value& value, std::string& out) {
  if (const std::string* text = value.as_string()) return append_java_quoted(*text, out);
  if (const json::Value::Array* items = value.as_array()) return append_list(*items, out);
  if (const json::Value::Object* members = value.as_object()) return append_object(*members, out);
  if (const double* number = value.as_double()) return append_java_double(*number, out);
  json::dump(value, json::Style::compact(), out);
}

}  // namespace efd::avro
