// SPDX-License-Identifier: MIT
// How a message of the Kafka protocol is described. A message is a plain struct of numbers, views
// and spans with one list of its fields, from which encoder.h and decoder.h make both directions
// (and the tests a third, JSON):
//
//   struct Endpoint {
//     int32_t node_id = 0;
//     std::string_view host;
//     std::optional<std::string_view> rack;
//
//     template <class Self, class Visit>
//     static void describe(Self& self, Visit& visit) {
//       visit("node_id", self.node_id);
//       visit("host", self.host, {.since = 1});
//       visit("rack", self.rack, {.since = 1, .null_since = 3});
//       visit.tagged(0, "zone", self.zone, {.since = 4});
//     }
//   };
//
// Field names are those of Kafka's own definitions, in snake_case. A member's initialiser is the
// field's default: what a version without the field reads as. Tagged fields come in the order of
// their tags, and are written only when they differ from their default. Sources: KIP-482 (flexible
// versions), https://kafka.apache.org/protocol.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/ids.h"

namespace efd::kafka {

constexpr int16_t kNever = std::numeric_limits<int16_t>::max();

// Which versions of a message have a field, and since when it may be null.
struct Range {
  int16_t since = 0;
  int16_t until = kNever;
  int16_t null_since = kNever;

  constexpr bool contains(int16_t version) const { return version >= since && version <= until; }
};

// Opaque bytes with a 32-bit length ("records" and "bytes" in Kafka's definitions).
struct Bytes {
  std::string_view view;
};

// The same, sent from several places in memory as one field.
struct BytesParts {
  std::span<const std::string_view> parts;
};

// A string that never takes the compact form (the client id of a request's header).
struct ClassicString {
  std::optional<std::string_view> view;
};

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

template <class T>
constexpr bool is_span = false;
template <class T>
constexpr bool is_span<std::span<T>> = true;

// A field's default compares equal to it; an array's default is the empty one.
template <class T>
bool equals_default(const T& value, const T& standard) {
  if constexpr (is_span<T>) {
    return value.empty();
  } else {
    return value == standard;
  }
}

}  // namespace efd::kafka
