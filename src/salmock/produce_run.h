// SPDX-License-Identifier: MIT
// ProduceRun: sends typical messages of many topics, each at its rate, and says how it fares.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "broker/broker.h"
#include "sal/message_generator.h"
#include "salmock/mock_topic.h"
#include "salmock/schedule.h"
#include "system/clock.h"

namespace efd::salmock {

struct ProduceOptions {
  double rate_scale = 1;                 // times the topics' rates
  std::chrono::nanoseconds duration{0};  // 0: until stopped
};

struct ProduceFigures {
  uint64_t sent = 0;
  uint64_t delivered = 0;  // acknowledged; with acks=0 handed to the network
  uint64_t failed = 0;
  uint64_t late = 0;      // sent more than kLateAfter behind their time
  int64_t behind_ns = 0;  // of the message that is due first, now
  int64_t elapsed_ns = 0;
  double wanted_per_second = 0;

  double achieved_per_second() const;  // delivered, over the time of sending
};

class ProduceRun {
 public:
  static constexpr std::chrono::milliseconds kLateAfter{100};
  // How often it wakes; what is due by then goes out together.
  static constexpr std::chrono::milliseconds kTick{5};
  // How long after `duration` a run that has fallen behind goes on.
  static constexpr std::chrono::seconds kCatchUpMax{10};
  static constexpr std::chrono::seconds kFlushWait{30};

  ProduceRun(std::unique_ptr<broker::Producer> producer, system::Clock& clock,
             std::span<const MockTopic> topics, const ProduceOptions& options);
  ~ProduceRun();

  // Sleeps; true: stop now.
  using Wait = std::function<bool(std::chrono::milliseconds)>;
  using EachSecond = std::function<void(const ProduceFigures&)>;
  // Sends until the duration is over or `wait` says so, then waits for what is on its way. `retry`:
  // not all of it has been delivered. Once.
  Result<> run(const Wait& wait, const EachSecond& each_second);

  ProduceFigures figures() const;             // from any thread
  std::optional<Error> last_failure() const;  // from any thread

 private:
  struct Sender {
    const MockTopic* topic;
    std::string head;  // Confluent's header with the schema's id
    sal::MessageGenerator messages;
  };
  // What the producer's threads write.
  struct Outcome {
    std::atomic<uint64_t> delivered{0};
    std::atomic<uint64_t> failed{0};
    std::mutex mutex;
    std::optional<Error> last_failure;

    void note(const Result<broker::Delivery>& delivery);
    void note_failure(const Error& error);
  };

  void start();
  bool is_over(int64_t now_ns) const;
  void send_due(int64_t now_ns);
  bool send_next();
  Result<> make_message(Sender& sender, UtcTime now);
  std::chrono::milliseconds pause(int64_t now_ns);

  system::Clock& clock_;
  const ProduceOptions options_;
  const std::vector<MockTopic> topics_;
  std::vector<Sender> senders_;
  std::vector<double> rates_hz_;
  Schedule schedule_{{}, 0};
  std::string message_;  // the next one; kept while the producer has no room
  std::string datum_;    // of the next text
  bool is_made_ = false;
  int64_t wake_ns_ = 0;
  int64_t next_report_ns_ = 0;
  double wanted_per_second_ = 0;
  std::atomic<int64_t> start_ns_{0};
  std::atomic<int64_t> end_ns_{0};  // of sending; 0 while it goes on
  std::atomic<int64_t> due_ns_{0};
  std::atomic<uint64_t> sent_{0};
  std::atomic<uint64_t> late_{0};
  mutable Outcome outcome_;
  std::unique_ptr<broker::Producer> producer_;  // goes first: it calls back
};

}  // namespace efd::salmock
