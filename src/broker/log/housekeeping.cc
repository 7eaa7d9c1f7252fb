// SPDX-License-Identifier: MIT
// The log's two threads: one commits, one makes checkpoints and keeps the log within its bounds.
#include <chrono>

#include "broker/log/checkpoints.h"
#include "broker/log/log_reads.h"
#include "broker/log/log_state.h"
#include "broker/log/producer_ids.h"
#include "broker/log/retention.h"
#include "broker/log/topic_admin.h"
#include "broker/log/wal_writer.h"

namespace efd::broker {

CommitLog::State::State(system::FileSystem& files, system::Clock& clock, CommitLogOptions options)
    : files(files),
      clock(clock),
      options(std::move(options)),
      cache(files, [this](const std::string& path, const Rot& rot) { damages.note(path, rot); }),
      wal(std::make_unique<WalWriter>(*this)),
      checkpoints(std::make_unique<Checkpoints>(*this)),
      retention(std::make_unique<Retention>(*this)),
      topic_admin(std::make_unique<TopicAdmin>(*this)),
      producer_ids(std::make_unique<ProducerIds>(*this)),
      reads(std::make_unique<LogReads>(*this)) {}

CommitLog::State::~State() {
  stop_threads();
}

void CommitLog::State::start_committer() {
  if (options.start_threads) committer = std::thread([this] { run_committer(); });
}

void CommitLog::State::start_housekeeping() {
  if (options.start_threads && !housekeeper.joinable())
    housekeeper = std::thread([this] { run_housekeeping(); });
}

void CommitLog::State::stop_threads() {
  is_closed = true;
  commit_bell.stop();
  housekeeping_bell.stop();
  if (committer.joinable()) committer.join();
  if (housekeeper.joinable()) housekeeper.join();
}

// Sleeps until something is appended, then commits every interval, or at once when somebody waits.
// What goes wrong has stopped intake, and is told there.
void CommitLog::State::run_committer() {
  while (true) {
    commit_bell.set_idle(true);
    bool has_work = has_commit_work();
    commit_bell.set_idle(!has_work);
    if (!commit_bell.wait(has_work ? options.commit_interval_ms : -1)) return;
    if (sync_wanted && options.commit_gather_us > 0)
      clock.sleep(std::chrono::microseconds(options.commit_gather_us));
    static_cast<void>(wal->commit());
  }
}

bool CommitLog::State::has_commit_work() const {
  std::lock_guard lock(mutex);
  return !failure && !disk_full && (!uncommitted.empty() || !durable_waiters.empty());
}

// Retention first: a log that has more than it may is not judged by what nobody needs.
void CommitLog::State::run_housekeeping() {
  constexpr int64_t kTickMs = 1000;
  int64_t checkpoint_ns = clock.monotonic_ns();
  int64_t retention_ns = checkpoint_ns;
  keep_within_bounds(true);
  while (true) {
    housekeeping_bell.set_idle(true);
    if (!housekeeping_bell.wait(checkpoint_wanted ? 0 : kTickMs)) return;
    housekeeping_bell.set_idle(false);
    int64_t now = clock.monotonic_ns();
    bool is_due = now - checkpoint_ns >= options.checkpoint_interval_ms * kNsPerMs;
    if (checkpoint_wanted || (is_due && stats.unchecked_bytes > 0)) {
      static_cast<void>(checkpoints->make());
      checkpoint_ns = now;
    }
    bool drops = now - retention_ns >= options.retention_check_interval_ms * kNsPerMs;
    if (drops) retention_ns = now;
    keep_within_bounds(drops);
  }
}

// A producer fills a disk faster than retention looks. A disk that cannot be looked at, or a folder
// that is gone, takes nothing that lasts.
void CommitLog::State::keep_within_bounds(bool drops) {
  Result<> kept = drops ? retention->run() : retention->check_disk();
  if (!kept) static_cast<void>(note_failure(kept.error()));
}

}  // namespace efd::broker
