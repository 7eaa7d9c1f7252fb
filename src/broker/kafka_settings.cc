// SPDX-License-Identifier: MIT
#include "broker/kafka_settings.h"

#include <charconv>

namespace efd::broker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookInterval{3'000};
constexpr const char* kLookIntervalSetting = "topic.metadata.refresh.interval.ms";
// Read ahead, for each partition: one fetch more than what is waiting.
constexpr const char* kReadAheadKbytes = "256";
constexpr const char* kFetchBytes = "262144";

}  // namespace

KafkaClient::Settings kafka_settings(const KafkaClusterOptions& cluster,
                                     KafkaClient::Settings own) {
  KafkaClient::Settings settings = cluster.settings;
  settings.emplace("bootstrap.servers", cluster.bootstrap);
  settings.emplace("client.id", "efd");
  settings.merge(own);
  return settings;
}

KafkaClient::Settings kafka_reader_settings() {
  return {
      {"allow.auto.create.topics", "false"},
      {"check.crcs", "true"},
      // Retention has overtaken a reader: it goes on where the log begins.
      {"auto.offset.reset", "earliest"},
      {"queued.max.messages.kbytes", kReadAheadKbytes},
      {"fetch.message.max.bytes", kFetchBytes},
      {kLookIntervalSetting, std::to_string(kLookInterval.count())},
  };
}

milliseconds look_interval(const KafkaClient::Settings& settings) {
  const std::string& text = settings.at(kLookIntervalSetting);
  int64_t interval_ms = kLookInterval.count();
  std::from_chars(text.data(), text.data() + text.size(), interval_ms);
  return milliseconds(interval_ms > 0 ? interval_ms : kLookInterval.count());
}

}  // namespace efd::broker
