// SPDX-License-Identifier: MIT
// Value: a JSON document in memory; parse() reads one, dump() writes it. Integers, unsigned
// integers above int64, doubles and, where they are asked for, longer numbers stay apart: 1 is not
// 1.0. An object keeps the order of its
// members, and every one of them if a name is repeated. Values are not changed once made, so they
// may be read by any number of threads.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/result.h"
#include "json/writer.h"

namespace efd::json {

struct Member;

// A number of which neither a 64-bit integer nor a double keeps all digits, as it was written.
struct LongNumber {
  std::string text;

  bool is_integer() const { return text.find_first_of(".eE") == std::string::npos; }
  double nearest() const;  // infinite beyond what a double holds
  bool operator==(const LongNumber&) const = default;
};

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;

  template <class T>
  static constexpr bool is_storable =
      std::is_arithmetic_v<T> || std::is_null_pointer_v<T> ||
      std::is_convertible_v<const T&, std::string_view> || std::is_same_v<T, Array> ||
      std::is_same_v<T, Object> || std::is_same_v<T, LongNumber>;

  Value() = default;  // null
  // From a null pointer, bool, number, text, Array, Object or LongNumber.
  template <class T, class = std::enable_if_t<is_storable<std::decay_t<T>>>>
  Value(T&& value) : data_(stored(std::forward<T>(value))) {}

  bool is_null() const { return holds<std::monostate>(); }
  bool is_bool() const { return holds<bool>(); }
  bool is_integer() const { return holds<int64_t>() || holds<uint64_t>(); }
  bool is_double() const { return holds<double>(); }
  bool is_number() const { return is_integer() || is_double() || holds<LongNumber>(); }
  bool is_string() const { return holds<std::string>(); }
  bool is_array() const { return holds<Array>(); }
  bool is_object() const { return holds<Object>(); }

  // The value if it is of that kind, else a null pointer. as_int64 is for numbers without point and
  // exponent that fit, as_uint64 only for those that fit it and no int64_t.
  const bool* as_bool() const { return std::get_if<bool>(&data_); }
  const int64_t* as_int64() const { return std::get_if<int64_t>(&data_); }
  const uint64_t* as_uint64() const { return std::get_if<uint64_t>(&data_); }
  const double* as_double() const { return std::get_if<double>(&data_); }
  const LongNumber* as_long_number() const { return std::get_if<LongNumber>(&data_); }
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const Array* as_array() const { return std::get_if<Array>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }

  // Any number as a double; 0 for other values.
  double number() const;
  // The member of that name, the last one if it is repeated (as Go, Java and Python read it); a
  // null pointer if there is none or this is no object.
  const Value* find(std::string_view name) const;
  // The same for one of a kind: find_string("type") is null unless it is there and a string.
  const std::string* find_string(std::string_view name) const;

  bool operator==(const Value& other) const;
  // "null", "boolean", "integer", "double", "string", "array", "object"; of a long number "integer"
  // or "double".
  const char* kind() const;

 private:
  using Data = std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Array,
                            Object, LongNumber>;

  template <class T>
  bool holds() const {
    return std::holds_alternative<T>(data_);
  }
  template <class T>
  static Data stored(T&& value);

  Data data_;
};

struct Member {
  std::string name;
  Value value;
  bool operator==(const Member&) const = default;
};

// What untrusted text may cost; more is bad_input.
struct ParseLimits {
  size_t bytes_max = 16u << 20;
  size_t depth_max = 256;         // brackets inside of brackets
  size_t values_max = 2'000'000;  // about 40 bytes each
};

// What becomes of numbers with more digits than 64 bits hold. `nearest`: the nearest double;
// beyond the greatest one, bad_input. `kept`: a LongNumber.
enum class LongNumbers { nearest, kept };

// Reads one document and nothing behind it. Fails (bad_input) for text that is not JSON or not
// UTF-8, lone surrogates, and what exceeds `limits`. Thread-safe.
Result<Value> parse(std::string_view text, const ParseLimits& limits = {},
                    LongNumbers long_numbers = LongNumbers::nearest);

std::string dump(const Value& value, Style style = Style::compact());
void dump(const Value& value, Style style, std::string& out);

template <class T>
Value::Data Value::stored(T&& value) {
  using Plain = std::decay_t<T>;
  if constexpr (std::is_same_v<Plain, std::nullptr_t>) {
    return std::monostate();
  } else if constexpr (std::is_same_v<Plain, bool>) {
    return value;
  } else if constexpr (std::is_integral_v<Plain> && std::is_signed_v<Plain>) {
    return static_cast<int64_t>(value);
  } else if constexpr (std::is_integral_v<Plain>) {
    if (static_cast<uint64_t>(value) <= static_cast<uint64_t>(INT64_MAX)) {
      return static_cast<int64_t>(value);
    }
    return static_cast<uint64_t>(value);
  } else if constexpr (std::is_floating_point_v<Plain>) {
    return static_cast<double>(value);
  } else if constexpr (std::is_same_v<Plain, Array> || std::is_same_v<Plain, Object> ||
                       std::is_same_v<Plain, LongNumber>) {
    return std::forward<T>(value);
  } else {
    return std::string(std::forward<T>(value));
  }
}

}  // namespace efd::json
