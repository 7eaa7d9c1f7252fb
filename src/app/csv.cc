// SPDX-License-Identifier: MIT
#include "app/csv.h"

#include "query/answer/csv_text.h"

namespace efd::app {
namespace {

const json::Value::Array& array_of(const json::Value& parent, std::string_view name) {
  static const json::Value::Array none;
  const json::Value* value = parent.find(name);
  return value && value->as_array() ? *value->as_array() : none;
}

void append_value(const json::Value& value, std::string& out) {
  if (value.is_null()) return;
  if (const std::string* string = value.as_string()) return query::append_csv_text(*string, out);
  if (const double* number = value.as_double())
    query::append_csv_float(*number, out);
  else
    out += json::dump(value);
}

std::string heading_of(const json::Value& series) {
  std::string heading = "name,tags";
  for (const json::Value& column : array_of(series, "columns")) {
    heading += ',';
    append_value(column, heading);
  }
  return heading + '\n';
}

// "name,tags" of each row.
std::string prefix_of(const json::Value& series) {
  std::string prefix, tags;
  if (const std::string* name = series.find_string("name")) query::append_csv_text(*name, prefix);
  if (const json::Value* pairs = series.find("tags"); pairs && pairs->as_object())
    for (const json::Member& tag : *pairs->as_object()) {
      const std::string* value = tag.value.as_string();
      tags += (tags.empty() ? "" : ",") + tag.name + "=" + (value ? *value : "");
    }
  prefix += ',';
  query::append_csv_text(tags, prefix);
  return prefix;
}

void append_rows(const json::Value& series, std::string& text) {
  const std::string prefix = prefix_of(series);
  for (const json::Value& row : array_of(series, "values")) {
    text += prefix;
    if (row.as_array())
      for (const json::Value& value : *row.as_array()) {
        text += ',';
        append_value(value, text);
      }
    text += '\n';
  }
}

}  // namespace

void append_csv(const json::Value& result, std::string& text) {
  std::string heading;  // of the series before
  for (const json::Value& series : array_of(result, "series")) {
    if (std::string own = heading_of(series); own != heading) {
      if (!text.empty()) text += '\n';
      text += own;
      heading = std::move(own);
    }
    append_rows(series, text);
  }
}

}  // namespace efd::app
