// SPDX-License-Identifier: MIT
// Making a topic, as Metadata and CreateTopics do it: Kafka's rules for names, then the log.
#pragma once

#include <string>
#include <string_view>

#include "kafka/error_code.h"
#include "kafka/service.h"

namespace efd::kafka {

constexpr size_t kTopicNameBytesMax = 249;

// Why something was not done; error is `none` when it was.
struct Refusal {
  KafkaError error = KafkaError::none;
  std::string message;

  explicit operator bool() const { return error != KafkaError::none; }
};

// [a-zA-Z0-9._-]{1,249}, neither "." nor "..".
bool is_topic_name(std::string_view name);

// Checks rights, name and a collision with another topic's name (Kafka's metrics write '.' as '_',
// so that "a.b" and "a_b" cannot stand side by side), then makes the topic, or with `validate_only`
// checks that it could be made.
Refusal make_topic(Call& call, const broker::NewTopic& topic, bool validate_only);

}  // namespace efd::kafka
