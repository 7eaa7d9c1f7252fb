// SPDX-License-Identifier: MIT
// Bind parameters: what token a JSON value stands for.
#include <cmath>

#include "influx/decimal.h"
#include "influx/duration.h"
#include "influx/token_stream.h"

namespace efd::influx {
namespace {

// InfluxDB's words for null.
constexpr const char* kNoType = "unable to bind parameter with type <nil>";

}  // namespace

TokenStream::Bound TokenStream::bind_number(double value) {
  if (!std::isfinite(value)) return {Token::bound_param, "number must be finite"};
  return {Token::number, fixed_decimal(value)};
}

TokenStream::Bound TokenStream::bind(const ParamValue& value) {
  if (const auto* object = std::get_if<ParamObject>(&value)) return bind_object(*object);
  const auto& scalar = std::get<ParamScalar>(value);
  if (const auto* flag = std::get_if<bool>(&scalar)) {
    return {*flag ? Token::true_ : Token::false_, ""};
  }
  if (const auto* integer = std::get_if<int64_t>(&scalar)) {
    return {Token::integer, std::to_string(*integer)};
  }
  if (const auto* number = std::get_if<double>(&scalar)) return bind_number(*number);
  if (const auto* text = std::get_if<std::string>(&scalar)) return {Token::string, *text};
  return {Token::bound_param, kNoType};
}

TokenStream::Bound TokenStream::bind_object(const ParamObject& object) {
  const auto bad = [](std::string why) { return Bound{Token::bound_param, std::move(why)}; };
  if (object.size() != 1) return bad("bound object parameter value must have exactly one entry");
  const auto& [type, value] = *object.begin();
  const auto* text = std::get_if<std::string>(&value);
  const auto* integer = std::get_if<int64_t>(&value);
  const auto* number = std::get_if<double>(&value);
  if (type == "ident" || type == "identifier") {
    return text ? Bound{Token::ident, *text} : bad("identifier must be a string value");
  }
  if (type == "regex") {
    return text ? Bound{Token::regex, *text} : bad("regex literal must be a string value");
  }
  if (type == "string") {
    return text ? Bound{Token::string, *text} : bad("string literal must be a string value");
  }
  if (type == "float" || type == "number") {
    if (number) return bind_number(*number);
    return integer ? Bound{Token::number, std::to_string(*integer)}
                   : bad("number literal must be a float value");
  }
  if (type == "int" || type == "integer") {
    return integer ? Bound{Token::integer, std::to_string(*integer)}
                   : bad("integer literal must be an integer value");
  }
  if (type == "bool" || type == "boolean") {
    const auto* flag = std::get_if<bool>(&value);
    if (!flag) return bad("boolean literal must be a boolean value");
    return {*flag ? Token::true_ : Token::false_, ""};
  }
  if (type == "duration") {
    if (text) return {Token::duration_value, *text};
    return integer ? Bound{Token::duration_value, format_duration(*integer)}
                   : bad("duration literal must be a string or integer value");
  }
  return bad("unknown bind object type: " + type);
}

}  // namespace efd::influx
