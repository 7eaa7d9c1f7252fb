// SPDX-License-Identifier: MIT
#include "sink/influx_sink.h"

#include <algorithm>

namespace efd::sink {
namespace {

using Kind = WriteAnswer::Kind;

// Of an InfluxDB's reason: it may repeat the whole line.
constexpr size_t kReasonBytesMax = 1'000;

}  // namespace

struct InfluxSink::Counters {
  Counters(observe::Metrics& metrics, const observe::Labels& labels)
      : rows(metrics.counter("efd_sink_rows_total", "Rows that the sink has taken.", labels)),
        requests(
            metrics.counter("efd_influx_requests_total", "Writes sent to the InfluxDB.", labels)),
        failures(metrics.counter("efd_influx_failures_total",
                                 "Writes that the InfluxDB could not serve.", labels)),
        bytes(metrics.counter("efd_influx_bytes_total", "Line protocol sent.", labels)),
        refused(metrics.counter("efd_influx_refused_total",
                                "Rows that the InfluxDB refused; they are dead letters.", labels)),
        left_out(metrics.counter("efd_influx_values_left_out_total",
                                 "Values left out because they are NaN or infinite.", labels)),
        empty(metrics.counter("efd_influx_rows_empty_total",
                              "Rows without any value that can be written, skipped.", labels)),
        same_time(metrics.counter("efd_influx_same_time_total",
                                  "Rows with the same time as the row before in their topic; the "
                                  "InfluxDB keeps one point of them.",
                                  labels)) {}

  observe::Counter& rows;
  observe::Counter& requests;
  observe::Counter& failures;
  observe::Counter& bytes;
  observe::Counter& refused;
  observe::Counter& left_out;
  observe::Counter& empty;
  observe::Counter& same_time;
};

InfluxSink::InfluxSink(InfluxSinkOptions options, InfluxWriter influx,
                       std::unique_ptr<Converter> converter, observe::Metrics& metrics,
                       system::Clock& clock)
    : options_(std::move(options)),
      influx_(std::move(influx)),
      converter_(std::move(converter)),
      clock_(clock),
      counters_(std::make_unique<Counters>(
          metrics, observe::Labels{{"connector", options_.connector.value()}})) {}

InfluxSink::~InfluxSink() = default;

Result<std::unique_ptr<InfluxSink>> InfluxSink::open(InfluxSinkOptions options,
                                                     std::unique_ptr<Converter> converter,
                                                     observe::Metrics& metrics,
                                                     system::Clock& clock) {
  EFD_ASSIGN(auto influx, InfluxWriter::open(options.influx));
  return std::unique_ptr<InfluxSink>(
      new InfluxSink(std::move(options), std::move(influx), std::move(converter), metrics, clock));
}

// ------------------------------------------------------------------------------------- positions

Result<Offset> InfluxSink::assign(const broker::Source& source, const broker::LogRange& range,
                                  const std::optional<broker::CommittedOffset>& committed) {
  if (places_.size() <= source.index) places_.resize(source.index + 1);
  bool is_there = committed && committed->next >= range.start && committed->next <= range.end;
  Offset next = is_there ? committed->next : range.start;
  places_[source.index] = {.source = &source, .next = next};
  return next;
}

void InfluxSink::leave(std::span<const broker::Source* const> sources) {
  for (const broker::Source* source : sources)
    if (source->index < places_.size()) places_[source->index] = {};
  commit_places();
}

void InfluxSink::tick(std::vector<Stall>&) {
  int64_t since_ns = clock_.monotonic_ns() - committed_ns_;
  if (places_changed_ && since_ns >= options_.commit_interval.count() * kNsPerMs) commit_places();
}

// What was put is in the InfluxDB: its 204 means that it is durable there.
Result<> InfluxSink::flush() {
  commit_places();
  return {};
}

void InfluxSink::commit_places() {
  std::vector<Position> positions;
  for (const Place& place : places_)
    if (place.source)
      positions.push_back(
          {place.source->topic, place.source->id, place.source->partition, place.next});
  committed_ns_ = clock_.monotonic_ns();
  places_changed_ = false;
  std::lock_guard lock(mutex_);
  durable_ = std::move(positions);
  ++commits_;
}

std::vector<Position> InfluxSink::durable() const {
  std::lock_guard lock(mutex_);
  return durable_;
}

// ------------------------------------------------------------------------------------------- put

Result<> InfluxSink::put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
                         std::stop_token stop) {
  converter_->clear();  // what a put that was stopped has left
  lines_.clear();
  text_.clear();
  Put put{batch.slices(), rejects, std::move(stop), {}};
  for (const broker::Slice& slice : put.slices)
    put.ends.push_back({slice.source, slice.next, options_.retry_wait, ""});
  Result<> sent;
  if (clock_.monotonic_ns() < away_until_ns_) sent = fail(ErrorCode::retry, "{}", away_reason_);
  size_t taken = 0;
  if (sent) sent = take(put, taken);
  if (sent) sent = send_lines(put);
  if (!sent && sent.error().code == ErrorCode::cancelled) return sent;
  if (!sent) leave_behind(put, taken, sent.error());
  keep_places(put, stalls);
  return {};
}

Result<> InfluxSink::take(Put& put, size_t& slices_taken) {
  auto on_rows = [&](size_t slice, const broker::RecordView& record,
                     std::span<const MadeRows> made) {
    Result<> taken;
    for (const MadeRows& rows : made) {
      slices_taken = slice;
      if (taken) taken = begin_target(put, converter_->target(rows.into->target));
      if (!taken) break;
      slices_taken = slice + 1;
      taken = take_rows(put, static_cast<uint32_t>(slice), record, rows);
    }
    return taken;
  };
  auto on_slice = [&](const TakenSlice& taken) -> Result<> {
    slices_taken = taken.index + 1;
    put.ends[taken.index].next = taken.next;
    if (taken.not_yet) put.ends[taken.index].reason = *taken.not_yet;
    converter_->clear();  // while it is warm
    return {};
  };
  return take_records(*converter_, put.slices, put.rejects, on_rows, on_slice);
}

Result<> InfluxSink::take_rows(Put& put, uint32_t slice, const broker::RecordView& record,
                               const MadeRows& made) {
  for (size_t row = made.first; row < made.into->rows.size(); ++row)
    append_line(put, slice, record, *made.into, row);
  bool is_full =
      text_.size() >= options_.request_bytes_max || lines_.size() >= options_.request_lines_max;
  return is_full ? send_lines(put) : Result<>();
}

// A request is for one database and policy.
Result<> InfluxSink::begin_target(Put& put, const Target& target) {
  if (place_.first == target.database && place_.second == target.policy) return {};
  if (!lines_.empty()) EFD_TRY(send_lines(put));
  place_ = {target.database, target.policy};
  return {};
}

void InfluxSink::append_line(Put& put, uint32_t slice, const broker::RecordView& record,
                             const TargetRows& rows, size_t row) {
  const broker::Source& source = *put.slices[slice].source;
  auto writer = line_writer_of(source, rows);
  if (!writer) return put.rejects.reject(source, record, Stage::task_put, writer.error().message);
  uint64_t left_out = (*writer)->left_out();
  bool has_line = (*writer)->append(rows.rows, row, text_);
  if (has_line) lines_.push_back({&record, slice, text_.size()});
  if (!has_line) counters_->empty.add();
  if (has_line) note_time(places_[source.index], record, rows.rows.times_ns()[row]);
  left_out = (*writer)->left_out() - left_out;
  if (left_out) counters_->left_out.add(left_out);
}

// A record that is written once more is no second one.
void InfluxSink::note_time(Place& place, const broker::RecordView& record, int64_t time_ns) {
  if (time_ns == place.last_time_ns && record.offset > place.last) counters_->same_time.add();
  place.last_time_ns = time_ns;
  place.last = record.offset;
}

Result<influx::LineWriter*> InfluxSink::line_writer_of(const broker::Source& source,
                                                       const TargetRows& rows) {
  if (line_writers_.size() <= source.index) line_writers_.resize(source.index + 1);
  LineWriters& writers = line_writers_[source.index];
  const auto& layout = rows.rows.shared_layout();
  auto found = std::find_if(writers.begin(), writers.end(), [&](const auto& each) {
    return each->target == rows.target && each->writer.layout() == layout;
  });
  if (found == writers.end()) {
    const std::string& measurement = converter_->target(rows.target).measurement;
    EFD_ASSIGN(auto made, influx::LineWriter::make(measurement, layout));
    if (writers.size() >= kLineWritersPerPartitionMax) writers.pop_back();
    writers.push_back(std::make_unique<TargetWriter>(TargetWriter{rows.target, std::move(made)}));
    found = writers.end() - 1;
  }
  std::rotate(writers.begin(), found, found + 1);
  return &writers.front()->writer;
}

// --------------------------------------------------------------------------------------- sending

Result<> InfluxSink::send_lines(Put& put) {
  sent_ = 0;
  Result<> sent = send(put, 0, lines_.size());
  lines_.erase(lines_.begin(), lines_.begin() + static_cast<ptrdiff_t>(sent_));
  if (lines_.empty()) text_.clear();
  return sent;
}

// Lines that are refused are found by halves: the answer names one of them at best. A call deep are
// at most log2(request_lines_max).
Result<> InfluxSink::send(Put& put, size_t from, size_t to) {
  if (from == to) return {};
  std::string_view text = text_of(from, to);
  WriteAnswer answer = influx_.write(place_.first, place_.second, text, put.stop);
  counters_->requests.add();
  counters_->bytes.add(text.size());
  if (answer.kind == Kind::cancelled) return fail(ErrorCode::cancelled, "{}", answer.reason);
  if (answer.kind == Kind::unavailable) {
    back_off(std::move(answer.reason));
    return fail(ErrorCode::retry, "{}", away_reason_);
  }
  backoff_ = std::chrono::milliseconds(0);
  if (answer.kind == Kind::written) {
    counters_->rows.add(to - from);
    sent_ = to;
  } else if (to - from == 1 || answer.refused_lines >= to - from) {
    reject_lines(put, from, to, answer.reason);
  } else {
    size_t middle = from + (to - from) / 2;
    EFD_TRY(send(put, from, middle));
    EFD_TRY(send(put, middle, to));
  }
  return {};
}

void InfluxSink::reject_lines(Put& put, size_t from, size_t to, const std::string& reason) {
  std::string text = "InfluxDB: " + reason.substr(0, kReasonBytesMax);
  for (size_t i = from; i < to; ++i)
    put.rejects.reject(*put.slices[lines_[i].slice].source, *lines_[i].record, Stage::task_put,
                       text);
  counters_->refused.add(to - from);
  sent_ = to;
}

std::string_view InfluxSink::text_of(size_t from, size_t to) const {
  size_t begin = from ? lines_[from - 1].end : 0;
  return text_.view().substr(begin, lines_[to - 1].end - begin);
}

void InfluxSink::back_off(std::string reason) {
  counters_->failures.add();
  backoff_ = std::clamp(2 * backoff_, options_.backoff_min, options_.backoff_max);
  away_until_ns_ = clock_.monotonic_ns() + backoff_.count() * kNsPerMs;
  away_reason_ = std::move(reason);
}

// ------------------------------------------------------------------------------------ afterwards

// Nothing of what was not sent is kept: the lane goes back to it.
void InfluxSink::leave_behind(Put& put, size_t slices_taken, const Error& error) {
  auto go_back = [&](size_t slice, Offset offset) {
    Stall& end = put.ends[slice];
    end.next = std::min(end.next, offset);
    end.reason = error.message;
    int64_t wait_ns = away_until_ns_ - clock_.monotonic_ns();
    end.wait = std::chrono::milliseconds(std::max<int64_t>(wait_ns, 0) / kNsPerMs + 1);
  };
  for (const Line& line : lines_) go_back(line.slice, line.record->offset);
  for (size_t i = slices_taken; i < put.slices.size(); ++i)
    go_back(i, put.slices[i].records.front().offset);
}

void InfluxSink::keep_places(const Put& put, std::vector<Stall>& stalls) {
  for (const Stall& end : put.ends) {
    if (end.source->index < places_.size() && places_[end.source->index].source) {
      Place& place = places_[end.source->index];
      places_changed_ |= place.next < end.next;
      place.next = std::max(place.next, end.next);
    }
    if (!end.reason.empty()) stalls.push_back(end);
  }
}

}  // namespace efd::sink
