// SPDX-License-Identifier: MIT
// InfluxSink: what a converter makes of records, into an InfluxDB.
//
// It keeps no positions: the group does. What is sent again after a crash overwrites itself,
// because a point is known by its measurement and time. While the InfluxDB is away, put leaves
// everything behind stalls; nothing is kept here.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "influx/line_writer.h"
#include "observe/metrics.h"
#include "sink/converter.h"
#include "sink/influx_writer.h"
#include "sink/sink.h"
#include "system/clock.h"

namespace efd::sink {

struct InfluxSinkOptions {
  ConnectorName connector;
  InfluxWriterOptions influx;
  std::chrono::milliseconds retry_wait{1'000};       // of a record that could not be judged
  std::chrono::milliseconds commit_interval{5'000};  // of the group's offsets
  // A request holds no more, but for one line that is longer by itself.
  size_t request_bytes_max = 4u << 20;
  size_t request_lines_max = 5'000;
  // After a request that the InfluxDB could not serve; doubled with each further one.
  std::chrono::milliseconds backoff_min{100};
  std::chrono::milliseconds backoff_max{10'000};
};

// Line writers of one partition: layouts by targets. The one used least recently goes first.
constexpr size_t kLineWritersPerPartitionMax = 32;

class InfluxSink : public GroupSink {
 public:
  // bad_input: the options' URL is none.
  static Result<std::unique_ptr<InfluxSink>> open(InfluxSinkOptions options,
                                                  std::unique_ptr<Converter> converter,
                                                  observe::Metrics& metrics, system::Clock& clock);
  ~InfluxSink() override;

  // What is committed; the log's start when the log does not have that.
  Result<Offset> assign(const broker::Source& source, const broker::LogRange& range,
                        const std::optional<broker::CommittedOffset>& committed) override;
  void leave(std::span<const broker::Source* const> sources) override;
  Result<> put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
               std::stop_token stop) override;
  void tick(std::vector<Stall>& stalls) override;
  Result<> flush() override;
  std::vector<Position> durable() const override;
  uint64_t commits() const override { return commits_; }

 private:
  // A line of the request to come, and the record that it is of.
  struct Line {
    const broker::RecordView* record;
    uint32_t slice;  // of the batch
    size_t end;      // in text_
  };
  struct TargetWriter {
    uint32_t target;
    influx::LineWriter writer;
  };
  struct Place {
    const broker::Source* source = nullptr;  // null: not assigned
    Offset next;
    int64_t last_time_ns = 0;  // of the last row; 0: none
    Offset last;
  };
  struct Counters;
  // What a put works with.
  struct Put {
    std::span<const broker::Slice> slices;
    Rejects& rejects;
    std::stop_token stop;
    std::vector<Stall> ends;  // for each slice: where it goes on, and why there (else no reason)
  };

  InfluxSink(InfluxSinkOptions options, InfluxWriter influx, std::unique_ptr<Converter> converter,
             observe::Metrics& metrics, system::Clock& clock);
  // `slices_taken`: those of which lines_ has all that was taken and is not sent.
  Result<> take(Put& put, size_t& slices_taken);
  Result<> take_rows(Put& put, uint32_t slice, const broker::RecordView& record,
                     const MadeRows& made);
  Result<> begin_target(Put& put, const Target& target);
  void append_line(Put& put, uint32_t slice, const broker::RecordView& record,
                   const TargetRows& rows, size_t row);
  void note_time(Place& place, const broker::RecordView& record, int64_t time_ns);
  Result<influx::LineWriter*> line_writer_of(const broker::Source& source, const TargetRows& rows);
  // Sends every line; lines_ holds what was not sent when it fails.
  Result<> send_lines(Put& put);
  Result<> send(Put& put, size_t from, size_t to);
  void reject_lines(Put& put, size_t from, size_t to, const std::string& reason);
  std::string_view text_of(size_t from, size_t to) const;
  void back_off(std::string reason);
  void leave_behind(Put& put, size_t slices_taken, const Error& error);
  void keep_places(const Put& put, std::vector<Stall>& stalls);
  void commit_places();

  const InfluxSinkOptions options_;
  InfluxWriter influx_;
  const std::unique_ptr<Converter> converter_;
  system::Clock& clock_;
  const std::unique_ptr<Counters> counters_;

  using LineWriters = std::vector<std::unique_ptr<TargetWriter>>;  // used last: first
  std::vector<LineWriters> line_writers_;                          // by Source::index
  rows::ByteBuffer text_;
  std::vector<Line> lines_;
  std::pair<std::string, std::string> place_;  // database and policy that lines_ go to
  size_t sent_ = 0;                            // of lines_: written or rejected

  int64_t away_until_ns_ = 0;  // by the monotonic clock
  std::chrono::milliseconds backoff_{0};
  std::string away_reason_;

  std::vector<Place> places_;  // by Source::index
  bool places_changed_ = false;
  int64_t committed_ns_ = 0;
  std::atomic<uint64_t> commits_{0};
  mutable std::mutex mutex_;  // of durable_
  std::vector<Position> durable_;
};

}  // namespace efd::sink
