// SPDX-License-Identifier: MIT
// FakeLog: a CommitLog in memory whose disk the test holds in its hand: appends become durable when
// the test says so, writing fails, batches are "on the disk only". It checks no batch; what the
// real log refuses is its own tests' business. Thread-safe.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>

#include "base/bytes.h"
#include "broker/commit_log.h"

namespace efd::kafka {

class FakeLog : public broker::CommitLog {
 public:
  // --- what a test turns
  bool is_durable_at_once = true;  // by write_out
  bool is_sync = true;             // durability policy of every topic
  std::atomic<bool> fails_to_write{false};
  std::atomic<bool> is_on_disk{false};  // read() finds nothing in memory
  std::atomic<bool> is_full_now{false};
  std::atomic<int> writes{0};
  std::atomic<int> cold_reads{0};
  std::atomic<int> waiters{0};
  broker::AppendError append_error = broker::AppendError::none;

  // Everything appended becomes durable, or its waiters get the error.
  void sync(Result<> result = {}) {
    std::vector<std::function<void(const Result<>&)>> done;
    {
      std::lock_guard lock(mutex_);
      if (result) durable_ = sequence_;
      for (auto& [name, topic] : topics_) {
        for (auto& partition : topic.partitions) partition->high_watermark = partition->end;
      }
      done.swap(awaiting_);
    }
    for (auto& call : done) call(result);
    wake();
  }

  // --- CommitLog
  void start_housekeeping() override {}
  Result<> close() override { return {}; }

  Result<broker::TopicDescription> create_topic(const broker::NewTopic& topic) override {
    EFD_TRY(check_new_topic(topic));
    std::lock_guard lock(mutex_);
    Topic& made = topics_[topic.name.value()];
    made.description = {topic.name, TopicId(Uuid::random()), topic.partitions, topic.config};
    for (int32_t i = 0; i < topic.partitions; ++i) {
      made.partitions.push_back(std::make_shared<FakePartition>());
    }
    return made.description;
  }
  Result<> check_new_topic(const broker::NewTopic& topic) const override {
    if (topic.config.contains("nonsense")) return fail(ErrorCode::bad_input, "no such setting");
    std::lock_guard lock(mutex_);
    if (topics_.contains(topic.name.value())) return fail(ErrorCode::conflict, "it exists");
    return {};
  }
  Result<> delete_topic(const TopicName& name) override {
    std::lock_guard lock(mutex_);
    auto found = topics_.find(name.value());
    if (found == topics_.end()) return fail(ErrorCode::not_found, "no such topic");
    for (auto& partition : found->second.partitions) partition->is_deleted = true;
    topics_.erase(found);
    return {};
  }
  std::vector<broker::TopicDescription> topics() const override {
    std::lock_guard lock(mutex_);
    std::vector<broker::TopicDescription> all;
    for (const auto& [name, topic] : topics_) all.push_back(topic.description);
    return all;
  }
  std::optional<broker::TopicDescription> find_topic(const TopicName& name) const override {
    std::lock_guard lock(mutex_);
    auto found = topics_.find(name.value());
    if (found == topics_.end()) return std::nullopt;
    return found->second.description;
  }
  std::optional<broker::TopicDescription> find_topic(const TopicId& id) const override {
    for (const broker::TopicDescription& topic : topics()) {
      if (topic.id == id) return topic;
    }
    return std::nullopt;
  }
  broker::PartitionHandle partition(const TopicName& name, Partition partition) const override {
    std::lock_guard lock(mutex_);
    auto found = topics_.find(name.value());
    if (found == topics_.end()) return nullptr;
    auto index = static_cast<size_t>(partition.value());
    if (index >= found->second.partitions.size()) return nullptr;
    const std::shared_ptr<FakePartition>& fake = found->second.partitions[index];
    return {fake, reinterpret_cast<broker::LogPartition*>(fake.get())};
  }
  broker::PartitionHandle partition(const TopicId& id, Partition index) const override {
    auto topic = find_topic(id);
    return topic ? partition(topic->name, index) : nullptr;
  }
  std::vector<ConfigEntry> config(const TopicName& name) const override {
    std::vector<ConfigEntry> entries{{"retention.ms", "86400000", true}};
    for (const auto& [key, value] : find_topic(name)->config)
      entries.push_back({key, value, false});
    return entries;
  }
  const std::string& cluster_id() const override { return cluster_id_; }

  broker::Appended append(broker::LogPartition& to, std::string_view batch, bool) override {
    std::lock_guard lock(mutex_);
    FakePartition& partition = fake(to);
    broker::Appended appended;
    appended.error =
        partition.is_deleted ? broker::AppendError::unknown_topic_or_partition : append_error;
    if (appended.error != broker::AppendError::none) return appended;
    auto bytes = std::make_shared<std::string>(batch);
    store_big<int64_t>(bytes->data(), partition.end.value());
    appended.base_offset = partition.end;
    appended.log_start_offset = Offset(0);
    partition.end = partition.end + load_big<int32_t>(batch.data() + 23) + 1;
    partition.batches.push_back({appended.base_offset, partition.end, bytes});
    if (!is_sync) partition.high_watermark = partition.end;
    appended.sequence = ++sequence_;
    return appended;
  }
  Result<> write_out() override {
    ++writes;
    if (fails_to_write) return fail(ErrorCode::give_up, "the disk is gone");
    if (is_durable_at_once) sync();
    if (!is_sync) wake();
    return {};
  }
  uint64_t durable_sequence() const override {
    std::lock_guard lock(mutex_);
    return durable_;
  }
  void when_durable(uint64_t sequence, std::function<void(const Result<>&)> done) override {
    {
      std::lock_guard lock(mutex_);
      if (durable_ < sequence) return awaiting_.push_back(std::move(done));
    }
    done({});
  }
  bool waits_for_sync(const broker::LogPartition&) const override { return is_sync; }
  bool is_full() const override { return is_full_now; }
  std::optional<Error> intake_error() const override { return std::nullopt; }

  broker::PartitionState state(const broker::LogPartition& of) const override {
    std::lock_guard lock(mutex_);
    return state_of(fake(of));
  }
  Result<broker::FetchedBatches> read(broker::LogPartition& from_partition, Offset from,
                                      size_t bytes_max, broker::See see) override {
    if (!is_on_disk) return read_cold(from_partition, from, bytes_max, see);
    broker::FetchedBatches cold;
    cold.state = state(from_partition);
    cold.is_cold = true;
    return cold;
  }
  Result<broker::FetchedBatches> read_cold(broker::LogPartition& from_partition, Offset from,
                                           size_t bytes_max, broker::See) override {
    if (is_on_disk) ++cold_reads;
    std::lock_guard lock(mutex_);
    FakePartition& partition = fake(from_partition);
    if (partition.is_deleted) return fail(ErrorCode::not_found, "the topic was deleted");
    if (from < Offset(0) || from > partition.end) return fail(ErrorCode::bad_input, "no offset");
    broker::FetchedBatches found;
    found.state = state_of(partition);
    for (const Batch& batch : partition.batches) {
      if (batch.next <= from || batch.base >= partition.high_watermark) continue;
      if (found.bytes > 0 && found.bytes + batch.bytes->size() > bytes_max) break;
      found.batches.push_back(*batch.bytes);
      found.owners.push_back(batch.bytes);
      found.bytes += batch.bytes->size();
    }
    return found;
  }
  Result<std::optional<broker::OffsetAndTime>> find_by_time(broker::LogPartition& in,
                                                            int64_t timestamp_ms) override {
    std::lock_guard lock(mutex_);
    for (const Batch& batch : fake(in).batches) {
      int64_t max_ms = load_big<int64_t>(batch.bytes->data() + 35);
      if (max_ms >= timestamp_ms) return broker::OffsetAndTime{batch.base, max_ms};
    }
    return std::nullopt;
  }
  Result<std::optional<broker::OffsetAndTime>> find_max_time(broker::LogPartition& in) override {
    std::lock_guard lock(mutex_);
    std::optional<broker::OffsetAndTime> max;
    for (const Batch& batch : fake(in).batches) {
      int64_t max_ms = load_big<int64_t>(batch.bytes->data() + 35);
      if (!max || max_ms > max->timestamp_ms) max = {batch.next + -1, max_ms};
    }
    return max;
  }

  void watch(broker::LogPartition& partition, Waiter& waiter) override {
    std::lock_guard lock(wake_mutex_);
    watched_.emplace_back(&partition, &waiter);
    waiters = static_cast<int>(watched_.size());
  }
  void unwatch(broker::LogPartition& partition, Waiter& waiter) override {
    std::lock_guard lock(wake_mutex_);
    auto one = std::find(watched_.begin(), watched_.end(), std::pair(&partition, &waiter));
    if (one != watched_.end()) watched_.erase(one);
    waiters = static_cast<int>(watched_.size());
  }
  Result<ProducerId> new_producer_id() override { return ProducerId(next_producer_++); }

 private:
  struct Batch {
    Offset base;
    Offset next;
    std::shared_ptr<std::string> bytes;
  };
  struct FakePartition {
    std::vector<Batch> batches;
    Offset end{0};
    Offset high_watermark{0};
    bool is_deleted = false;
  };
  struct Topic {
    broker::TopicDescription description;
    std::vector<std::shared_ptr<FakePartition>> partitions;
  };

  // LogPartition is the real log's own and unknown here: handles point to ours.
  static FakePartition& fake(broker::LogPartition& partition) {
    return reinterpret_cast<FakePartition&>(partition);
  }
  static const FakePartition& fake(const broker::LogPartition& partition) {
    return reinterpret_cast<const FakePartition&>(partition);
  }
  static broker::PartitionState state_of(const FakePartition& partition) {
    return {Offset(0), partition.high_watermark, partition.end};
  }
  // Holding wake_mutex_ is what makes unwatch() final.
  void wake() {
    std::lock_guard lock(wake_mutex_);
    for (auto& [partition, waiter] : watched_) waiter->on_new_data(*partition);
  }

  mutable std::mutex mutex_;
  std::mutex wake_mutex_;
  std::map<std::string, Topic> topics_;
  std::vector<std::function<void(const Result<>&)>> awaiting_;
  std::vector<std::pair<broker::LogPartition*, Waiter*>> watched_;
  uint64_t sequence_ = 0;
  uint64_t durable_ = 0;
  int64_t next_producer_ = 1000;
  const std::string cluster_id_ = "fake-cluster";
};

}  // namespace efd::kafka
