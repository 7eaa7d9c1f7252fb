// SPDX-License-Identifier: MIT
// Lane: one thread that moves batches from a reader, or a group's consumer, into a sink. The whole
// data plane is run().
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
#include "broker/topic_matcher.h"
#include "observe/metrics.h"
#include "pipeline/dead_letters.h"
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
  broker::TopicPattern pattern;
  broker::See see = broker::See::durable;
  std::string hold;  // see broker::ReaderOptions
  // The lane is a member of this group, which keeps its positions (see broker::ConsumerOptions).
  // Empty: it reads every partition, and the sink keeps the positions.
  std::string group;
  std::string instance;
  std::chrono::milliseconds session_timeout{6'000};
  size_t batch_bytes_max = 4u << 20;  // a cluster's reader reads a few of them ahead
  std::chrono::milliseconds poll_wait{100};
  std::chrono::milliseconds retry_wait{200};  // after a failed poll or put
  // After a batch the lane rests so long: at a thousand topics the next one is then worth its poll
  // and its put, and nobody has to wake the lane for each record.
  std::chrono::microseconds gather{1000};
};

// Thread-safe but for run().
class Lane {
 public:
  // The reader begins where `sink` and the log say (positions.h). `broker` outlives the lane.
  static Result<std::unique_ptr<Lane>> open(LaneOptions options, broker::Broker& broker,
                                            std::unique_ptr<sink::Sink> sink,
                                            std::shared_ptr<DeadLetters> dead_letters,
                                            OnDiscontinuity on_discontinuity,
                                            observe::Metrics& metrics, system::Clock& clock);
  ~Lane();  // stops and joins

  void start();
  void stop();  // returns when the thread has ended; the sink is not flushed, but of a group's lane
  void request_stop() { thread_.request_stop(); }

  // Returns when the record before `position.next` has been stored (visible to every query begun
  // from now on) or rejected. `cancelled` when `stop` is requested or the lane stops.
  Result<Verdict> await_applied(const Position& position, std::stop_token stop);
  // Every partition has been read up to where its log ended when the lane was opened; paused ones
  // apart.
  bool has_caught_up() const { return caught_up_; }
  // Why partitions wait, or the lane as a whole does: "" when all is well.
  std::string trouble() const;
  // Makes the log durable up to `positions` and delivers the dead letters sent so far: what must be
  // true before the sink commits.
  Result<> prepare_commit(std::span<const Position> positions, std::stop_token stop);
  const ConnectorName& connector() const { return options_.connector; }
  bool takes(const TopicName& topic) const { return matcher_.matches(topic); }

 private:
  Lane(LaneOptions options, broker::TopicMatcher matcher, broker::Broker& broker,
       std::unique_ptr<sink::Sink> sink, std::shared_ptr<DeadLetters> dead_letters,
       OnDiscontinuity on_discontinuity, observe::Metrics& metrics, system::Clock& clock);
  Result<std::unique_ptr<broker::Reader>> open_reader();
  Result<std::unique_ptr<broker::Reader>> join_group();
  Result<> recognize_topics();
  Offset begin(const broker::Source& source, const broker::LogRange& range);
  StartPosition start_of(const std::optional<store::StoredPosition>& kept,
                         const broker::Source& source, const broker::LogRange& range);
  void note_begin(const broker::Source& source, const broker::LogRange& range, Offset next);
  Result<Offset> assign(const broker::Source& source, const broker::LogRange& range,
                        const std::optional<broker::CommittedOffset>& committed);
  void leave(std::span<const broker::Source* const> sources, broker::Leaves why);
  void pass_over(const broker::Source& source, const broker::RottenRecords& rotten);
  void finish();
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
  const broker::TopicMatcher matcher_;
  broker::Broker& broker_;
  std::unique_ptr<sink::Sink> sink_;
  const std::shared_ptr<DeadLetters> dead_letters_;
  const OnDiscontinuity on_discontinuity_;
  system::Clock& clock_;
  observe::Counter& records_;
  observe::Counter& batches_;
  observe::Counter& retries_;

  // The lane's own.
  broker::Batch batch_;
  bool are_topics_recognized_ = false;
  std::map<TopicPartition, Recognition> recognized_;  // of a broker without ids, each for one begin
  std::vector<sink::Stall> stalls_;
  std::map<const broker::Source*, int64_t> paused_until_ns_;  // by the monotonic clock
  std::set<const broker::Source*> waiting_;                   // paused, and nothing was put since
  // Of records that cannot be read: those of this step, and where the last that was told ended.
  std::map<const broker::Source*, std::pair<Offset, Offset>> passing_over_;
  std::map<const broker::Source*, Offset> passed_over_;
  uint64_t released_commits_ = 0;
  bool is_finished_ = false;  // nothing comes behind finish

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
  std::atomic<bool> caught_up_{false};

  std::unique_ptr<broker::Reader> reader_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace efd::pipeline
