// SPDX-License-Identifier: MIT
// Writer: JSON text, written as it comes. It sets commas, line ends and indents; that keys and
// values alternate, and that what is begun is ended, is the caller's duty.
//
//   std::string out;
//   json::Writer json(out);
//   json.begin_object();
//   json.member("name", "x");
//   json.key("values");
//   json.begin_array();
//   json.value(1.5);
//   json.end_array();
//   json.end_object();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "json/text.h"

namespace efd::json {

// How text is laid out. Non-finite doubles are null in every style.
struct Style {
  enum class Doubles { go, python };  // number.h
  static constexpr int kOneLine = -1;

  int indent = kOneLine;  // blanks per level; kOneLine: no line ends at all
  bool spaced = false;    // ", " and ": " on one line; otherwise "," and ":"
  bool sorted = false;    // dump(): members by name (bytewise, which is by code point)
  Escaping escaping = Escaping::minimal;
  Doubles doubles = Doubles::python;

  // {"a":1.0}: the shortest text in which integers and doubles stay apart.
  static Style compact() { return {}; }
  static Style pretty(int indent) { return {.indent = indent}; }
  // Go's json.Marshal, and MarshalIndent with `indent` blanks: {"a":1}.
  static Style go(int indent = kOneLine) {
    return {.indent = indent, .escaping = Escaping::go, .doubles = Doubles::go};
  }
  // Python's json.dumps(value, indent=indent, sort_keys=sorted).
  static Style python(int indent = kOneLine, bool sorted = false) {
    return {.indent = indent, .spaced = true, .sorted = sorted, .escaping = Escaping::ascii};
  }
};

// Appends to a string that it does not own; the string may be taken and cleared at any time.
class Writer {
 public:
  explicit Writer(std::string& out, Style style = Style::compact()) : out_(out), style_(style) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  // A null pointer, bool, integer, double, or anything that is a std::string_view.
  template <class T>
  void value(const T& value);
  // JSON text that is written already: not checked, not laid out anew.
  void raw(std::string_view json);

  template <class T>
  void member(std::string_view name, const T& member_value) {
    key(name);
    value(member_value);
  }

 private:
  void begin(char bracket);
  void end(char bracket);
  void before_value();
  void line_end();
  void write_signed(int64_t value);
  void write_unsigned(uint64_t value);
  void write_double(double value);

  std::string& out_;
  Style style_;
  std::vector<bool> filled_;  // per open bracket: does it hold something?
  bool after_key_ = false;
};

template <class T>
void Writer::value(const T& value) {
  if constexpr (std::is_same_v<T, std::nullptr_t>) {
    raw("null");
  } else if constexpr (std::is_same_v<T, bool>) {
    raw(value ? "true" : "false");
  } else if constexpr (std::is_integral_v<T>) {
    before_value();
    if constexpr (std::is_signed_v<T>) return write_signed(value);
    if constexpr (std::is_unsigned_v<T>) return write_unsigned(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    before_value();
    write_double(value);
  } else {
    before_value();
    append_quoted(std::string_view(value), style_.escaping, out_);
  }
}

}  // namespace efd::json
