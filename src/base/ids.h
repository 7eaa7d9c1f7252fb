// SPDX-License-Identifier: MIT
// The names and numbers by which things are known. Each is a type of its own: an Offset never
// becomes a Partition by accident, and nothing converts back without `.value()`.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace efd {

// A number or string of type T that is only equal to its own kind. Tag is any (incomplete) type.
template <class Tag, class T>
class Strong {
 public:
  using Raw = T;
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(std::move(value)) {}
  constexpr const T& value() const { return value_; }
  constexpr auto operator<=>(const Strong&) const = default;

 private:
  T value_{};
};

using Offset = Strong<struct OffsetTag, int64_t>;        // of a record in a partition, from 0
using Partition = Strong<struct PartitionTag, int32_t>;  // of a topic, from 0
using SchemaId = Strong<struct SchemaIdTag, int32_t>;    // in a registry, from 1
using ProducerId = Strong<struct ProducerIdTag, int64_t>;
using TopicName = Strong<struct TopicNameTag, std::string>;
using Subject = Strong<struct SubjectTag, std::string>;  // of a schema registry
using ConnectorName = Strong<struct ConnectorNameTag, std::string>;

constexpr Offset operator+(Offset offset, int64_t n) {
  return Offset(offset.value() + n);
}
constexpr int64_t operator-(Offset a, Offset b) {
  return a.value() - b.value();
}

// 16 bytes, as Kafka writes topic ids (big-endian) and prints them (URL-safe base64, 22 letters).
class Uuid {
 public:
  Uuid() = default;  // all zero: "no id"
  explicit Uuid(std::array<uint8_t, 16> bytes) : bytes_(bytes) {}
  static Uuid random();  // version 4; thread-safe
  static Result<Uuid> parse_base64(std::string_view text);
  static Result<Uuid> parse_hex(std::string_view text);  // 32 digits, dashes ignored

  bool is_zero() const { return *this == Uuid(); }
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  std::string base64() const;  // "2DCG4mlgS0-..."
  std::string hex() const;     // 32 lower-case digits
  auto operator<=>(const Uuid&) const = default;

 private:
  std::array<uint8_t, 16> bytes_{};
};

// A topic deleted and made anew keeps its name and gets another id. Zero where the broker has none.
using TopicId = Strong<struct TopicIdTag, Uuid>;

struct TopicPartition {
  TopicName topic;
  Partition partition;
  auto operator<=>(const TopicPartition&) const = default;
};

// Where a reader goes on: `next` is the offset of the first record not yet taken.
struct Position {
  TopicName topic;
  TopicId id;
  Partition partition;
  Offset next;
  bool operator==(const Position&) const = default;
};

size_t hash_bytes(std::string_view bytes);  // XXH3, 64 bit

}  // namespace efd

template <class Tag, class T>
struct std::hash<efd::Strong<Tag, T>> {
  size_t operator()(const efd::Strong<Tag, T>& id) const { return std::hash<T>()(id.value()); }
};
template <>
struct std::hash<efd::Uuid> {
  size_t operator()(const efd::Uuid& id) const {
    return efd::hash_bytes({reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()});
  }
};
template <>
struct std::hash<efd::TopicPartition> {
  size_t operator()(const efd::TopicPartition& tp) const {
    return efd::hash_bytes(tp.topic.value()) * 31 + static_cast<size_t>(tp.partition.value());
  }
};
