// SPDX-License-Identifier: MIT
// Topics that are not the clients' alone.
#pragma once

#include <string_view>

namespace efd::broker {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

// The broker's own: clients may read them, not write, make or delete them.
inline bool is_internal_topic(std::string_view name) {
  return name == kOffsetsTopic || name == "__transaction_state";
}

inline constexpr std::string_view kSchemasTopic = "_schemas";
inline constexpr std::string_view kDeadLetterTopic = "efd.dead-letters";

// With one of them, schemas or rejected records would be lost: clients may not delete it. (Writing
// is theirs, too: a Confluent registry keeps its schemas by the Kafka protocol.)
inline bool is_kept_topic(std::string_view name) {
  return is_internal_topic(name) || name == kSchemasTopic || name == kDeadLetterTopic;
}

}  // namespace efd::broker
