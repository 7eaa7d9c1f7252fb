// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_settings.h"

#include <algorithm>
#include <charconv>

namespace efd::kafka_cluster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookInterval{3'000};
constexpr const char* kLookIntervalSetting = "topic.metadata.refresh.interval.ms";
// Of one partition, so that one with a backlog does not keep the others waiting.
constexpr const char* kPartitionFetchBytes = "262144";
constexpr size_t kFetchBytesMin = 1u << 20;
// Read ahead, of all partitions together. Once there is so much, librdkafka does not look again for
// up to a second: it must be more than what comes in between two polls.
constexpr size_t kReadAheadBatches = 4;

}  // namespace

KafkaClient::Settings kafka_settings(const KafkaClusterOptions& cluster,
                                     KafkaClient::Settings own) {
  KafkaClient::Settings settings = cluster.settings;
  settings.emplace("bootstrap.servers", cluster.bootstrap);
  settings.emplace("client.id", "efd");
  settings.merge(own);
  return settings;
}

KafkaClient::Settings kafka_reader_settings(size_t batch_bytes_max) {
  size_t fetch = std::max(batch_bytes_max, kFetchBytesMin);
  size_t read_ahead = std::max(kReadAheadBatches * batch_bytes_max, fetch);
  return {
      {"allow.auto.create.topics", "false"},
      {"check.crcs", "true"},
      // Retention has overtaken a reader: it goes on where the log begins.
      {"auto.offset.reset", "earliest"},
      {"queued.max.messages.kbytes", std::to_string(read_ahead >> 10)},
      {"fetch.max.bytes", std::to_string(fetch)},
      {"fetch.message.max.bytes", kPartitionFetchBytes},
      {kLookIntervalSetting, std::to_string(kLookInterval.count())},
  };
}

milliseconds look_interval(const KafkaClient::Settings& settings) {
  const std::string& text = settings.at(kLookIntervalSetting);
  int64_t interval_ms = kLookInterval.count();
  std::from_chars(text.data(), text.data() + text.size(), interval_ms);
  return milliseconds(interval_ms > 0 ? interval_ms : kLookInterval.count());
}

}  // namespace efd::kafka_cluster
