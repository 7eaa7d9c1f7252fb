// SPDX-License-Identifier: MIT
// Lane: one thread that moves batches from an intake into a sink. The whole data plane is run().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "broker/broker.h"
#include "observe/metrics.h"
#include "pipeline/dead_letters.h"
#include "pipeline/intake.h"
#include "pipeline/positions.h"
#include "sink/sink.h"
#include "system/clock.h"

namespace efd::pipeline {

// What became of a record.
struct Verdict {
  bool stored = false;
  std::string reason;  // why not
};

// Called (in the lane's thread) when a partition does not go on where the sink left it, or where
// the record before ended.
using OnDiscontinuity =
    std::function<void(const broker::Source&, Continuity, Offset expected, Offset next)>;

struct LaneOptions {
  ConnectorName connector;
  std::chrono::milliseconds poll_wait{100};
  std::chrono::milliseconds retry_wait{200};  // after a failed poll or put
  // After a batch the lane rests so long: at a thousand topics the next one is then worth its poll
  // and its put, and nobody has to wake the lane for each record.
  std::chrono::microseconds gather{1000};
};

// Thread-safe but for run().
class Lane : private IntakeEvents {
 public:
  static Result<std::unique_ptr<Lane>> open(LaneOptions options, const OpenIntake& open_intake,
                                            std::unique_ptr<sink::Sink> sink,
                                            std::shared_ptr<DeadLetters> dead_letters,
                                            OnDiscontinuity on_discontinuity,
                                            observe::Metrics& metrics, system::Clock& clock);
  ~Lane() override;  // stops and joins

  void start();
  // One round of what the thread does, for those who start none.
  void turn(std::stop_token stop);
  // Returns when the thread has ended, and the intake has finished.
  void stop();
  void request_stop() { thread_.request_stop(); }
  bool runs() const { return thread_.joinable(); }  // for whoever starts and stops it

  // Returns when the record before `position.next` has been stored (visible to every query begun
  // from now on) or rejected. `cancelled` when `stop` is requested or the lane stops.
  Result<Verdict> await_applied(const Position& position, std::stop_token stop);
  // Every partition has been read up to where its log ended when the lane was opened; paused ones
  // apart.
  bool has_caught_up() const { return caught_up_; }
  // Why partitions wait, or the lane as a whole does: "" when all is well.
  std::string trouble() const;
  // Two things must be true before the sink commits what was put. The dead letters sent so far are
  // delivered; a lane for which that fails is left out of commits until it succeeds.
  Result<> deliver_dead_letters(std::chrono::milliseconds wait);
  // And the log is durable up to `positions`.
  Result<> await_durable(std::span<const Position> positions, std::stop_token stop) {
    return intake_->await_durable(positions, std::move(stop));
  }
  // Why commits leave it out; "" when they do not.
  std::string left_out() const;
  const ConnectorName& connector() const { return options_.connector; }
  bool takes(const TopicName& topic) const { return intake_->takes(topic); }

 private:
  Lane(LaneOptions options, std::unique_ptr<sink::Sink> sink,
       std::shared_ptr<DeadLetters> dead_letters, OnDiscontinuity on_discontinuity,
       observe::Metrics& metrics, system::Clock& clock);
  void on_begin(const broker::Source& source, Offset next, Offset end) override;
  void on_leave(std::span<const broker::Source* const> sources) override;
  void on_gap(const broker::Source& source, Continuity what, Offset expected, Offset next) override;
  void on_rotten(const broker::Source& source, const broker::RottenRecords& rotten) override;
  void run(std::stop_token stop);
  Result<> step(std::stop_token stop);
  Result<> put(std::stop_token stop);
  Result<> pause(const sink::Stall& stall);
  void resume_due();
  void tell_waits();
  void publish_progress();
  bool publish_passed_over();  // mutex_ is held
  Result<> release_durable();
  void set_trouble(std::string trouble);
  std::optional<Offset> applied(const Position& position) const;  // mutex_ is held

  const LaneOptions options_;
  std::unique_ptr<sink::Sink> sink_;
  const std::shared_ptr<DeadLetters> dead_letters_;
  const OnDiscontinuity on_discontinuity_;
  system::Clock& clock_;
  observe::Counter& records_;
  observe::Counter& batches_;
  observe::Counter& retries_;

  // The lane's own.
  broker::Batch batch_;
  std::vector<sink::Stall> stalls_;
  std::map<const broker::Source*, int64_t> paused_until_ns_;  // by the monotonic clock
  std::set<const broker::Source*> waiting_;                   // paused, and nothing was put since
  // Of records that cannot be read: those of this step, and where the last that was told ended.
  std::map<const broker::Source*, std::pair<Offset, Offset>> passing_over_;
  std::map<const broker::Source*, Offset> passed_over_;
  uint64_t released_commits_ = 0;

  // Guarded by mutex_.
  struct Progress {
    Offset applied;      // next offset, as the last put left it
    Offset catch_up_to;  // where the log ended when the lane first saw the partition
    bool paused = false;
  };
  mutable std::mutex mutex_;
  std::condition_variable_any progressed_;
  std::vector<Progress> progress_;  // by Source::index
  std::map<std::pair<TopicId, TopicPartition>, uint32_t> source_index_;
  std::string trouble_;        // of the lane as a whole
  std::string pause_trouble_;  // of the last partition that was paused
  std::string left_out_;
  std::atomic<bool> caught_up_{false};

  std::unique_ptr<Intake> intake_;  // it calls back
  std::jthread thread_;             // last: it uses everything above
};

}  // namespace efd::pipeline
