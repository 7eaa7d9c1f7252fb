// SPDX-License-Identifier: MIT
// Described messages (fields.h) from JSON, and compared with JSON, in the conventions of Kafka's
// own JSON converters: camelCase, bytes as base64, ids as URL-safe base64, a tagged field that has
// its default left out. For tests.
#pragma once

#include <string>

#include "codec/base64.h"
#include "json/value.h"
#include "kafka/protocol/arena.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

inline std::string camel_case(std::string_view snake) {
  std::string camel;
  for (size_t i = 0; i < snake.size(); ++i) {
    if (snake[i] != '_')
      camel.push_back(snake[i]);
    else
      camel.push_back(static_cast<char>(snake[++i] - 'a' + 'A'));
  }
  return camel;
}

// Fills a message of one version from a JSON object; its strings go into the arena.
class JsonReader {
 public:
  JsonReader(const json::Value& from, int16_t version, Arena& arena)
      : from_(from), version_(version), arena_(arena) {}

  template <class T>
  void operator()(const char* name, T& value, Range range = {}) {
    const json::Value* member = from_.find(camel_case(name));
    if (member && range.contains(version_)) fill(value, *member);
  }
  template <class T>
  void tagged(uint32_t, const char* name, T& value, Range range,
              const std::type_identity_t<T>& = {}) {
    (*this)(name, value, range);
  }

 private:
  template <class T>
  void fill(T& value, const json::Value& from) {
    if constexpr (std::is_same_v<T, bool>) {
      value = *from.as_bool();
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      value = static_cast<T>(*from.as_int64());
    } else if constexpr (is_optional<T>) {
      value.reset();
      if (!from.is_null()) fill(value.emplace(), from);
    } else if constexpr (is_span<T>) {
      value = arena_.array<typename T::element_type>(from.as_array()->size());
      for (size_t i = 0; i < value.size(); ++i) fill(value[i], (*from.as_array())[i]);
    } else {
      fill_value(value, from);
    }
  }
  template <class Message>
  void fill_value(Message& value, const json::Value& from) {
    JsonReader reader(from, version_, arena_);
    Message::describe(value, reader);
  }
  void fill_value(std::string_view& text, const json::Value& from) {
    text = arena_.copy(*from.as_string());
  }
  void fill_value(ClassicString& text, const json::Value& from) { fill(text.view, from); }
  void fill_value(Uuid& id, const json::Value& from) {
    id = *Uuid::parse_base64(*from.as_string());
  }
  void fill_value(Bytes& bytes, const json::Value& from) {
    bytes.view = arena_.copy(*codec::from_base64(*from.as_string()));
  }
  // In two parts, as an answer may well come.
  void fill_value(BytesParts& bytes, const json::Value& from) {
    std::string_view all = arena_.copy(*codec::from_base64(*from.as_string()));
    std::span<std::string_view> parts = arena_.array<std::string_view>(2);
    parts[0] = all.substr(0, all.size() / 3);
    parts[1] = all.substr(all.size() / 3);
    bytes.parts = parts;
  }

  const json::Value& from_;
  int16_t version_;
  Arena& arena_;
};

// Compares a message with a JSON object: differences() names the fields that are not equal.
class JsonComparer {
 public:
  JsonComparer(const json::Value& with, int16_t version) : with_(with), version_(version) {}

  const std::string& differences() const { return differences_; }

  template <class T>
  void operator()(const char* name, const T& value, Range range = {}) {
    if (!range.contains(version_)) return;
    const json::Value* member = with_.find(camel_case(name));
    if (!member || !equal(value, *member)) differences_ += std::string(" ") + name;
  }
  template <class T>
  void tagged(uint32_t, const char* name, const T& value, Range range,
              const std::type_identity_t<T>& standard = {}) {
    if (with_.find(camel_case(name))) return (*this)(name, value, range);
    if (!equals_default(value, standard)) differences_ += std::string(" tagged ") + name;
  }

 private:
  template <class T>
  bool equal(const T& value, const json::Value& with) {
    if constexpr (std::is_same_v<T, bool>) {
      return with.as_bool() && value == *with.as_bool();
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return with.as_int64() && static_cast<int64_t>(value) == *with.as_int64();
    } else if constexpr (is_optional<T>) {
      return value ? equal(*value, with) : with.is_null();
    } else if constexpr (is_span<T>) {
      if (!with.as_array() || with.as_array()->size() != value.size()) return false;
      bool all_equal = true;
      for (size_t i = 0; i < value.size(); ++i) all_equal &= equal(value[i], (*with.as_array())[i]);
      return all_equal;
    } else {
      return equal_value(value, with);
    }
  }
  template <class Message>
  bool equal_value(const Message& value, const json::Value& with) {
    JsonComparer inner(with, version_);
    Message::describe(value, inner);
    differences_ += inner.differences_;
    return inner.differences_.empty();
  }
  bool equal_value(std::string_view text, const json::Value& with) {
    return with.as_string() && text == *with.as_string();
  }
  bool equal_value(const ClassicString& text, const json::Value& with) {
    return equal(text.view, with);
  }
  bool equal_value(const Uuid& id, const json::Value& with) {
    return with.as_string() && id.base64() == *with.as_string();
  }
  bool equal_value(const Bytes& bytes, const json::Value& with) {
    return with.as_string() && codec::to_base64(bytes.view) == *with.as_string();
  }
  bool equal_value(const BytesParts& bytes, const json::Value& with) {
    std::string all;
    for (std::string_view part : bytes.parts) all += part;
    return with.as_string() && codec::to_base64(all) == *with.as_string();
  }

  const json::Value& with_;
  int16_t version_;
  std::string differences_;
};

}  // namespace efd::kafka
