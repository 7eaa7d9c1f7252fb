// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "json/value.h"

namespace efd::json {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// The number tokens of a text in their order; those that are no long numbers are empty.
using NumberTokens = std::vector<std::string_view>;

// Copies simdjson's document, whose depth is checked already. `numbers`, unless it is empty, has a
// token for each of the document's numbers.
class Builder {
 public:
  Builder(size_t values_max, const NumberTokens& numbers)
      : values_left_(values_max), numbers_(numbers) {}

  Value build(element from) {
    if (values_left_ == 0) return overflow_ = true, Value();
    --values_left_;
    switch (from.type()) {
      case element_type::ARRAY:
        return build_array(from);
      case element_type::OBJECT:
        return build_object(from);
      case element_type::INT64:
      case element_type::UINT64:
      case element_type::DOUBLE:
        return build_number(from);
      case element_type::STRING:
        return std::string_view(from);
      case element_type::BOOL:
        return bool(from);
      case element_type::NULL_VALUE:
        break;
    }
    return Value();
  }
  bool overflow() const { return overflow_; }

 private:
  Value build_number(element from) {
    size_t index = numbers_seen_++;
    if (index < numbers_.size() && !numbers_[index].empty())
      return LongNumber{std::string(numbers_[index])};
    if (from.type() == element_type::INT64) return int64_t(from);
    if (from.type() == element_type::UINT64) return uint64_t(from);
    return double(from);
  }

  Value build_array(simdjson::dom::array from) {
    Value::Array array;
    for (element child : from) {
      array.push_back(build(child));
      if (overflow_) break;
    }
    return array;
  }

  Value build_object(simdjson::dom::object from) {
    Value::Object object;
    for (auto [name, child] : from) {
      object.push_back({std::string(name), build(child)});
      if (overflow_) break;
    }
    return object;
  }

  size_t values_left_;
  bool overflow_ = false;
  const NumberTokens& numbers_;
  size_t numbers_seen_ = 0;
};

bool is_number_letter(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// A run of digits, perhaps with a minus, that neither int64 nor uint64 holds.
bool is_large_integer(std::string_view number) {
  constexpr size_t kDigitsThatAlwaysFit = 18;
  if (number.size() <= kDigitsThatAlwaysFit) return false;
  if (number.find_first_of(".eE+") != std::string_view::npos) return false;
  const char* begin = number.data();
  const char* end = begin + number.size();
  int64_t as_signed = 0;
  uint64_t as_unsigned = 0;
  return std::from_chars(begin, end, as_signed).ec == std::errc::result_out_of_range &&
         std::from_chars(begin, end, as_unsigned).ec != std::errc();
}

// A number with point or exponent that a double does not hold, or not with all of its digits.
bool is_long_decimal(std::string_view number) {
  constexpr size_t kDigitsThatCount = 17;  // of a double, at most
  size_t exponent = std::min(number.find_first_of("eE"), number.size());
  size_t digits = 0, zeros = 0;
  for (char c : number.substr(0, exponent)) {
    if (c < '0' || c > '9') continue;
    if (c == '0') {
      if (digits > 0) ++zeros;
      continue;
    }
    digits += std::exchange(zeros, 0) + 1;
  }
  if (digits > kDigitsThatCount) return true;
  double value = 0;
  auto result = std::from_chars(number.data(), number.data() + number.size(), value);
  return result.ec == std::errc::result_out_of_range &&
         std::isinf(std::strtod(std::string(number).c_str(), nullptr));
}

bool is_long_number(std::string_view number) {
  bool is_decimal = number.find_first_of(".eE") != std::string_view::npos;
  return is_decimal ? is_long_decimal(number) : is_large_integer(number);
}

// By JSON's grammar: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_json_number(std::string_view text) {
  size_t at = 0;
  auto take = [&](std::string_view letters) {
    bool is_there = at < text.size() && letters.find(text[at]) != std::string_view::npos;
    at += is_there;
    return is_there;
  };
  auto take_digits = [&] {
    size_t begin = at;
    while (take("0123456789")) continue;
    return at > begin;
  };
  take("-");
  if (!take("0") && !take_digits()) return false;
  if (take(".") && !take_digits()) return false;
  if (take("eE")) {
    take("+-");
    if (!take_digits()) return false;
  }
  return at == text.size();
}

bool is_number_start(char c) {
  return (c >= '0' && c <= '9') || c == '-';
}

// The end of the token at `at`: of a string behind its closing quote, of a number behind its last
// letter, of anything else one byte on.
size_t token_end(std::string_view text, size_t at) {
  if (text[at] != '"') {
    const auto rest = text.substr(at);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_number_letter);
    return at + std::max<size_t>(1, static_cast<size_t>(end - rest.begin()));
  }
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

// `text` with ".0" behind every integer beyond 64 bits. simdjson refuses those, and JSON as Go and
// JavaScript write it has them: they are doubles there.
std::string with_large_integers_as_doubles(std::string_view text) {
  std::string changed;
  for (size_t at = 0; at < text.size();) {
    const size_t end = token_end(text, at);
    const std::string_view token = text.substr(at, end - at);
    changed.append(token);
    if (is_large_integer(token)) changed.append(".0");
    at = end;
  }
  return changed;
}

// `text` with 0 in the place of every long number, which goes to `numbers`. Other numbers stay, to
// be judged by simdjson.
std::string without_long_numbers(std::string_view text, NumberTokens& numbers) {
  std::string changed;
  for (size_t at = 0; at < text.size();) {
    const size_t end = token_end(text, at);
    const std::string_view token = text.substr(at, end - at);
    const bool is_number = is_number_start(token[0]);
    const bool is_long = is_number && is_json_number(token) && is_long_number(token);
    if (is_number) numbers.push_back(is_long ? token : std::string_view());
    changed.append(is_long ? "0" : token);
    at = end;
  }
  return changed;
}

// On failure of numbers, once more with large integers as doubles.
simdjson::error_code parse_text(simdjson::dom::parser& parser, std::string_view text,
                                element& root) {
  const auto error = parser.parse(text.data(), text.size()).get(root);
  if (error != simdjson::NUMBER_ERROR) return error;
  const std::string changed = with_large_integers_as_doubles(text);
  if (changed.size() == text.size()) return error;
  return parser.parse(changed).get(root);
}

}  // namespace

Result<Value> parse(std::string_view text, const ParseLimits& limits, LongNumbers long_numbers) {
  if (text.size() > limits.bytes_max) {
    return fail(ErrorCode::bad_input, "JSON text of {} bytes: at most {} are taken", text.size(),
                limits.bytes_max);
  }
  NumberTokens numbers;  // views of `text`
  std::string shortened;
  if (long_numbers == LongNumbers::kept) shortened = without_long_numbers(text, numbers);
  const std::string_view parsed = long_numbers == LongNumbers::kept ? shortened : text;
  simdjson::dom::parser parser;
  if (parser.allocate(parsed.size(), limits.depth_max)) {
    return fail(ErrorCode::overload, "no memory to read JSON text of {} bytes", text.size());
  }
  element root;
  const auto error = parse_text(parser, parsed, root);
  if (error == simdjson::DEPTH_ERROR) {
    return fail(ErrorCode::bad_input, "JSON text with more than {} brackets inside of brackets",
                limits.depth_max);
  }
  if (error)
    return fail(ErrorCode::bad_input, "not valid JSON: {}", simdjson::error_message(error));
  Builder builder(limits.values_max, numbers);
  Value value = builder.build(root);
  if (builder.overflow()) {
    return fail(ErrorCode::bad_input, "JSON text with more than {} values", limits.values_max);
  }
  return value;
}

}  // namespace efd::json
