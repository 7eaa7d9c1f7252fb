// SPDX-License-Identifier: MIT
// Dead letters: records that could not be stored, kept in the topic `efd.dead-letters` with key and
// value unchanged and Kafka Connect's headers (docs/formats/dead-letters.md).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"
#include "broker/internal_topics.h"
#include "observe/metrics.h"
#include "sink/sink.h"
#include "system/clock.h"

namespace efd::pipeline {

inline const TopicName kDeadLetterTopic{std::string(broker::kDeadLetterTopic)};

// Reasons remembered for await_applied; the topic itself has all of them.
constexpr size_t kRememberedRejectsMax = 100'000;

// How long a commit waits for dead letters to be delivered before it leaves their connectors out,
// all of them together; and how long for each one that the last commit has left out.
constexpr std::chrono::milliseconds kDeliveryWait{5000};
constexpr std::chrono::milliseconds kLeftOutDeliveryWait{100};

// Which record was rejected. The id tells a topic from one of the same name made anew.
struct RejectedRecord {
  TopicId topic_id;
  TopicPartition partition;
  Offset offset;
  auto operator<=>(const RejectedRecord&) const = default;
};

// The dead letters of one connector, whose lanes share them. Thread-safe; one record is rejected by
// one lane at a time.
class DeadLetters : public sink::Rejects {
 public:
  // Makes the topic when absent, and reads its tail: what was sent before a crash is not sent
  // twice.
  static Result<std::unique_ptr<DeadLetters>> open(broker::Broker& broker, ConnectorName connector,
                                                   observe::Metrics& metrics, system::Clock& clock);
  ~DeadLetters() override;

  // Reads on to the topic's end: what another member of a group has sent meanwhile is not sent
  // again.
  Result<> catch_up();

  void reject(const broker::Source& source, const broker::RecordView& record, sink::Stage stage,
              const std::string& reason) override;
  // Returns when every dead letter sent before the call is durable; fails if one could not be sent
  // (it is sent again by the next call).
  Result<> await_delivered(std::chrono::milliseconds wait);
  // Why this record was rejected, if it was and is remembered.
  std::optional<std::string> reason_of(const RejectedRecord& record) const;
  uint64_t count() const { return rejected_.value(); }

 private:
  struct Letter;
  DeadLetters(ConnectorName connector, broker::Broker& broker,
              std::unique_ptr<broker::Producer> producer, observe::Counter& rejected,
              system::Clock& clock);
  Result<bool> ensure_topic();  // read_mutex_ is held
  void take_letters(const broker::Slice& slice);
  // What is kept of a rejected record. The content tells records of brokers without topic ids.
  struct Remembered {
    std::string reason;
    uint32_t content_crc32c = 0;
  };
  void remember(RejectedRecord record, Remembered what);
  bool is_remembered(const RejectedRecord& record, const broker::RecordView& content) const;
  // Says so in the log, aloud for the first one of a topic.
  void tell(const broker::Source& source, const broker::RecordView& record,
            const std::string& reason);
  std::shared_ptr<Letter> letter_of(const broker::Source& source, const broker::RecordView& record,
                                    sink::Stage stage, const std::string& reason) const;
  void send(std::shared_ptr<Letter> letter);
  void cut(Letter& letter, const Error& error);
  Result<> resend_failed();
  std::shared_ptr<broker::Producer> producer() const;
  Result<> check_durable();
  bool all_delivered() const;
  Result<> replace_producer(std::chrono::milliseconds wait);

  const ConnectorName connector_;
  broker::Broker& broker_;
  observe::Counter& rejected_;
  system::Clock& clock_;

  std::mutex read_mutex_;  // of one catch_up at a time
  bool has_topic_ = false;
  bool told_no_topic_ = false;
  Offset read_to_;
  Offset durable_to_;  // as far as is known

  mutable std::mutex mutex_;
  std::condition_variable_any delivered_;
  std::map<RejectedRecord, Remembered> reasons_;
  std::deque<RejectedRecord> order_;  // oldest first
  std::set<TopicName> told_;
  size_t in_flight_ = 0;
  std::deque<std::shared_ptr<Letter>> failed_;
  std::string why_;                             // the last one of them failed
  std::shared_ptr<broker::Producer> producer_;  // last: its call-backs use the rest
};

}  // namespace efd::pipeline
