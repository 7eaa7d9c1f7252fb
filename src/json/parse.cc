// SPDX-License-Identifier: MIT
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
  if (const auto error = parser.parse(text.data(), text.size()).get(root)) {
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
