// SPDX-License-Identifier: MIT
#include "kafka/handlers/new_topic.h"

#include <algorithm>

#include "broker/internal_topics.h"
#include "broker/topic_config.h"

namespace efd::kafka {
namespace {

char undotted(char c) {
  return c == '.' ? '_' : c;
}

bool collide(std::string_view a, std::string_view b) {
  return a != b && std::equal(a.begin(), a.end(), b.begin(), b.end(),
                              [](char x, char y) { return undotted(x) == undotted(y); });
}

Refusal check_collision(Call& call, std::string_view name) {
  if (name.find_first_of("._") == std::string_view::npos) return {};
  for (const broker::TopicDescription& topic : call.log().topics()) {
    if (collide(name, topic.name.value())) {
      return {KafkaError::invalid_topic,
              fmt::format("topic '{}' collides with '{}': '.' and '_' count as the same", name,
                          topic.name.value())};
    }
  }
  return {};
}

Refusal check(Call& call, const TopicName& name) {
  Result<> good_name = broker::check_topic_name(name.value());
  if (!good_name) return {KafkaError::invalid_topic, good_name.error().message};
  if (broker::is_internal_topic(name.value()))
    return {KafkaError::invalid_topic, "the topic is the broker's own"};
  if (!may(call.caller, Action::create, name.value())) {
    return {KafkaError::topic_authorization_failed, "not allowed"};
  }
  if (call.log().find_topic(name)) {
    return {KafkaError::topic_already_exists, fmt::format("topic '{}' exists", name.value())};
  }
  return check_collision(call, name.value());
}

}  // namespace

Refusal refusal_of(const Error& error, KafkaError bad_input) {
  if (error.code == ErrorCode::not_found)
    return {KafkaError::unknown_topic_or_partition, error.message};
  return {error.code == ErrorCode::bad_input ? bad_input : kafka_error(error), error.message};
}

Refusal make_topic(Call& call, const broker::NewTopic& topic, bool validate_only) {
  if (Refusal refusal = check(call, topic.name)) return refusal;
  if (validate_only) {
    Result<> good = call.log().check_new_topic(topic);
    return good ? Refusal{} : refusal_of(good.error(), KafkaError::invalid_config);
  }
  Result<broker::TopicDescription> made = call.log().create_topic(topic);
  // The name is good: what the log calls bad input is a setting.
  return made ? Refusal{} : refusal_of(made.error(), KafkaError::invalid_config);
}

}  // namespace efd::kafka
