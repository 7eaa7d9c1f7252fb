// SPDX-License-Identifier: MIT
#include "avro/java_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

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

// Reads a text from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take_any(std::string_view letters) {
    if (rest_.empty() || letters.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  size_t take_all(std::string_view letters) {
    size_t size = std::min(rest_.find_first_not_of(letters), rest_.size());
    rest_.remove_prefix(size);
    return size;
  }
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

constexpr std::string_view kDigits = "0123456789";

// Digits with a point somewhere, at least one; then an exponent, which hexadecimal ones must have.
bool take_java_number(Scanner& scan) {
  bool is_hex = scan.rest().size() > 1 && scan.rest()[0] == '0' &&
                (scan.rest()[1] == 'x' || scan.rest()[1] == 'X');
  if (is_hex) scan.take_any("0"), scan.take_any("xX");
  std::string_view digits = is_hex ? "0123456789abcdefABCDEF" : kDigits;
  size_t count = scan.take_all(digits);
  if (scan.take_any(".")) count += scan.take_all(digits);
  if (count == 0) return false;
  if (!scan.take_any(is_hex ? "pP" : "eE")) return !is_hex;
  scan.take_any("+-");
  return scan.take_all(kDigits) > 0;
}

}  // namespace

std::optional<double> parse_java_double(std::string_view text) {
  // Java trims all up to the blank.
  auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  Scanner scan(text);
  bool is_negative = !text.empty() && text.front() == '-';
  scan.take_any("+-");
  if (scan.rest() == "NaN") return std::nan("");
  if (scan.rest() == "Infinity") return is_negative ? -HUGE_VAL : HUGE_VAL;
  if (!take_java_number(scan)) return std::nullopt;
  std::string number(text.substr(0, text.size() - scan.rest().size()));
  scan.take_any("fFdD");
  if (!scan.at_end()) return std::nullopt;
  return std::strtod(number.c_str(), nullptr);
}

void append_java_quoted(std::string_view text, std::string& out) {
  static constexpr char kHexDigits[] = "0123456789ABCDEF";
  out += '"';
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (char letter = short_escape(c)) {
      out += '\\';
      out += letter;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
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
  const json::LongNumber* number = value.as_long_number();
  if (number && !number->is_integer() && std::isinf(number->nearest()))
    return append_java_double(number->nearest(), out);
  json::dump(value, json::Style::compact(), out);
}

}  // namespace efd::avro
