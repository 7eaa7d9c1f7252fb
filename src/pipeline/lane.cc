// SPDX-License-Identifier: MIT
#include "pipeline/lane.h"

#include "observe/log.h"

namespace efd::pipeline {
namespace {

// How long a commit waits for dead letters to be delivered before it is put off.
constexpr std::chrono::milliseconds kDeliveryWait{5000};
// How long the look at the records that the sink has read last may take before it is begun anew.
constexpr std::chrono::milliseconds kRecognitionWait{30'000};

}  // namespace

Lane::Lane(LaneOptions options, broker::TopicMatcher matcher, broker::Broker& broker,
           std::unique_ptr<sink::Sink> sink, std::shared_ptr<DeadLetters> dead_letters,
           OnDiscontinuity on_discontinuity, observe::Metrics& metrics, system::Clock& clock)
    : options_(std::move(options)),
      matcher_(std::move(matcher)),
      broker_(broker),
      sink_(std::move(sink)),
      dead_letters_(std::move(dead_letters)),
      on_discontinuity_(std::move(on_discontinuity)),
      clock_(clock),
      records_(metrics.counter("efd_lane_records_total", "Records that lanes have put, each try.",
                               {{"connector", options_.connector.value()}})),
      batches_(metrics.counter("efd_lane_batches_total", "Batches that lanes have put.",
                               {{"connector", options_.connector.value()}})),
      retries_(metrics.counter("efd_lane_retries_total",
                               "Polls, puts and partitions' waits that had to be repeated.",
                               {{"connector", options_.connector.value()}})) {}

Lane::~Lane() {
  stop();
}

Result<std::unique_ptr<Lane>> Lane::open(LaneOptions options, broker::Broker& broker,
                                         std::unique_ptr<sink::Sink> sink,
                                         std::shared_ptr<DeadLetters> dead_letters,
                                         OnDiscontinuity on_discontinuity,
                                         observe::Metrics& metrics, system::Clock& clock) {
  EFD_ASSIGN(auto matcher, broker::TopicMatcher::compile(options.pattern));
  std::unique_ptr<Lane> lane(new Lane(std::move(options), std::move(matcher), broker,
                                      std::move(sink), std::move(dead_letters),
                                      std::move(on_discontinuity), metrics, clock));
  const bool is_member = !lane->options_.group.empty();
  EFD_ASSIGN(lane->reader_, is_member ? lane->join_group() : lane->open_reader());
  return lane;
}

Result<std::unique_ptr<broker::Reader>> Lane::open_reader() {
  broker::ReaderOptions options{.pattern = options_.pattern,
                                .see = options_.see,
                                .hold = options_.hold,
                                .batch_bytes_max = options_.batch_bytes_max};
  options.start = [this](const broker::Source& source, const broker::LogRange& range) {
    return begin(source, range);
  };
  options.on_rotten = [this](const broker::Source& source, const broker::RottenRecords& rotten) {
    pass_over(source, rotten);
  };
  return broker_.reader(std::move(options));
}

Result<std::unique_ptr<broker::Reader>> Lane::join_group() {
  broker::ConsumerOptions options{.group = options_.group,
                                  .pattern = options_.pattern,
                                  .instance = options_.instance,
                                  .session_timeout = options_.session_timeout,
                                  .batch_bytes_max = options_.batch_bytes_max};
  options.start = [this](const broker::Source& source, const broker::LogRange& range,
                         const std::optional<broker::CommittedOffset>& committed) {
    return assign(source, range, committed);
  };
  options.on_leave = [this](std::span<const broker::Source* const> sources, broker::Leaves why) {
    leave(sources, why);
  };
  options.on_rotten = [this](const broker::Source& source, const broker::RottenRecords& rotten) {
    pass_over(source, rotten);
  };
  EFD_ASSIGN(std::unique_ptr<broker::Reader> consumer, broker_.consumer(std::move(options)));
  return consumer;
}

void Lane::start() {
  thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

void Lane::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  progressed_.notify_all();
}

// ------------------------------------------------------------------------------- the data plane

void Lane::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    Result<> done = step(stop);
    if (done) {
      set_trouble("");
      if (!batch_.slices().empty()) std::this_thread::sleep_for(options_.gather);
    } else if (done.error().code != ErrorCode::cancelled) {
      retries_.add();
      set_trouble(done.error().message);
      std::this_thread::sleep_for(options_.retry_wait);
    }
  }
  if (!options_.group.empty()) finish();
  is_finished_ = true;
}

// A group's lane commits what it has sent, so that whoever comes next need not look for it.
void Lane::finish() {
  Result<> done = sink_->flush();
  if (done) done = release_durable();
  if (!done) observe::warn("pipeline", "{}", done.error().message);
}

Result<> Lane::step(std::stop_token stop) {
  EFD_TRY(recognize_topics());
  resume_due();
  EFD_TRY(reader_->poll(options_.poll_wait, batch_));
  stalls_.clear();
  if (!batch_.slices().empty()) EFD_TRY(put(stop));
  sink_->turn(stalls_);
  for (const sink::Stall& stall : stalls_) EFD_TRY(pause(stall));
  tell_waits();
  publish_progress();
  return release_durable();
}

// What was polled must be put before the next poll, which does not give it again; unless the
// partitions are another member's by now. In a group, what was assigned is committed first.
Result<> Lane::put(std::stop_token stop) {
  while (true) {
    Result<> done;
    if (!options_.group.empty()) done = release_durable();
    if (done) done = sink_->put(batch_, *dead_letters_, stalls_, stop);
    if (done) break;
    const ErrorCode code = done.error().code;
    const bool is_over =
        code == ErrorCode::cancelled || code == ErrorCode::conflict || stop.stop_requested();
    if (is_over) return done;
    retries_.add();
    set_trouble(done.error().message);
    std::this_thread::sleep_for(options_.retry_wait);
    stalls_.clear();
  }
  batches_.add();
  records_.add(batch_.record_count());
  return {};
}

// ------------------------------------------------------------------------------------- positions

// Before the first poll, where the broker has no ids: is what the sink has read still there?
Result<> Lane::recognize_topics() {
  if (are_topics_recognized_) return {};
  std::vector<store::StoredPosition> kept = sink_->kept();
  EFD_ASSIGN(auto topics, broker_.topics());
  bool has_ids = topics.empty() || !topics.front().id.value().is_zero();
  std::erase_if(kept, [&](const store::StoredPosition& each) {
    return has_ids || !matcher_.matches(each.position.topic);
  });
  EFD_ASSIGN(recognized_, recognize(broker_, options_.pattern, kept, kRecognitionWait));
  are_topics_recognized_ = true;
  return {};
}

StartPosition Lane::start_of(const std::optional<store::StoredPosition>& kept,
                             const broker::Source& source, const broker::LogRange& range) {
  if (!source.id.value().is_zero()) return start_position(kept, source.id, range);
  auto found = recognized_.extract({source.topic, source.partition});
  return start_position(kept, found ? std::optional(found.mapped()) : std::nullopt, range);
}

Offset Lane::begin(const broker::Source& source, const broker::LogRange& range) {
  std::optional<store::StoredPosition> kept = sink_->start(source);
  StartPosition start = start_of(kept, source, range);
  bool discontinuous =
      start.continuity != Continuity::fresh && start.continuity != Continuity::continues;
  if (discontinuous) {
    on_discontinuity_(source, start.continuity, kept->position.next, start.next);
    if (start.continuity == Continuity::made_anew) kept->fingerprints.clear();
    std::erase_if(kept->fingerprints,
                  [&](const store::Fingerprint& each) { return each.offset >= start.next; });
    if (auto set = sink_->set_position(source, start.next, kept->fingerprints); !set)
      observe::error("pipeline", "{}", set.error().message);
  }
  note_begin(source, range, start.next);
  return start.next;
}

void Lane::note_begin(const broker::Source& source, const broker::LogRange& range, Offset next) {
  std::lock_guard lock(mutex_);
  if (progress_.size() <= source.index) progress_.resize(source.index + 1);
  progress_[source.index] = {next, caught_up_ ? Offset(0) : range.end, false};
  source_index_[{source.id, {source.topic, source.partition}}] = source.index;
  progressed_.notify_all();  // what the sink kept counts as applied
}

Result<Offset> Lane::assign(const broker::Source& source, const broker::LogRange& range,
                            const std::optional<broker::CommittedOffset>& committed) {
  EFD_TRY(dead_letters_->catch_up());
  EFD_ASSIGN(Offset next, sink_->assign(source, range, committed));
  if (committed && on_discontinuity_) {
    if (committed->next < range.start)
      on_discontinuity_(source, Continuity::missed_records, committed->next, next);
    if (committed->next > range.end)
      on_discontinuity_(source, Continuity::made_anew, committed->next, next);
  }
  note_begin(source, range, next);
  return next;
}

void Lane::leave(std::span<const broker::Source* const> sources, broker::Leaves why) {
  if (why == broker::Leaves::revoked && !is_finished_) finish();
  sink_->leave(sources);
  for (const broker::Source* source : sources) {
    paused_until_ns_.erase(source);
    waiting_.erase(source);
  }
}

// Told once, though a partition that had to wait comes this way again.
void Lane::pass_over(const broker::Source& source, const broker::RottenRecords& rotten) {
  auto [step, is_first] = passing_over_.try_emplace(&source, std::pair(rotten.from, rotten.next));
  if (!is_first) step->second.second = rotten.next;
  Offset& told = passed_over_.try_emplace(&source, Offset(0)).first->second;
  if (rotten.next <= told) return;
  told = rotten.next;
  // What lies below the log's start was deleted, not spoilt.
  auto range = reader_->range(source);
  bool were_deleted = range && rotten.next <= range->start;
  Continuity what = were_deleted ? Continuity::missed_records : Continuity::rotten_records;
  if (on_discontinuity_) on_discontinuity_(source, what, rotten.from, rotten.next);
}

Result<> Lane::release_durable() {
  uint64_t commits = sink_->commits();
  if (commits == released_commits_) return {};
  // The group's commit is the sink's: what it covers and was rejected must be kept by then.
  if (!options_.group.empty()) EFD_TRY(dead_letters_->await_delivered(kDeliveryWait));
  EFD_TRY(reader_->release(sink_->durable(), sink_->unsettled_since()));
  released_commits_ = commits;
  return {};
}

Result<> Lane::prepare_commit(std::span<const Position> positions, std::stop_token stop) {
  EFD_TRY(dead_letters_->await_delivered(kDeliveryWait));
  return reader_->await_durable(positions, stop);
}

// ---------------------------------------------------------------------------------------- pauses

Result<> Lane::pause(const sink::Stall& stall) {
  EFD_TRY(reader_->seek(*stall.source, stall.next));
  reader_->pause(*stall.source);
  paused_until_ns_[stall.source] = clock_.monotonic_ns() + stall.wait.count() * kNsPerMs;
  retries_.add();
  std::lock_guard lock(mutex_);
  progress_[stall.source->index].paused = true;
  pause_trouble_ = fmt::format("{}/{} waits: {}", stall.source->topic.value(),
                               stall.source->partition.value(), stall.reason);
  return {};
}

void Lane::resume_due() {
  if (paused_until_ns_.empty()) return;
  int64_t now_ns = clock_.monotonic_ns();
  std::erase_if(paused_until_ns_, [&](const auto& entry) {
    if (entry.second > now_ns) return false;
    reader_->resume(*entry.first);
    std::lock_guard lock(mutex_);
    progress_[entry.first->index].paused = false;
    return true;
  });
}

// The first partition that waits, and that none does any more; /health tells of those in between.
void Lane::tell_waits() {
  if (waiting_.empty() && stalls_.empty()) return;
  bool waited = !waiting_.empty();
  for (const broker::Slice& slice : batch_.slices()) waiting_.erase(slice.source);
  for (const sink::Stall& stall : stalls_) waiting_.insert(stall.source);
  if (waited == !waiting_.empty()) return;
  std::lock_guard lock(mutex_);
  if (waited) {
    observe::info("pipeline", "{}: no partition waits any more", options_.connector.value());
  } else {
    observe::warn("pipeline", "{}: {}", options_.connector.value(), pause_trouble_);
  }
}

void Lane::set_trouble(std::string trouble) {
  std::lock_guard lock(mutex_);
  if (!trouble.empty() && trouble != trouble_) observe::warn("pipeline", "{}", trouble);
  if (trouble.empty() && !trouble_.empty())
    observe::info("pipeline", "{}: goes on, after: {}", options_.connector.value(), trouble_);
  trouble_ = std::move(trouble);
}

std::string Lane::trouble() const {
  std::lock_guard lock(mutex_);
  if (!trouble_.empty()) return trouble_;
  for (const Progress& progress : progress_)
    if (progress.paused) return pause_trouble_;
  return "";
}

// -------------------------------------------------------------------------------------- progress

void Lane::publish_progress() {
  std::lock_guard lock(mutex_);
  for (const broker::Slice& slice : batch_.slices())
    progress_[slice.source->index].applied = slice.next;
  for (const sink::Stall& stall : stalls_) progress_[stall.source->index].applied = stall.next;
  bool has_passed_over = publish_passed_over();
  if (!caught_up_) {
    bool behind = false;
    for (const Progress& progress : progress_)
      behind |= !progress.paused && progress.applied < progress.catch_up_to;
    caught_up_ = !behind;
  }
  if (!batch_.slices().empty() || has_passed_over) progressed_.notify_all();
}

// Where the last records of a partition cannot be read, none comes behind them that would say so.
bool Lane::publish_passed_over() {
  bool has_moved = false;
  for (const auto& [source, stretch] : passing_over_) {
    Offset& applied = progress_[source->index].applied;
    if (applied < stretch.first || applied >= stretch.second) continue;
    applied = stretch.second;
    has_moved = true;
  }
  passing_over_.clear();
  return has_moved;
}

std::optional<Offset> Lane::applied(const Position& position) const {
  auto found = source_index_.find({position.id, {position.topic, position.partition}});
  if (found == source_index_.end()) return std::nullopt;
  return progress_[found->second].applied;
}

Result<Verdict> Lane::await_applied(const Position& position, std::stop_token stop) {
  {
    std::unique_lock lock(mutex_);
    std::stop_callback wake(thread_.get_stop_token(), [this] { progressed_.notify_all(); });
    bool done = progressed_.wait(lock, stop, [&] {
      std::optional<Offset> next = applied(position);
      return (next && *next >= position.next) || thread_.get_stop_token().stop_requested();
    });
    std::optional<Offset> next = applied(position);
    if (!done || !next || *next < position.next)
      return fail(ErrorCode::cancelled, "{}/{}: stopped before offset {} was applied",
                  position.topic.value(), position.partition.value(), position.next.value() - 1);
  }
  RejectedRecord record{position.id, {position.topic, position.partition}, position.next + -1};
  std::optional<std::string> reason = dead_letters_->reason_of(record);
  return reason ? Verdict{false, std::move(*reason)} : Verdict{true, ""};
}

}  // namespace efd::pipeline
