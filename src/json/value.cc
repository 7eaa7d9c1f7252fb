// SPDX-License-Identifier: MIT
#include "json/value.h"

#include <algorithm>
#include <cstdlib>

namespace efd::json {
namespace {

using Members = std::vector<const Member*>;

Members members_in_order(const Value::Object& object, bool sorted) {
  Members members;
  members.reserve(object.size());
  for (const Member& member : object) members.push_back(&member);
  const auto by_name = [](const Member* a, const Member* b) { return a->name < b->name; };
  if (sorted) std::stable_sort(members.begin(), members.end(), by_name);
  return members;
}

// Recursion is as deep as the value: parse() bounds it.
class Dumper {
 public:
  Dumper(Style style, std::string& out) : sorted_(style.sorted), writer_(out, style) {}

  void write(const Value& value) {
    if (const auto* array = value.as_array()) return write_array(*array);
    if (const auto* object = value.as_object()) return write_object(*object);
    write_scalar(value);
  }

 private:
  void write_array(const Value::Array& array) {
    writer_.begin_array();
    for (const Value& element : array) write(element);
    writer_.end_array();
  }

  void write_object(const Value::Object& object) {
    writer_.begin_object();
    for (const Member* member : members_in_order(object, sorted_)) {
      writer_.key(member->name);
      write(member->value);
    }
    writer_.end_object();
  }

  void write_scalar(const Value& value) {
    if (const auto* text = value.as_string()) return writer_.value(*text);
    if (const auto* number = value.as_int64()) return writer_.value(*number);
    if (const auto* number = value.as_uint64()) return writer_.value(*number);
    if (const auto* number = value.as_double()) return writer_.value(*number);
    if (const auto* number = value.as_long_number()) return writer_.raw(number->text);
    if (const auto* truth = value.as_bool()) return writer_.value(*truth);
    writer_.value(nullptr);
  }

  bool sorted_;
  Writer writer_;
};

}  // namespace

double LongNumber::nearest() const {
  return std::strtod(text.c_str(), nullptr);
}

double Value::number() const {
  if (const auto* number = as_int64()) return static_cast<double>(*number);
  if (const auto* number = as_uint64()) return static_cast<double>(*number);
  if (const auto* number = as_double()) return *number;
  if (const auto* number = as_long_number()) return number->nearest();
  return 0;
}

const Value* Value::find(std::string_view name) const {
  const Object* object = as_object();
  if (object == nullptr) return nullptr;
  const auto named = [&](const Member& member) { return member.name == name; };
  const auto found = std::find_if(object->rbegin(), object->rend(), named);
  return found == object->rend() ? nullptr : &found->value;
}

const std::string* Value::find_string(std::string_view name) const {
  const Value* found = find(name);
  return found == nullptr ? nullptr : found->as_string();
}

bool Value::operator==(const Value& other) const {
  return data_ == other.data_;
}

const char* Value::kind() const {
  if (is_bool()) return "boolean";
  if (is_integer()) return "integer";
  if (is_double()) return "double";
  if (const auto* number = as_long_number()) return number->is_integer() ? "integer" : "double";
  if (is_string()) return "string";
  if (is_array()) return "array";
  return is_object() ? "object" : "null";
}

void dump(const Value& value, Style style, std::string& out) {
  Dumper(style, out).write(value);
}

std::string dump(const Value& value, Style style) {
  std::string out;
  dump(value, style, out);
  return out;
}

}  // namespace efd::json
