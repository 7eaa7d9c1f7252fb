// SPDX-License-Identifier: MIT
// One librdkafka instance: its settings, its log and its errors. For this module; librdkafka's own
// header stays in .cc files.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct rd_kafka_s;
struct rd_kafka_message_s;
struct rd_kafka_topic_partition_list_s;

namespace efd::kafka_cluster {

// Room for librdkafka's explanation of an error.
constexpr size_t kErrorTextMax = 512;
// `number` is a rd_kafka_resp_err_t.
ErrorCode kafka_error_code(int number);
// "WHERE: Broker: Unknown topic or partition"
Error kafka_error(int number, std::string_view where);

// Thread-safe.
class KafkaClient {
 public:
  enum class Kind { consumer, producer };
  using Settings = std::map<std::string, std::string>;
  // Called in the thread of poll.
  struct Handlers {
    std::function<void(const rd_kafka_message_s&)> on_delivered;
    // What the group gives to this member, or takes from it.
    std::function<void(bool gives, const rd_kafka_topic_partition_list_s&)> on_rebalance;
  };

  // bad_input: a setting is not known or does not fit another one.
  static Result<std::shared_ptr<KafkaClient>> open(Kind kind, const Settings& settings,
                                                   Handlers handlers = {});
  // What is not delivered or committed by now is given up.
  ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;

  rd_kafka_s* handle() const { return handle_; }

  // Returns when a broker has answered. `retry`: "cannot reach Kafka at BOOTSTRAP: why".
  Result<> await_broker(std::string_view bootstrap, std::chrono::milliseconds timeout);
  // The last trouble with a broker, empty if there was none.
  std::string last_trouble() const;
  // Fails once librdkafka has given up for good, with its reason.
  Result<> check() const;

 private:
  // What librdkafka's calls back work with; outlives the client where librdkafka does.
  struct State;
  struct CallBacks;
  KafkaClient();
  bool is_refused() const;

  rd_kafka_s* handle_ = nullptr;
  const std::shared_ptr<State> state_;
};

}  // namespace efd::kafka_cluster
