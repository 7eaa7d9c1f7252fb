// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "broker/topic_config.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

using ConfigEntry = broker::CommitLog::ConfigEntry;

// Numbers of Kafka's DescribeConfigs: resource types, sources and value types.
constexpr int8_t kTopic = 2;
constexpr int8_t kBroker = 4;
constexpr int8_t kTopicSource = 1;
constexpr int8_t kStaticBrokerSource = 4;
constexpr int8_t kDefaultSource = 5;

enum class ValueType : int8_t {
  boolean = 1,
  string = 2,
  integer = 3,
  long_integer = 5,
  real = 6,
  list = 7
};

struct TypedName {
  std::string_view name;
  ValueType type;
};

// The settings that are no plain strings, topics' and brokers'.
constexpr auto kTypes = std::to_array<TypedName>({
    {"auto.create.topics.enable", ValueType::boolean},
    {"broker.id", ValueType::integer},
    {"cleanup.policy", ValueType::list},
    {"compression.gzip.level", ValueType::integer},
    {"compression.lz4.level", ValueType::integer},
    {"compression.zstd.level", ValueType::integer},
    {"default.replication.factor", ValueType::integer},
    {"delete.retention.ms", ValueType::long_integer},
    {"file.delete.delay.ms", ValueType::long_integer},
    {"flush.messages", ValueType::long_integer},
    {"flush.ms", ValueType::long_integer},
    {"follower.replication.throttled.replicas", ValueType::list},
    {"group.max.session.timeout.ms", ValueType::integer},
    {"group.min.session.timeout.ms", ValueType::integer},
    {"index.interval.bytes", ValueType::integer},
    {"leader.replication.throttled.replicas", ValueType::list},
    {"local.retention.bytes", ValueType::long_integer},
    {"local.retention.ms", ValueType::long_integer},
    {"max.compaction.lag.ms", ValueType::long_integer},
    {"max.message.bytes", ValueType::integer},
    {"message.timestamp.after.max.ms", ValueType::long_integer},
    {"message.timestamp.before.max.ms", ValueType::long_integer},
    {"min.cleanable.dirty.ratio", ValueType::real},
    {"min.compaction.lag.ms", ValueType::long_integer},
    {"min.insync.replicas", ValueType::integer},
    {"num.partitions", ValueType::integer},
    {"preallocate", ValueType::boolean},
    {"remote.log.copy.disable", ValueType::boolean},
    {"remote.log.delete.on.disable", ValueType::boolean},
    {"remote.storage.enable", ValueType::boolean},
    {"retention.bytes", ValueType::long_integer},
    {"retention.ms", ValueType::long_integer},
    {"segment.bytes", ValueType::integer},
    {"segment.index.bytes", ValueType::integer},
    {"segment.jitter.ms", ValueType::long_integer},
    {"segment.ms", ValueType::long_integer},
    {"socket.request.max.bytes", ValueType::integer},
    {"unclean.leader.election.enable", ValueType::boolean},
});

int8_t type_of(std::string_view name) {
  for (const TypedName& typed : kTypes) {
    if (typed.name == name) return static_cast<int8_t>(typed.type);
  }
  return static_cast<int8_t>(ValueType::string);
}

bool is_asked(const DescribeConfigsResource& resource, std::string_view name) {
  if (!resource.configuration_keys) return true;
  auto keys = *resource.configuration_keys;
  return std::find(keys.begin(), keys.end(), name) != keys.end();
}

struct ConfigSource {
  int8_t set;  // of a value that was set
  bool read_only;
};

DescribeConfigsResourceResult described(Call& call, const ConfigEntry& entry, ConfigSource source,
                                        bool include_synonyms) {
  DescribeConfigsResourceResult result{
      .name = call.arena.copy(entry.name),
      .value = call.arena.copy(entry.value),
      .read_only = source.read_only,
      .is_default = entry.is_default,
      .config_source = entry.is_default ? kDefaultSource : source.set,
      .config_type = type_of(entry.name)};
  if (include_synonyms) {
    result.synonyms = call.arena.array<DescribeConfigsSynonym>(1);
    result.synonyms[0] = {
        .name = result.name, .value = result.value, .source = result.config_source};
  }
  return result;
}

void describe_all(Call& call, const std::vector<ConfigEntry>& entries, ConfigSource source,
                  const DescribeConfigsResource& asked, bool include_synonyms,
                  DescribeConfigsResult& result) {
  auto configs = call.arena.array<DescribeConfigsResourceResult>(entries.size());
  size_t count = 0;
  for (const ConfigEntry& entry : entries) {
    if (!is_asked(asked, entry.name) || !broker::is_described(entry)) continue;
    configs[count++] = described(call, entry, source, include_synonyms);
  }
  result.configs = configs.first(count);
}

std::vector<ConfigEntry> broker_config(Call& call) {
  const ServerOptions& options = call.service.options;
  const groups::GroupOptions& groups = call.service.groups.options();
  return {{"advertised.listeners", "PLAINTEXT://" + call.advertised.to_string(), false},
          {"auto.create.topics.enable", options.auto_create_topics ? "true" : "false", false},
          {"broker.id", std::to_string(options.node_id), false},
          {"default.replication.factor", "1", true},
          {"group.max.session.timeout.ms", std::to_string(groups.session_timeout_max_ms), false},
          {"group.min.session.timeout.ms", std::to_string(groups.session_timeout_min_ms), false},
          {"num.partitions", std::to_string(options.num_partitions), false},
          {"socket.request.max.bytes", std::to_string(options.request_bytes_max), false}};
}

void refuse(Call& call, KafkaError error, std::string_view message, DescribeConfigsResult& result) {
  result.error_code = error;
  result.error_message = call.arena.copy(message);
}

void describe_topic(Call& call, const DescribeConfigsResource& asked, bool include_synonyms,
                    DescribeConfigsResult& result) {
  TopicName name{std::string(asked.resource_name)};
  if (!may(call.caller, Action::describe, name.value())) {
    return refuse(call, KafkaError::topic_authorization_failed, "not allowed", result);
  }
  if (Result<> good = broker::check_topic_name(name.value()); !good)
    return refuse(call, KafkaError::invalid_topic, good.error().message, result);
  if (!call.log().find_topic(name)) {
    return refuse(call, KafkaError::unknown_topic_or_partition, "there is no such topic", result);
  }
  describe_all(call, call.log().config(name), {kTopicSource, false}, asked, include_synonyms,
               result);
}

void describe_broker(Call& call, const DescribeConfigsResource& asked, bool include_synonyms,
                     DescribeConfigsResult& result) {
  if (!authorize(call.caller, Action::describe, "cluster")) {
    return refuse(call, KafkaError::cluster_authorization_failed, "not allowed", result);
  }
  // An empty name asks for what holds for all brokers of the cluster; nothing is set there.
  if (asked.resource_name.empty()) return;
  if (asked.resource_name != std::to_string(call.service.options.node_id)) {
    return refuse(call, KafkaError::invalid_request, "there is no such broker", result);
  }
  describe_all(call, broker_config(call), {kStaticBrokerSource, true}, asked, include_synonyms,
               result);
}

DescribeConfigsResult answer(Call& call, const DescribeConfigsResource& asked,
                             bool include_synonyms) {
  DescribeConfigsResult result{.resource_type = asked.resource_type,
                               .resource_name = asked.resource_name};
  switch (asked.resource_type) {
    case kTopic:
      describe_topic(call, asked, include_synonyms, result);
      break;
    case kBroker:
      describe_broker(call, asked, include_synonyms, result);
      break;
    default:
      refuse(call, KafkaError::invalid_request, "only topics and brokers are described", result);
  }
  return result;
}

}  // namespace

DescribeConfigsResponse handle(Call& call, const DescribeConfigsRequest& request) {
  DescribeConfigsResponse response;
  response.results = call.arena.array<DescribeConfigsResult>(request.resources.size());
  for (size_t i = 0; i < request.resources.size(); ++i) {
    response.results[i] = answer(call, request.resources[i], request.include_synonyms);
  }
  return response;
}

}  // namespace efd::kafka
