// SPDX-License-Identifier: MIT
#include "broker/commit_log.h"

#include <algorithm>

#include "broker/log/checkpoints.h"
#include "broker/log/log_reads.h"
#include "broker/log/producer_ids.h"
#include "broker/log/recovery.h"
#include "broker/log/retention.h"
#include "broker/log/segment_repair.h"
#include "broker/log/topic_admin.h"
#include "broker/log/wal_repair.h"
#include "broker/log/wal_writer.h"

namespace efd::broker {
namespace {

PartitionHandle partition_of(const TopicPointer& topic, Partition number) {
  if (!topic || number.value() < 0) return nullptr;
  auto index = static_cast<size_t>(number.value());
  return index < topic->partitions.size() ? topic->partitions[index] : nullptr;
}

std::optional<TopicDescription> description_of(const TopicPointer& topic) {
  if (!topic) return std::nullopt;
  return topic->description();
}

}  // namespace

CommitLog::CommitLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
CommitLog::~CommitLog() = default;

Result<std::unique_ptr<CommitLog>> CommitLog::open(system::FileSystem& files, system::Clock& clock,
                                                   CommitLogOptions options) {
  auto state = std::make_unique<State>(files, clock, std::move(options));
  EFD_TRY(State::Recovery(*state).run());
  state->start_committer();
  return std::unique_ptr<CommitLog>(new CommitLog(std::move(state)));
}

Result<std::vector<LogDamage>> CommitLog::repair(system::FileSystem& files, system::Clock& clock,
                                                 CommitLogOptions options, Repair what) {
  std::vector<LogDamage> damages;
  {
    EFD_ASSIGN(auto lock, files.lock_directory(options.path));
    EFD_ASSIGN(damages, repair_wal(files, options.path, what));
  }
  // It does not open before these are dropped.
  if (what == Repair::look && !damages.empty()) return damages;
  options.start_threads = false;
  State state(files, clock, std::move(options));
  EFD_TRY(State::Recovery(state).run());
  EFD_ASSIGN(auto more, State::SegmentRepair(state).run(what));
  damages.insert(damages.end(), more.begin(), more.end());
  return damages;
}

void CommitLog::start_housekeeping() {
  state_->start_housekeeping();
}

Result<> CommitLog::close() {
  return state_->close();
}

Result<TopicDescription> CommitLog::create_topic(const NewTopic& topic) {
  return state_->topic_admin->create(topic);
}

Result<> CommitLog::check_new_topic(const NewTopic& topic) const {
  std::lock_guard lock(state_->mutex);
  EFD_TRY(state_->topic_admin->check_new_topic(topic));
  return {};
}

Result<TopicDescription> CommitLog::change_topic(const TopicName& name, const TopicEdit& edit) {
  return state_->topic_admin->change_to(name, edit);
}

Result<> CommitLog::check_topic_change(const TopicDescription& before,
                                       TopicDescription after) const {
  clean_topic_config(after.config);
  std::lock_guard lock(state_->mutex);
  EFD_TRY(state_->topic_admin->check_change(before, after));
  return {};
}

Result<> CommitLog::delete_topic(const TopicName& name) {
  return state_->topic_admin->remove(name);
}

std::vector<TopicDescription> CommitLog::topics() const {
  std::vector<TopicDescription> all;
  {
    std::lock_guard lock(state_->mutex);
    for (const auto& [name, topic] : state_->topics.all()) all.push_back(topic->description());
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

std::optional<TopicDescription> CommitLog::find_topic(const TopicName& name) const {
  std::lock_guard lock(state_->mutex);
  return description_of(state_->topics.find(name));
}

std::optional<TopicDescription> CommitLog::find_topic(const TopicId& id) const {
  std::lock_guard lock(state_->mutex);
  return description_of(state_->topics.find(id));
}

PartitionHandle CommitLog::partition(const TopicName& name, Partition partition) const {
  std::lock_guard lock(state_->mutex);
  return partition_of(state_->topics.find(name), partition);
}

PartitionHandle CommitLog::partition(const TopicId& id, Partition partition) const {
  std::lock_guard lock(state_->mutex);
  return partition_of(state_->topics.find(id), partition);
}

std::vector<ConfigEntry> CommitLog::config(const TopicName& name) const {
  std::lock_guard lock(state_->mutex);
  TopicPointer topic = state_->topics.find(name);
  if (!topic) return {};
  return describe_topic_config(topic->facts->config, state_->options);
}

const std::string& CommitLog::cluster_id() const {
  return state_->cluster_id;
}

Appended CommitLog::append(LogPartition& partition, std::string_view batch, bool waits_for_sync) {
  return state_->append(partition, batch, waits_for_sync);
}

Result<> CommitLog::write_out() {
  return state_->wal->write_out();
}
uint64_t CommitLog::durable_sequence() const {
  return state_->durable_sequence;
}

void CommitLog::when_durable(uint64_t sequence, std::function<void(const Result<>&)> done) {
  state_->when_durable(sequence, {std::move(done), true});
}

void CommitLog::when_durable_or_full(uint64_t sequence, std::function<void(const Result<>&)> done) {
  state_->when_durable(sequence, {std::move(done), false});
}

bool CommitLog::waits_for_sync(const LogPartition& partition) const {
  return partition.topic->settings.durability == Durability::sync;
}

bool CommitLog::is_full() const {
  return state_->is_full();
}

void CommitLog::when_room(std::function<void()> done) {
  {
    std::lock_guard lock(state_->mutex);
    if (state_->is_full() && !state_->failure) {
      state_->room_waiters.push_back(std::move(done));
      return;
    }
  }
  done();
}

std::optional<Error> CommitLog::intake_error() const {
  return state_->intake_error();
}

std::optional<Error> CommitLog::damage() const {
  return state_->damages.damage();
}

PartitionState CommitLog::state(const LogPartition& partition) const {
  std::lock_guard lock(state_->mutex);
  return partition.state();
}

Result<FetchedBatches> CommitLog::read(LogPartition& partition, Offset from, size_t bytes_max,
                                       See see) {
  return state_->reads->read(partition, from, bytes_max, see);
}

Result<FetchedBatches> CommitLog::read_cold(LogPartition& partition, Offset from, size_t bytes_max,
                                            See see) {
  return state_->reads->read_cold(partition, from, bytes_max, see);
}

Result<std::optional<OffsetAndTime>> CommitLog::find_by_time(LogPartition& partition,
                                                             int64_t timestamp_ms) {
  return state_->reads->find_by_time(partition, timestamp_ms);
}

Result<std::optional<OffsetAndTime>> CommitLog::find_max_time(LogPartition& partition) {
  return state_->reads->find_max_time(partition);
}

Result<> CommitLog::trim(std::span<const Trim> trims) {
  return state_->retention->trim(trims);
}

bool CommitLog::may_delete_records(const LogPartition& partition) const {
  return partition.topic->settings.may_delete;
}

void CommitLog::watch(LogPartition& partition, Waiter& waiter, See see) {
  partition.watchers.add(waiter, see);
}

void CommitLog::unwatch(LogPartition& partition, Waiter& waiter) {
  partition.watchers.remove(waiter);
}

void CommitLog::watch_topics(TopicWaiter& waiter) {
  state_->topic_watchers.add(waiter);
}

void CommitLog::unwatch_topics(TopicWaiter& waiter) {
  state_->topic_watchers.remove(waiter);
}

void CommitLog::hold(const std::string& name, std::function<bool(const TopicName&)> matches) {
  std::lock_guard lock(state_->mutex);
  state_->holds.set(name, std::move(matches), state_->topics);
}

void CommitLog::release(const std::string& name, LogPartition& partition, Offset below) {
  std::lock_guard lock(state_->mutex);
  state_->holds.release(name, partition, below);
}

void CommitLog::drop_hold(const std::string& name) {
  std::lock_guard lock(state_->mutex);
  state_->holds.drop(name, state_->topics);
}

Result<ProducerId> CommitLog::new_producer_id() {
  return state_->producer_ids->take();
}

Result<> CommitLog::commit_now() {
  return state_->wal->commit();
}
Result<> CommitLog::checkpoint_now() {
  return state_->checkpoints->make();
}
Result<> CommitLog::retain_now() {
  return state_->retention->run();
}
system::Clock& CommitLog::clock() const {
  return state_->clock;
}
bool CommitLog::has_threads() const {
  return state_->options.start_threads;
}
const CommitLogStats& CommitLog::stats() const {
  return state_->stats;
}

}  // namespace efd::broker
