// SPDX-License-Identifier: MIT
// AlterConfigs and IncrementalAlterConfigs: both are a list of changes to what is set for a topic,
// the first one to nothing.
#include <algorithm>
#include <map>
#include <set>

#include "broker/internal_topics.h"
#include "broker/topic_config.h"
#include "kafka/handlers/handlers.h"
#include "kafka/handlers/new_topic.h"

namespace efd::kafka {
namespace {

using broker::TopicConfig;
using broker::TopicDescription;

// Kafka's ConfigResource.Type.
constexpr int8_t kTopic = 2;
constexpr int8_t kBroker = 4;

// Kafka's AlterConfigOp.OpType.
enum class Operation : int8_t { set = 0, remove = 1, append = 2, subtract = 3 };

struct Change {
  std::string_view name;
  Operation operation = Operation::set;
  std::optional<std::string_view> value;
};

// What is asked of one resource.
struct Asked {
  int8_t type = 0;
  std::string_view name;
  std::vector<Change> changes;
  bool replaces = false;  // what is set and not named goes
};

Asked asked_of(const AlterConfigsResource& resource) {
  Asked asked{resource.resource_type, resource.resource_name, {}, true};
  for (const AlterableConfig& config : resource.configs)
    asked.changes.push_back({config.name, Operation::set, config.value});
  return asked;
}

Asked asked_of(const IncrementalAlterConfigsResource& resource) {
  Asked asked{resource.resource_type, resource.resource_name, {}, false};
  for (const IncrementallyAlterableConfig& config : resource.configs)
    asked.changes.push_back(
        {config.name, static_cast<Operation>(config.config_operation), config.value});
  return asked;
}

Refusal check_form(const Asked& asked) {
  std::set<std::string_view> names;
  std::string nulls;
  for (const Change& change : asked.changes) {
    if (!names.insert(change.name).second)
      return {KafkaError::invalid_request, fmt::format("setting '{}' is named twice", change.name)};
    if (change.operation < Operation::set || change.operation > Operation::subtract)
      return {KafkaError::invalid_request,
              fmt::format("setting '{}': there is no operation {}", change.name,
                          static_cast<int>(change.operation))};
    if (!change.value && change.operation != Operation::remove)
      nulls += (nulls.empty() ? "" : ",") + std::string(change.name);
  }
  if (nulls.empty()) return {};
  return {KafkaError::invalid_request, "Null value not supported for : " + nulls};
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> values;
  while (!list.empty()) {
    size_t end = std::min(list.find(','), list.size());
    values.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return values;
}

std::string joined(const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) list += (list.empty() ? "" : ",") + value;
  return list;
}

// Values are added to, or taken from, the list in force.
Result<> edit_list(const Change& change, const std::string& in_force, TopicConfig& config) {
  bool appends = change.operation == Operation::append;
  if (!broker::is_list_setting(change.name))
    return fail(ErrorCode::bad_input, "Can't {} to key {} because its type is not LIST.",
                appends ? "APPEND" : "SUBTRACT", change.name);
  std::vector<std::string> values = split(in_force);
  for (const std::string& value : split(*change.value)) {
    auto found = std::find(values.begin(), values.end(), value);
    if (appends && found == values.end()) values.push_back(value);
    if (!appends && found != values.end()) values.erase(found);
  }
  config[std::string(change.name)] = joined(values);
  return {};
}

// `described`: every setting with the value in force before the changes.
Result<> apply(const Asked& asked, const std::vector<broker::ConfigEntry>& described,
               TopicConfig& config) {
  if (asked.replaces) config.clear();
  for (const Change& change : asked.changes) {
    std::string name(change.name);
    if (change.operation == Operation::remove) {
      config.erase(name);
    } else if (change.operation == Operation::set) {
      config[name] = *change.value;
    } else {
      auto entry = std::find_if(described.begin(), described.end(),
                                [&](const auto& each) { return each.name == name; });
      EFD_TRY(edit_list(change, entry == described.end() ? "" : entry->value, config));
    }
  }
  return {};
}

// What the broker and the registry keep in compacted topics would be dropped under another policy.
bool loses_its_policy(const std::string& topic, const TopicConfig& before,
                      const TopicConfig& after) {
  auto kept = before.find("cleanup.policy");
  if (!broker::is_kept_topic(topic) || kept == before.end()) return false;
  auto found = after.find("cleanup.policy");
  return found == after.end() || found->second != kept->second;
}

Refusal alter_topic(Call& call, const Asked& asked, bool validate_only) {
  if (asked.name.empty())
    return {KafkaError::invalid_request, "there are no settings for all topics: name one"};
  if (Result<> good = broker::check_topic_name(asked.name); !good)
    return {KafkaError::invalid_topic, good.error().message};
  TopicName name{std::string(asked.name)};
  if (!may(call.caller, Action::alter, name.value()))
    return {KafkaError::topic_authorization_failed, "not allowed"};
  KafkaError wrong = KafkaError::invalid_config;
  auto edit = [&](TopicDescription& topic) -> Result<> {
    TopicConfig before = topic.config;
    EFD_TRY(apply(asked, call.log().config(name), topic.config));
    if (!loses_its_policy(name.value(), before, topic.config)) return {};
    wrong = KafkaError::policy_violation;
    return fail(ErrorCode::bad_input, "the cleanup.policy of '{}' stays '{}'", name.value(),
                before["cleanup.policy"]);
  };
  std::optional<TopicDescription> found = call.log().find_topic(name);
  if (found && !validate_only) {
    auto changed = call.log().change_topic(name, edit);
    return changed ? Refusal{} : refusal_of(changed.error(), wrong);
  }
  TopicDescription before = found.value_or(TopicDescription{name, {}, 1, {}});
  TopicDescription after = before;
  Result<> good = edit(after);
  if (good) good = call.log().check_topic_change(before, after);
  if (!good) return refusal_of(good.error(), wrong);
  if (found) return {};
  return {KafkaError::unknown_topic_or_partition,
          fmt::format("The topic '{}' does not exist.", asked.name)};
}

// What a broker is told when it starts holds until it stops.
Refusal alter_broker(Call& call, const Asked& asked) {
  if (!authorize(call.caller, Action::alter, "cluster"))
    return {KafkaError::cluster_authorization_failed, "not allowed"};
  std::string node = std::to_string(call.service.options.node_id);
  if (!asked.name.empty() && asked.name != node)
    return {KafkaError::invalid_request,
            fmt::format("Unexpected broker id, expected {} or empty string, but received {}", node,
                        asked.name)};
  if (asked.changes.empty()) return {};
  std::vector<std::string> names;
  for (const Change& change : asked.changes) names.emplace_back(change.name);
  return {KafkaError::invalid_request,
          fmt::format("Cannot update these configs dynamically: Set({})", joined(names))};
}

Refusal alter(Call& call, const Asked& asked, bool validate_only) {
  if (Refusal refusal = check_form(asked)) return refusal;
  if (asked.type == kTopic) return alter_topic(call, asked, validate_only);
  if (asked.type == kBroker) return alter_broker(call, asked);
  return {KafkaError::invalid_request,
          fmt::format("Unknown resource type {}: topics have settings that can be changed",
                      int{asked.type})};
}

template <class Request>
AlterConfigsResponse answer(Call& call, const Request& request) {
  std::map<std::pair<int8_t, std::string_view>, int> mentions;
  for (const auto& resource : request.resources)
    ++mentions[{resource.resource_type, resource.resource_name}];
  AlterConfigsResponse response;
  response.responses = call.arena.array<AlterConfigsResourceResponse>(request.resources.size());
  for (size_t i = 0; i < request.resources.size(); ++i) {
    Asked asked = asked_of(request.resources[i]);
    Refusal refusal = mentions[{asked.type, asked.name}] > 1
                          ? Refusal{KafkaError::invalid_request, "a resource is named twice"}
                          : alter(call, asked, request.validate_only);
    response.responses[i] = {.error_code = refusal.error,
                             .error_message = std::nullopt,
                             .resource_type = asked.type,
                             .resource_name = asked.name};
    if (refusal) response.responses[i].error_message = call.arena.copy(refusal.message);
  }
  return response;
}

}  // namespace

AlterConfigsResponse handle(Call& call, const AlterConfigsRequest& request) {
  return answer(call, request);
}

IncrementalAlterConfigsResponse handle(Call& call, const IncrementalAlterConfigsRequest& request) {
  return answer(call, request);
}

}  // namespace efd::kafka
