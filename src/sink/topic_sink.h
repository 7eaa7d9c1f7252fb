// SPDX-License-Identifier: MIT
// TopicSink: SAL texts in, Avro records out, into a topic each: the transformer's sink. What goes
// into one topic from one source partition goes in once, whatever dies when
// (docs/formats/sal-text.md).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "observe/metrics.h"
#include "sink/output_marks.h"
#include "sink/sent_records.h"
#include "sink/sink.h"
#include "system/clock.h"
#include "transform/text_transform.h"

namespace efd::sink {

// Which source partitions a process has begun at their start once more: each one once, whoever
// reads it. Thread-safe.
class Rewinds {
 public:
  bool take(const broker::Source& source);  // true: begin at the start

 private:
  std::mutex mutex_;
  std::set<TopicPartition> taken_;
};

struct TopicSinkOptions {
  transform::TextTransformOptions transform;
  // Where to begin in a partition that the group has committed nothing of. One that is made anew
  // while the sink works is read from its start.
  broker::At reset = broker::At::earliest;
  // Begin at the start once more, whatever is committed, and send all of it again. Null: don't.
  std::shared_ptr<Rewinds> rewinds;
  std::chrono::milliseconds commit_interval{1'000};
};

// Clocks of two machines that transform for one group differ by less.
constexpr int64_t kClockSkewMs = 5'000;
// A commit is repeated after so long without records: its time bounds what is read of the output.
constexpr int64_t kCommitAgeMaxNs = 60 * kNsPerSecond;

// `producer` may be shared by sinks; it sends to the log that `broker` is, idempotent and with
// acks=all.
class TopicSink : public GroupSink {
 public:
  TopicSink(TopicSinkOptions options, broker::Broker& broker,
            std::shared_ptr<broker::Producer> producer, registry::SchemaRegistry& registry,
            observe::Metrics& metrics, system::Clock& clock);
  ~TopicSink() override;

  Result<Offset> assign(const broker::Source& source, const broker::LogRange& range,
                        const std::optional<broker::CommittedOffset>& committed) override;
  void leave(std::span<const broker::Source* const> sources) override;
  Result<> put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
               std::stop_token stop) override;
  void tick(std::vector<Stall>& stalls) override;
  Result<> flush() override;
  std::vector<Position> durable() const override;
  std::optional<UtcTime> unsettled_since() const override;
  uint64_t commits() const override { return commits_; }

 private:
  // A source partition.
  struct Origin {
    const broker::Source* source = nullptr;  // null: not assigned
    Offset next;                             // behind the last one that was put
    Offset durable;
    OutputMarks marks;             // sent by an earlier run
    std::map<Offset, Error> redo;  // below next: put, and not delivered
    UtcTime marked_since;          // what they are of was sent since then
  };
  // Where a partition was begun that had no commit.
  struct Begin {
    TopicId id;
    Offset first;
  };
  // `later`: the record cannot be judged or sent now.
  enum class Taken { yes, later };

  Origin& origin_of(const broker::Source& source);
  Offset first_offset(const broker::Source& source, const broker::LogRange& range,
                      const std::optional<broker::CommittedOffset>& committed);
  void put_slice(const broker::Slice& slice, Rejects& rejects, std::vector<Stall>& stalls);
  Taken take(Origin& origin, const broker::RecordView& record, Rejects& rejects, Stall& stall);
  Taken send(Origin& origin, const broker::RecordView& record, const TopicName& topic,
             Rejects& rejects, Stall& stall);
  Result<Partition> output_partition(const TopicName& topic, Partition source);
  Result<int32_t> output_partitions(const TopicName& topic);
  void go_back(std::vector<Stall>& stalls);
  void close_epoch();
  void take_durable();

  const TopicSinkOptions options_;
  broker::Broker& broker_;
  system::Clock& clock_;
  transform::TextTransform transform_;
  observe::Counter& skipped_;
  observe::Counter& tombstones_;

  std::vector<Origin> origins_;  // by Source::index
  std::map<TopicPartition, Begin> begins_;
  std::map<TopicName, int32_t> partitions_;  // of output topics
  uint64_t commits_ = 0;
  int64_t closed_ns_ = 0;     // when the last epoch was closed, by the monotonic clock
  int64_t committed_ns_ = 0;  // when commits_ changed
  UtcTime now_;               // of the put
  std::string value_;
  std::vector<broker::Header> headers_;
  const std::shared_ptr<SentRecords> sent_;
  std::shared_ptr<broker::Producer> producer_;  // last: it calls back
};

}  // namespace efd::sink
