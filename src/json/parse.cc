// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include <simdjson.h>

#include "json/value.h"

namespace efd::json {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// Copies simdjson's document, whose depth is checked already.
class Builder {
 public:
  explicit Builder(size_t values_max) : values_left_(values_max) {}

  Value build(element from) {
    if (values_left_ == 0) return overflow_ = true, Value();
    --values_left_;
    switch (from.type()) {
      case element_type::ARRAY:
        return build_array(from);
      case element_type::OBJECT:
        return build_object(from);
      case element_type::INT64:
        return int64_t(from);
      case element_type::UINT64:
        return uint64_t(from);
      case element_type::DOUBLE:
        return double(from);
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

Result<Value> parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return fail(ErrorCode::bad_input, "JSON text of {} bytes: at most {} are taken", text.size(),
                limits.bytes_max);
  }
  simdjson::dom::parser parser;
  if (parser.allocate(text.size(), limits.depth_max)) {
    return fail(ErrorCode::overload, "no memory to read JSON text of {} bytes", text.size());
  }
  element root;
  if (const auto error = parse_text(parser, text, root)) {
    return fail(ErrorCode::bad_input, "not valid JSON: {}", simdjson::error_message(error));
  }
  Builder builder(limits.values_max);
  Value value = builder.build(root);
  if (builder.overflow()) {
    return fail(ErrorCode::bad_input, "JSON text with more than {} values", limits.values_max);
  }
  return value;
}

}  // namespace efd::json
