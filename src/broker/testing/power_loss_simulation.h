// SPDX-License-Identifier: MIT
// For tests: random work on a log whose power fails at random changes of its disk.
#pragma once

#include <algorithm>
#include <memory>

#include "broker/testing/power_loss_log.h"

namespace efd::broker {

class Simulation : private ModelledLog {
 public:
  // `failing`: syncs like this fail now and then, one at a time.
  Simulation(uint64_t seed, SkipSync skip, std::optional<system::SyncFailure> failing = {})
      : ModelledLog(seed, std::move(skip), std::move(failing)) {}

  // Empty: all was well.
  std::string run() {
    constexpr int kCuts = 3;
    open_until_it_works(false);
    for (int cut = 0; cut < kCuts && failure_.empty(); ++cut) {
      files_.memory().cut_power_after(1 + pick(pick(2) ? 40 : 600));
      while (failure_.empty() && files_.memory().has_power()) step();
      if (!failure_.empty()) break;
      note_last_state();
      log_.reset();
      files_.memory().restore_power(random_());
      open_and_compare(true);
    }
    for (const std::string& path : files_.synced_again())
      fail_if(true, path + " was synced again after a sync that failed");
    if (failure_.empty()) return {};
    return fmt::format("seed {}: {}", seed_, failure_);
  }

 private:
  ModelTopic* any_topic() {
    std::vector<ModelTopic*> live;
    for (auto& topic : topics_)
      if (topic->life == Life::live) live.push_back(topic.get());
    return live.empty() ? nullptr : live[pick(live.size())];
  }

  // ---- steps

  void step() {
    clock_.advance_ns(static_cast<int64_t>(pick(400)) * kNsPerMs);
    if (failing_ && files_.memory().sync_failures_left() == 0 && pick(12) == 0) {
      system::SyncFailure failing = *failing_;
      failing.after = pick(3);
      files_.memory().fail_sync_once(failing);
    }
    if (auto stopped = log_->intake_error(); stopped && pick(2) == 0)
      return stopped->code == ErrorCode::overload ? retain() : restart();
    if (auto stopped = log_->intake_error(); stopped && stopped->code != ErrorCode::overload) {
      bool may_stop = failing_ && failing_->code != ErrorCode::overload;
      fail_if(!may_stop && files_.memory().has_power(), "stopped for good: " + stopped->message);
      return restart();
    }
    uint64_t what = pick(100);
    if (what < 6) return create();
    if (what < 9) return remove();
    if (what < 13) return change();
    if (what < 15) return trim();
    if (what < 50) return append_plain();
    if (what < 70) return append_idempotent();
    if (what < 75) return repeat_batch();
    if (what < 82) return static_cast<void>(log_->write_out());
    if (what < 90) return static_cast<void>(log_->commit_now());
    if (what < 95) return static_cast<void>(log_->checkpoint_now());
    if (what < 97) return retain();
    if (what < 99) return release_hold();
    restart();
  }

  // The process ends, by a stop or a kill, and the power stays: what was written and not synced is
  // still to be lost.
  void restart() {
    if (pick(2) == 0 && log_->close() && !log_->intake_error()) {
      for_each_partition([](ModelTopic&, size_t, ModelPartition& model) {
        model.durable_end = static_cast<int64_t>(model.values.size());
      });
    }
    note_last_state();
    log_.reset();
    open_and_compare(false);
    files_.memory().cut_power_after(1 + pick(pick(2) ? 40 : 600));
  }

  void create() {
    NewTopic topic;
    topic.name = TopicName(fmt::format("t{}", pick(4)));
    topic.partitions = 1 + static_cast<int32_t>(pick(2));
    if (pick(3) == 0) topic.config["efd.durability"] = pick(2) ? "group-ms" : "os";
    if (pick(3) == 0) topic.config["message.timestamp.type"] = "LogAppendTime";
    if (pick(2) == 0) topic.config["retention.ms"] = "4000";
    if (pick(4) == 0) topic.config["retention.bytes"] = "1500";
    for (auto& other : topics_)
      if (other->description.name == topic.name && other->life != Life::deleted) return;
    auto created = log_->create_topic(topic);
    fail_if(!created && files_.memory().has_power() && !log_->intake_error(),
            "cannot create a topic");
    ModelTopic& model = *topics_.emplace_back(std::make_unique<ModelTopic>());
    model.partitions.resize(static_cast<size_t>(topic.partitions));
    model.description = {topic.name, {}, topic.partitions, topic.config};
    if (!created) return;
    model.description = *created;
    model.life = Life::live;
  }

  void remove() {
    ModelTopic* topic = any_topic();
    if (!topic) return;
    auto removed = log_->delete_topic(topic->description.name);
    topic->life = removed ? Life::deleted : Life::deleting;
  }

  // Other settings, or a partition more. One that was not answered may hold all the same, also
  // when a later one is refused.
  void change() {
    ModelTopic* topic = any_topic();
    if (!topic) return;
    std::optional<TopicDescription> after;  // empty: refused before it was looked at
    auto changed = log_->change_topic(topic->description.name, [&](TopicDescription& description) {
      if (pick(2) == 0 && description.partitions < 4) {
        ++description.partitions;
      } else {
        description.config["segment.bytes"] = std::to_string(500 + pick(5) * 100);
      }
      after = description;
      return Result<>();
    });
    if (changed) return topic->take(*after);
    if (after) topic->unanswered.push_back(*after);
  }

  // Somebody has records deleted; what the sink holds stays.
  void trim() {
    ModelTopic* topic = any_topic();
    if (!topic) return;
    size_t p = pick(topic->partitions.size());
    ModelPartition& model = topic->partitions[p];
    auto partition = handle(*topic, p);
    if (!partition) return;
    const CommitLog::Trim below{partition.get(),
                                Offset(static_cast<int64_t>(pick(model.values.size() + 1)))};
    auto trimmed = log_->trim({&below, 1});
    model.start = log_->state(*partition).log_start.value();
    if (trimmed) model.durable_start = model.start;
    fail_if(topic->description.name.value() == "t0" && model.start > model.held_from,
            "what is held was deleted");
  }

  std::vector<std::string> new_values() {
    std::vector<std::string> values(1 + pick(3));
    for (std::string& value : values)
      value = fmt::format("{}-{}", ++value_count_, std::string(pick(150), 'x'));
    return values;
  }

  void append_plain() {
    ModelTopic* topic = any_topic();
    if (!topic) return;
    size_t p = pick(topic->partitions.size());
    std::vector<std::string> values = new_values();
    auto compression = codec::Compression(pick(8) == 0 ? 4 : 0);
    auto appended = log_->append(*handle(*topic, p),
                                 make_batch(values, clock_.now().ms(), {}, compression), true);
    expect_appended(appended, topic->partitions[p], values);
    acknowledge_when_durable(appended, *topic, p, nullptr);
  }

  ModelProducer* any_producer() {
    ModelTopic* topic = any_topic();
    if (!topic) return nullptr;
    std::vector<ModelProducer*> usable;
    for (auto& producer : producers_)
      if (producer->topic->life == Life::live) usable.push_back(producer.get());
    if (!usable.empty() && pick(4) > 0) return usable[pick(usable.size())];
    auto id = log_->new_producer_id();
    if (!id) return nullptr;
    for (auto& other : producers_) fail_if(other->id >= id->value(), "a producer id came twice");
    auto& producer = producers_.emplace_back(std::make_unique<ModelProducer>());
    producer->id = id->value();
    producer->topic = topic;
    producer->partition = static_cast<int32_t>(pick(topic->partitions.size()));
    return producer.get();
  }

  void append_idempotent() {
    ModelProducer* producer = any_producer();
    if (!producer) return;
    while (!producer->batches.empty() && producer->batches.front()->acknowledged &&
           producer->batches.size() > 4)
      producer->batches.pop_front();
    if (producer->batches.size() >= 5) return;
    auto batch = std::make_shared<ModelBatch>();
    batch->values = new_values();
    batch->sequence = producer->next_sequence;
    ModelPartition& model = producer->model();
    auto appended = append_of(*producer, *batch);
    expect_appended(appended, model, batch->values);
    if (appended.error != AppendError::none) return;
    batch->offset = appended.base_offset.value();
    producer->next_sequence += static_cast<int32_t>(batch->values.size());
    producer->batches.push_back(batch);
    acknowledge_when_durable(appended, *producer->topic, producer->number(), batch);
  }

  // As a client does that has not heard of one.
  void repeat_batch() {
    ModelProducer* producer = any_producer();
    if (!producer || producer->batches.empty()) return;
    auto batch = producer->batches[pick(producer->batches.size())];
    auto appended = append_of(*producer, *batch);
    if (appended.error == AppendError::storage) return;
    fail_if(!appended.duplicate || appended.base_offset.value() != batch->offset,
            "a repeated batch was not known: " + appended.message);
    acknowledge_when_durable(appended, *producer->topic, producer->number(), batch);
  }

  void retain() {
    auto retained = log_->retain_now();
    for_each_partition([&](ModelTopic& topic, size_t p, ModelPartition& model) {
      model.start = log_->state(*handle(topic, p)).log_start.value();
      if (retained && !log_->intake_error()) model.durable_start = model.start;
      fail_if(topic.description.name.value() == "t0" && model.start > model.held_from,
              "retention dropped what is held");
    });
  }

  // The sink has stored all that is durable.
  void release_hold() {
    for_each_partition([&](ModelTopic& topic, size_t p, ModelPartition& model) {
      model.held_from = std::max(model.held_from, model.durable_end);
      log_->release("sink", *handle(topic, p), Offset(model.held_from));
    });
  }
};

}  // namespace efd::broker
