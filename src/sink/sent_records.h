// SPDX-License-Identifier: MIT
// SentRecords: which records a sink has handed to its producer, and which of them are delivered.
// Records are counted by epochs: an epoch is closed with the positions up to which everything was
// sent by then, and these are durable when its records, and those of all epochs before, have been
// delivered.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "broker/broker.h"
#include "observe/metrics.h"
#include "system/clock.h"

namespace efd::sink {

// A position by the source's index.
struct SourceOffset {
  uint32_t source = 0;
  Offset offset;
  bool operator==(const SourceOffset&) const = default;
};

struct FailedRecord {
  SourceOffset record;
  Error error;
};

// Deliveries come from any thread and may come after the sink is gone; the rest is its lane's.
class SentRecords : public std::enable_shared_from_this<SentRecords> {
 public:
  SentRecords(observe::Metrics& metrics, system::Clock& clock);

  // The records expected from now on come of texts that are taken now.
  void begin_put(UtcTime now);
  // For one record that is about to be sent: what to call when it is delivered or has failed.
  broker::OnDelivery expect(SourceOffset record);
  // A record that expect() counted was not sent after all.
  void forget_expected();

  // Everything up to `positions` has been sent.
  void close_epoch(std::vector<SourceOffset> positions);
  // The positions of the newest closed epoch that is delivered, once. None while failures wait.
  std::optional<std::vector<SourceOffset>> take_delivered();
  std::vector<FailedRecord> take_failed();
  // Closed epochs no longer say how far this source has come.
  void drop_positions(uint32_t source);
  bool has_open_records() const { return open_->records > 0; }
  // When the oldest of the records was taken that take_delivered has not settled; none: all are.
  std::optional<UtcTime> unsettled_since() const;

 private:
  struct Epoch {
    std::atomic<int64_t> in_flight{0};
    uint64_t records = 0;
    UtcTime since;  // of the first record's put
    std::vector<SourceOffset> positions;
  };
  void settle(Epoch& epoch, SourceOffset record, int64_t begin_ns,
              const Result<broker::Delivery>& delivery);

  system::Clock& clock_;
  observe::Counter& produced_;
  observe::Summary& total_seconds_;
  UtcTime put_;  // that goes on
  int64_t put_ns_ = 0;
  std::shared_ptr<Epoch> open_ = std::make_shared<Epoch>();
  std::deque<std::shared_ptr<Epoch>> closed_;  // oldest first
  std::mutex mutex_;
  std::vector<FailedRecord> failed_;
};

}  // namespace efd::sink
