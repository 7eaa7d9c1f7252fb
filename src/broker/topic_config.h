// SPDX-License-Identifier: MIT
// Topic settings by Kafka's names: which exist, what they may be, and what the log makes of them.
// All of Kafka's topic settings are accepted and kept; the log itself heeds those of TopicSettings.
// Source: Kafka's TopicConfig and LogConfig (3.9).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/broker.h"
#include "broker/commit_log.h"

namespace efd::broker {

struct TopicSettings {
  int64_t retention_ms = 0;     // -1: for ever
  int64_t retention_bytes = 0;  // of a partition; -1: any number
  int64_t segment_bytes = 0;
  int64_t segment_ms = 0;
  int32_t message_bytes_max = 0;  // of a whole batch
  bool is_compacted = false;      // never deleted
  bool has_append_time = false;   // message.timestamp.type=LogAppendTime
  int64_t before_max_ms = 0;      // how far a record's time may lie behind the clock
  int64_t after_max_ms = 0;       // and ahead of it
  Durability durability = Durability::sync;
};

// bad_input names the setting that does not exist or the value that it cannot have.
Result<TopicSettings> parse_topic_config(const TopicConfig& config,
                                         const CommitLogOptions& defaults);

// Every setting with the value in force.
std::vector<ConfigEntry> describe_topic_config(const TopicConfig& config,
                                               const CommitLogOptions& defaults);

// Kafka's rule: 1 to 249 of [a-zA-Z0-9._-], neither "." nor "..".
Result<> check_topic_name(std::string_view name);

}  // namespace efd::broker
