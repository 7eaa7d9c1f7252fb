// SPDX-License-Identifier: MIT
// Making a topic, as Metadata and CreateTopics do it: Kafka's rules for names, then the log.
#pragma once

#include <string>
#include <string_view>

#include "kafka/error_code.h"
#include "kafka/service.h"

namespace efd::kafka {

// Why something was not done; error is `none` when it was.
struct Refusal {
  KafkaError error = KafkaError::none;
  std::string message;

  explicit operator bool() const { return error != KafkaError::none; }
};

// What a change of a topic was refused for by the log.
Refusal refusal_of(const Error& error, KafkaError bad_input);

// Checks rights, name and a collision with another topic's name (Kafka's metrics write '.' as '_',
// so that "a.b" and "a_b" cannot stand side by side), then makes the topic, or with `validate_only`
// checks that it could be made.
Refusal make_topic(Call& call, const broker::NewTopic& topic, bool validate_only);

}  // namespace efd::kafka
