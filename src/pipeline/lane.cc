// SPDX-License-Identifier: MIT
#include "pipeline/lane.h"

#include "observe/log.h"

namespace efd::pipeline {
Lane::Lane(LaneOptions options, std::unique_ptr<sink::Sink> sink,
           std::shared_ptr<DeadLetters> dead_letters, OnDiscontinuity on_discontinuity,
           observe::Metrics& metrics, system::Clock& clock)
    : options_(std::move(options)),
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

Result<std::unique_ptr<Lane>> Lane::open(LaneOptions options, const OpenIntake& open_intake,
                                         std::unique_ptr<sink::Sink> sink,
                                         std::shared_ptr<DeadLetters> dead_letters,
                                         OnDiscontinuity on_discontinuity,
                                         observe::Metrics& metrics, system::Clock& clock) {
  std::unique_ptr<Lane> lane(new Lane(std::move(options), std::move(sink), std::move(dead_letters),
                                      std::move(on_discontinuity), metrics, clock));
  EFD_ASSIGN(lane->intake_, open_intake(*lane));
  return lane;
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
  while (!stop.stop_requested()) turn(stop);
  if (auto done = intake_->finish(); !done) observe::warn("pipeline", "{}", done.error().message);
}

void Lane::turn(std::stop_token stop) {
  Result<> done = step(stop);
  if (done) {
    set_trouble("");
    if (!batch_.slices().empty()) clock_.sleep(options_.gather, stop);
  } else if (done.error().code != ErrorCode::cancelled) {
    retries_.add();
    set_trouble(done.error().message);
    clock_.sleep(options_.retry_wait, stop);
  }
}

Result<> Lane::step(std::stop_token stop) {
  resume_due();
  EFD_TRY(intake_->poll(options_.poll_wait, batch_));
  stalls_.clear();
  if (!batch_.slices().empty()) EFD_TRY(put(stop));
  sink_->tick(stalls_);
  for (const sink::Stall& stall : stalls_) EFD_TRY(pause(stall));
  tell_waits();
  publish_progress();
  return release_durable();
}

// What was polled must be put before the next poll, which does not give it again; unless the
// partitions are another member's by now. What the sink says of partitions that have just become
// this lane's is released first: what a group's commit says of their time bounds what comes behind.
Result<> Lane::put(std::stop_token stop) {
  while (true) {
    Result<> done = release_durable();
    if (done) done = sink_->put(batch_, *dead_letters_, stalls_, stop);
    if (done) break;
    const ErrorCode code = done.error().code;
    const bool is_over =
        code == ErrorCode::cancelled || code == ErrorCode::conflict || stop.stop_requested();
    if (is_over) return done;
    retries_.add();
    set_trouble(done.error().message);
    clock_.sleep(options_.retry_wait, stop);
    stalls_.clear();
  }
  batches_.add();
  records_.add(batch_.record_count());
  return {};
}

// ---------------------------------------------------------------------------------- the intake's

void Lane::on_begin(const broker::Source& source, Offset next, Offset end) {
  std::lock_guard lock(mutex_);
  if (progress_.size() <= source.index) progress_.resize(source.index + 1);
  progress_[source.index] = {next, caught_up_ ? Offset(0) : end, false};
  source_index_[{source.id, {source.topic, source.partition}}] = source.index;
  progressed_.notify_all();  // what was kept counts as applied
}

void Lane::on_leave(std::span<const broker::Source* const> sources) {
  for (const broker::Source* source : sources) {
    paused_until_ns_.erase(source);
    waiting_.erase(source);
  }
}

void Lane::on_gap(const broker::Source& source, Continuity what, Offset expected, Offset next) {
  if (on_discontinuity_) on_discontinuity_(source, what, expected, next);
}

// Told once, though a partition that had to wait comes this way again.
void Lane::on_rotten(const broker::Source& source, const broker::RottenRecords& rotten) {
  auto [step, is_first] = passing_over_.try_emplace(&source, std::pair(rotten.from, rotten.next));
  if (!is_first) step->second.second = rotten.next;
  Offset& told = passed_over_.try_emplace(&source, Offset(0)).first->second;
  if (rotten.next <= told) return;
  told = rotten.next;
  // What lies below the log's start was deleted, not spoilt.
  auto range = intake_->range(source);
  bool were_deleted = range && rotten.next <= range->start;
  Continuity what = were_deleted ? Continuity::missed_records : Continuity::rotten_records;
  on_gap(source, what, rotten.from, rotten.next);
}

Result<> Lane::release_durable() {
  uint64_t commits = sink_->commits();
  if (commits == released_commits_) return {};
  EFD_TRY(intake_->release(sink_->durable()));
  released_commits_ = commits;
  return {};
}

Result<> Lane::deliver_dead_letters(std::chrono::milliseconds wait) {
  Result<> delivered = dead_letters_->await_delivered(wait);
  std::lock_guard lock(mutex_);
  const std::string before = std::exchange(left_out_, delivered ? "" : delivered.error().message);
  if (!delivered && before.empty())
    observe::warn("pipeline", "{}: commits leave out what it puts: {}", options_.connector.value(),
                  left_out_);
  if (delivered && !before.empty())
    observe::info("pipeline", "{}: commits have what it puts again", options_.connector.value());
  return delivered;
}

std::string Lane::left_out() const {
  std::lock_guard lock(mutex_);
  return left_out_;
}

// ---------------------------------------------------------------------------------------- pauses

Result<> Lane::pause(const sink::Stall& stall) {
  EFD_TRY(intake_->seek(*stall.source, stall.next));
  intake_->pause(*stall.source);
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
    intake_->resume(*entry.first);
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
  if (!left_out_.empty()) return "commits leave out what it puts: " + left_out_;
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
