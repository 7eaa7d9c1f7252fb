// SPDX-License-Identifier: MIT
#include "sink/topic_sink.h"

#include <algorithm>

#include "sink/source_header.h"

namespace efd::sink {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFullWait{20};        // a partition rests while the producer's queue is full
constexpr milliseconds kTroubleWait{1'000};  // registry or log away
constexpr milliseconds kFlushWait{5'000};

OutputMarksQuery marks_query(const std::string& component,
                             const broker::CommittedOffset& committed) {
  return {.topic_prefix = transform::output_topic(component + "_"),
          .since_ms = committed.time_ms - kClockSkewMs};
}

}  // namespace

bool Rewinds::take(const broker::Source& source) {
  std::lock_guard lock(mutex_);
  return taken_.insert({source.topic, source.partition}).second;
}

TopicSink::TopicSink(TopicSinkOptions options, broker::Broker& broker,
                     std::shared_ptr<broker::Producer> producer, registry::SchemaRegistry& registry,
                     observe::Metrics& metrics, system::Clock& clock)
    : options_(std::move(options)),
      broker_(broker),
      clock_(clock),
      transform_(options_.transform, registry, metrics, clock),
      skipped_(metrics.counter("saltransform_skipped_total",
                               "SAL texts whose Avro records an earlier run had produced.")),
      tombstones_(metrics.counter("saltransform_tombstones_total", "Records without a value.")),
      headers_{{kSourceHeader, std::string()}},
      sent_(std::make_shared<SentRecords>(metrics, clock)),
      producer_(std::move(producer)) {}
TopicSink::~TopicSink() = default;

// ----------------------------------------------------------------------------------- assignment

TopicSink::Origin& TopicSink::origin_of(const broker::Source& source) {
  if (origins_.size() <= source.index) origins_.resize(source.index + 1);
  return origins_[source.index];
}

// Where the group says, unless the log does not have it: what is missing is the lane's to tell.
Offset TopicSink::first_offset(const broker::Source& source, const broker::LogRange& range,
                               const std::optional<broker::CommittedOffset>& committed) {
  if (committed) {
    const bool is_there = committed->next >= range.start && committed->next <= range.end;
    return is_there ? committed->next : range.start;
  }
  const Offset reset = options_.reset == broker::At::latest ? range.end : range.start;
  const TopicPartition partition{source.topic, source.partition};
  Begin& begin = begins_.try_emplace(partition, Begin{source.id, reset}).first->second;
  const bool is_made_anew = begin.id != source.id || begin.first > range.end;
  if (is_made_anew) begin = {source.id, range.start};
  return std::max(begin.first, range.start);
}

Result<Offset> TopicSink::assign(const broker::Source& source, const broker::LogRange& range,
                                 const std::optional<broker::CommittedOffset>& committed) {
  OutputMarks marks;
  Offset first = first_offset(source, range, committed);
  if (options_.rewinds && options_.rewinds->take(source)) {
    first = range.start;
  } else if (committed && committed->time_ms >= 0) {
    // Offsets without a time have been set by hand, to have them produced again.
    const OutputMarksQuery query = marks_query(options_.transform.component, *committed);
    EFD_ASSIGN(marks, read_output_marks(broker_, clock_, query, source, range));
  }
  Origin& origin = origin_of(source);
  origin = {&source, first, first, std::move(marks), {}};
  if (!origin.marks.empty()) origin.marked_since = UtcTime::from_ms(committed->time_ms);
  // Committed before anything is sent: from then on the commit's time bounds what has to be read.
  ++commits_;
  committed_ns_ = clock_.monotonic_ns();
  return origin.next;
}

void TopicSink::leave(std::span<const broker::Source* const> sources) {
  for (const broker::Source* source : sources) {
    origin_of(*source) = {};
    sent_->drop_positions(source->index);
  }
}

// ------------------------------------------------------------------------------------------- put

Result<> TopicSink::put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
                        std::stop_token) {
  now_ = clock_.now();
  sent_->begin_put(now_);
  for (const broker::Slice& slice : batch.slices()) put_slice(slice, rejects, stalls);
  return {};
}

void TopicSink::put_slice(const broker::Slice& slice, Rejects& rejects,
                          std::vector<Stall>& stalls) {
  Origin& origin = origin_of(*slice.source);
  if (origin.source == nullptr) return;
  Stall stall{slice.source, {}, kTroubleWait, ""};
  for (const broker::RecordView& record : slice.records) {
    if (take(origin, record, rejects, stall) == Taken::later) {
      stall.next = record.offset;
      stalls.push_back(std::move(stall));
      return;
    }
    origin.redo.erase(record.offset);
    origin.next = std::max(origin.next, record.offset + 1);
  }
  origin.next = std::max(origin.next, slice.next);
}

TopicSink::Taken TopicSink::take(Origin& origin, const broker::RecordView& record, Rejects& rejects,
                                 Stall& stall) {
  const auto redo = origin.redo.find(record.offset);
  if (record.offset < origin.next && redo == origin.redo.end()) return Taken::yes;
  if (redo != origin.redo.end() && redo->second.code == ErrorCode::bad_input) {
    rejects.reject(*origin.source, record, Stage::task_put, redo->second.message);
    return Taken::yes;
  }
  if (!record.value) {
    tombstones_.add();
    return Taken::yes;
  }
  const auto topic = transform_.run(*record.value, now_, value_);
  if (topic) return send(origin, record, **topic, rejects, stall);
  if (topic.error().code != ErrorCode::bad_input) {
    stall.reason = topic.error().message;
    return Taken::later;
  }
  rejects.reject(*origin.source, record, Stage::value_converter, topic.error().message);
  return Taken::yes;
}

TopicSink::Taken TopicSink::send(Origin& origin, const broker::RecordView& record,
                                 const TopicName& topic, Rejects& rejects, Stall& stall) {
  if (origin.marks.contains(record.offset) && !origin.redo.contains(record.offset)) {
    skipped_.add();
    return Taken::yes;
  }
  auto partition = output_partition(topic, origin.source->partition);
  Result<> sent;
  if (partition) {
    write_source_mark(*origin.source, record.offset, *headers_[0].value);
    const broker::NewRecord output{.topic = topic,
                                   .partition = *partition,
                                   .timestamp_ms = now_.ms(),
                                   .value = value_,
                                   .headers = headers_};
    sent = producer_->send(output, sent_->expect({origin.source->index, record.offset}));
    if (sent) return Taken::yes;
    sent_->forget_expected();
  } else {
    sent = fail(partition.error());
  }
  if (sent.error().code == ErrorCode::bad_input) {
    rejects.reject(*origin.source, record, Stage::task_put, sent.error().message);
    return Taken::yes;
  }
  if (sent.error().code == ErrorCode::overload) stall.wait = kFullWait;
  if (sent.error().code == ErrorCode::not_found) partitions_.erase(topic);
  stall.reason = sent.error().message;
  return Taken::later;
}

// Always the same one for a source partition while it is assigned, so that its records keep their
// order.
Result<Partition> TopicSink::output_partition(const TopicName& topic, Partition source) {
  auto known = partitions_.find(topic);
  if (known == partitions_.end()) {
    EFD_ASSIGN(const int32_t count, output_partitions(topic));
    known = partitions_.emplace(topic, count).first;
  }
  return Partition(source.value() % known->second);
}

// The topic is made if it is not there.
Result<int32_t> TopicSink::output_partitions(const TopicName& topic) {
  auto found = broker_.topic(topic);
  if (!found && found.error().code == ErrorCode::not_found)
    found = broker_.create_topic({.name = topic, .config = {}});
  if (!found) return fail(found.error());
  return std::max(found->partitions, 1);
}

// ----------------------------------------------------------------------------------- durability

void TopicSink::tick(std::vector<Stall>& stalls) {
  go_back(stalls);
  const int64_t now_ns = clock_.monotonic_ns();
  const int64_t interval_ns = options_.commit_interval.count() * kNsPerMs;
  if (now_ns - closed_ns_ >= interval_ns) close_epoch();
  take_durable();
  if (now_ns - committed_ns_ < kCommitAgeMaxNs) return;
  ++commits_;
  committed_ns_ = now_ns;
}

// To records that were not delivered.
void TopicSink::go_back(std::vector<Stall>& stalls) {
  for (FailedRecord& failed : sent_->take_failed()) {
    Origin& origin = origins_[failed.record.source];
    if (origin.source == nullptr) continue;
    sent_->drop_positions(failed.record.source);
    const std::string reason = "not delivered: " + failed.error.message;
    origin.redo.insert_or_assign(failed.record.offset, std::move(failed.error));
    stalls.push_back({origin.source, origin.redo.begin()->first, kTroubleWait, reason});
  }
}

void TopicSink::close_epoch() {
  closed_ns_ = clock_.monotonic_ns();
  std::vector<SourceOffset> positions;
  for (const Origin& origin : origins_) {
    if (origin.source == nullptr) continue;
    const Offset next = origin.redo.empty() ? origin.next : origin.redo.begin()->first;
    if (next > origin.durable) positions.push_back({origin.source->index, next});
  }
  if (!positions.empty() || sent_->has_open_records()) sent_->close_epoch(std::move(positions));
}

void TopicSink::take_durable() {
  const auto positions = sent_->take_delivered();
  if (!positions) return;
  for (const SourceOffset& position : *positions) {
    Offset& durable = origins_[position.source].durable;
    durable = std::max(durable, position.offset);
  }
  ++commits_;
  committed_ns_ = clock_.monotonic_ns();
}

Result<> TopicSink::flush() {
  close_epoch();
  EFD_TRY(producer_->flush(kFlushWait));
  take_durable();
  return {};
}

// What an earlier run has sent must be found again until a commit is behind it.
std::optional<UtcTime> TopicSink::unsettled_since() const {
  std::optional<UtcTime> since = sent_->unsettled_since();
  for (const Origin& origin : origins_) {
    if (origin.source == nullptr || origin.marks.end() <= origin.durable) continue;
    since = since ? std::min(*since, origin.marked_since) : origin.marked_since;
  }
  return since;
}

std::vector<Position> TopicSink::durable() const {
  std::vector<Position> positions;
  for (const Origin& origin : origins_) {
    if (origin.source == nullptr) continue;
    const broker::Source& source = *origin.source;
    positions.push_back({source.topic, source.id, source.partition, origin.durable});
  }
  return positions;
}

}  // namespace efd::sink
