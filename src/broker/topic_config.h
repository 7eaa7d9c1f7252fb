// SPDX-License-Identifier: MIT
// Topic settings by Kafka's names: which exist, what they may be, and what the log makes of them.
// All of Kafka's topic settings are accepted and kept; the log itself heeds those of TopicSettings.
// Source: Kafka's TopicConfig and LogConfig (3.9).
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/broker.h"
#include "broker/commit_log.h"

namespace efd::broker {

// A value that may be set while other threads read it: they see the old one or the new one.
template <class T>
class Live {
 public:
  Live(T value) : value_(value) {}
  Live(const Live& other) : value_(T(other)) {}
  Live& operator=(const Live& other) { return *this = T(other); }
  Live& operator=(T value) {
    value_.store(value, std::memory_order_relaxed);
    return *this;
  }
  operator T() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<T> value_;
};

// Each is in force by itself as soon as it is set: what is appended at that moment may meet some
// new ones and some old ones.
struct TopicSettings {
  Live<int64_t> retention_ms = 0;     // -1: for ever
  Live<int64_t> retention_bytes = 0;  // of a partition; -1: any number
  Live<int64_t> segment_bytes = 0;
  Live<int64_t> segment_ms = 0;
  Live<int32_t> message_bytes_max = 0;  // of a whole batch
  Live<bool> is_compacted = false;      // a record has a key, and none is deleted
  Live<bool> may_delete = true;         // by retention, or when asked to
  Live<bool> has_append_time = false;   // message.timestamp.type=LogAppendTime
  Live<int64_t> before_max_ms = 0;      // how far a record's time may lie behind the clock
  Live<int64_t> after_max_ms = 0;       // and ahead of it
  Live<Durability> durability = Durability::sync;

  // Neither age nor size drops its records.
  bool is_kept() const { return is_compacted || !may_delete; }
};

// Values as they are kept: without blanks around them, true and false in small letters. Kafka takes
// them so.
void clean_topic_config(TopicConfig& config);
// A list, so that values can be added to it and taken from it.
bool is_list_setting(std::string_view name);
// Kafka 4 knows it, or it is ours and set: with others a description could not be applied to an
// Apache Kafka.
bool is_described(const ConfigEntry& entry);

// bad_input names the setting that does not exist or the value that it cannot have.
Result<TopicSettings> parse_topic_config(const TopicConfig& config,
                                         const CommitLogOptions& defaults);

// Every setting with the value in force.
std::vector<ConfigEntry> describe_topic_config(const TopicConfig& config,
                                               const CommitLogOptions& defaults);

// Kafka's rule: 1 to 249 of [a-zA-Z0-9._-], neither "." nor "..".
Result<> check_topic_name(std::string_view name);

}  // namespace efd::broker
