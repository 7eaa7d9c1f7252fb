// SPDX-License-Identifier: MIT
// Latency from produce to queryable: a producer of probes and a poller that sees them arrive.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "broker/broker.h"
#include "demo/endpoints.h"
#include "http/client.h"

namespace efd::demo {

constexpr int kProbesPerSecond = 20;
constexpr std::chrono::milliseconds kProbePoll{2};
inline const std::string kProbeTopic = "lsst.sal.EFD_logevent_probe";

// Sends probes from start() to stop(), over Kafka like everybody, and polls with a query until each
// is seen. Two threads of its own.
class LatencyProbe {
 public:
  // `acks` and `linger` as the load has them.
  static Result<std::unique_ptr<LatencyProbe>> open(const Endpoints& endpoints, broker::Acks acks,
                                                    std::chrono::milliseconds linger);
  ~LatencyProbe();
  void start();
  void stop();  // after the last probe was seen, or 5 s

  size_t sent() const;
  // From send to the last byte of the answer that shows it, of all probes seen, sorted.
  std::vector<double> latencies_ms() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  LatencyProbe(std::unique_ptr<broker::Broker> broker, std::unique_ptr<broker::Producer> producer,
               http::Client client, SchemaId schema);
  void produce(std::stop_token stop);
  void poll(std::stop_token stop);
  int64_t newest_seen();
  void note_seen(int64_t number, Time at);
  bool all_seen() const;

  std::unique_ptr<broker::Broker> broker_;
  std::unique_ptr<broker::Producer> producer_;
  http::Client client_;
  SchemaId schema_;
  mutable std::mutex mutex_;
  std::map<int64_t, Time> waiting_;  // sent and not seen
  int64_t sent_ = 0;
  std::vector<double> latencies_ms_;
  std::jthread poller_;
  std::jthread sender_;
};

}  // namespace efd::demo
