// SPDX-License-Identifier: MIT
// For tests: random work on a log whose power fails at random changes of its disk, and the model
// that knows what must have survived.
#pragma once

#include <algorithm>
#include <memory>
#include <random>

#include "broker/commit_log_fixture.h"
#include "broker/power_loss_model.h"
#include "broker/skipping_file_system.h"

namespace efd::broker {

class Simulation {
 public:
  // `failing`: syncs like this fail now and then, one at a time.
  Simulation(uint64_t seed, SkipSync skip, std::optional<system::SyncFailure> failing = {})
      : failing_(std::move(failing)),
        seed_(seed),
        random_(seed),
        files_(std::move(skip)),
        clock_(UtcTime::from_ms(1'700'000'000'000)) {
    options_.path = "/log";
    options_.start_threads = false;
    options_.sync_threads = 1;
    options_.disk_reserve_bytes = 0;
    options_.segment_bytes = 600;
    options_.recent_bytes_max = 0;
  }

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
  void open_and_compare(bool with_cuts) {
    open_until_it_works(with_cuts);
    if (failure_.empty()) compare();
    if (failure_.empty()) producers_try_again();
  }

  uint64_t pick(uint64_t below) { return random_() % below; }
  void fail_if(bool is_wrong, const std::string& what) {
    if (is_wrong && failure_.empty()) failure_ = what;
  }

  // The power may fail during recovery, too.
  void open_until_it_works(bool with_cuts) {
    while (failure_.empty()) {
      if (with_cuts && pick(3) == 0) files_.memory().cut_power_after(1 + pick(12));
      files_.set_opening(true);
      auto log = CommitLog::open(files_, clock_, options_);
      files_.set_opening(false);
      if (log) {
        log_ = std::move(*log);
        files_.memory().cut_power_after(1u << 30);
        if (auto damage = log_->damage()) return fail_if(true, "rot: " + damage->message);
        set_holds();
        return;
      }
      bool may_fail = failing_ && failing_->code != ErrorCode::overload;
      bool failed = log.error().message.find("cannot sync") != std::string::npos;
      if (may_fail && failed && files_.memory().has_power()) continue;
      if (files_.memory().has_power()) return fail_if(true, "cannot open: " + log.error().message);
      files_.memory().restore_power(random_());
    }
  }

  void set_holds() {
    log_->hold("sink", [](const TopicName& name) { return name.value() == "t0"; });
    for (auto& topic : topics_)
      for (size_t p = 0; p < topic->partitions.size(); ++p)
        if (auto partition = handle(*topic, p))
          log_->release("sink", *partition, Offset(topic->partitions[p].held_from));
  }

  PartitionHandle handle(const ModelTopic& topic, size_t partition) {
    return log_->partition(topic.description.id, Partition(static_cast<int32_t>(partition)));
  }

  ModelTopic* any_topic() {
    std::vector<ModelTopic*> live;
    for (auto& topic : topics_)
      if (topic->life == Life::live) live.push_back(topic.get());
    return live.empty() ? nullptr : live[pick(live.size())];
  }

  // ---- steps

  void step() {
    clock_.advance_ns(static_cast<int64_t>(pick(400)) * kNsPerMs);
    if (failing_ && pick(12) == 0) {
      system::SyncFailure failing = *failing_;
      failing.after = pick(3);
      files_.memory().fail_sync_once(failing);
    }
    if (auto stopped = log_->intake_error(); stopped && pick(2) == 0)
      return stopped->code == ErrorCode::overload ? retain() : restart();
    if (log_->intake_error() && log_->intake_error()->code != ErrorCode::overload) return restart();
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

  // Other settings, or a partition more.
  void change() {
    ModelTopic* topic = any_topic();
    if (!topic || topic->changing) return;
    TopicDescription after = topic->description;
    if (pick(2) == 0 && after.partitions < 4) {
      ++after.partitions;
    } else {
      after.config["segment.bytes"] = std::to_string(500 + pick(5) * 100);
    }
    topic->changing = after;
    auto changed = log_->change_topic(after.name, [&](TopicDescription& description) {
      description = after;
      return Result<>();
    });
    if (changed) topic->take(after);
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

  void expect_appended(const Appended& appended, ModelPartition& model,
                       const std::vector<std::string>& values) {
    fail_if(appended.error != AppendError::none && !log_->intake_error(),
            "cannot append: " + appended.message);
    if (appended.error != AppendError::none) return;
    fail_if(appended.duplicate, "a new batch was taken for a repetition");
    fail_if(appended.base_offset.value() != static_cast<int64_t>(model.values.size()),
            "appended at a wrong offset");
    model.values.insert(model.values.end(), values.begin(), values.end());
  }

  void acknowledge_when_durable(const Appended& appended, ModelTopic& topic, size_t p,
                                std::shared_ptr<ModelBatch> batch) {
    if (appended.error != AppendError::none) return;
    auto end = static_cast<int64_t>(topic.partitions[p].values.size());
    ModelPartition* model = &topic.partitions[p];
    log_->when_durable(appended.sequence, [model, end, batch](const Result<>& durable) {
      if (!durable) return;
      if (!batch) {
        model->durable_end = std::max(model->durable_end, end);
        return;
      }
      batch->acknowledged = true;
      auto batch_end = batch->offset + static_cast<int64_t>(batch->values.size());
      model->durable_end = std::max(model->durable_end, batch_end);
    });
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

  Appended append_of(ModelProducer& producer, const ModelBatch& batch) {
    return log_->append(
        *handle(*producer.topic, producer.number()),
        make_batch(batch.values, clock_.now().ms(), {producer.id, 0, batch.sequence}), true);
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

  // Calls `use(topic, number, model)` for each partition of the topics that live.
  template <class Use>
  void for_each_partition(const Use& use) {
    for (auto& topic : topics_)
      for (size_t p = 0; topic->life == Life::live && p < topic->partitions.size(); ++p)
        use(*topic, p, topic->partitions[p]);
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

  // ---- after the power cut

  // What consumers may have seen under `sync` counts as promised.
  void note_last_state() {
    for_each_partition([&](ModelTopic& topic, size_t p, ModelPartition& model) {
      auto partition = handle(topic, p);
      if (!partition) return;
      PartitionState state = log_->state(*partition);
      model.start = state.log_start.value();
      if (log_->waits_for_sync(*partition))
        model.durable_end = std::max(model.durable_end, state.high_watermark.value());
    });
  }

  // What no sync has made sure of is told to nobody until there is room for it.
  void make_room() {
    has_retained_ = false;
    if (!log_->intake_error()) return;
    for (int i = 0; i < 200 && log_->intake_error(); ++i)
      fail_if(!log_->retain_now(), "no room is made");
    has_retained_ = true;
  }

  void compare() {
    make_room();
    for (auto& topic : topics_) {
      auto found = topic->life == Life::creating ? log_->find_topic(topic->description.name)
                                                 : log_->find_topic(topic->description.id);
      fail_if(topic->life == Life::live && !found, "a topic is lost");
      fail_if(topic->life == Life::deleted && found, "a deleted topic is back");
      topic->life = found ? Life::live : Life::deleted;
      if (!found) continue;
      topic->description.id = found->id;
      // A change that was not answered is there as a whole, or not at all.
      if (topic->changing && found->config == topic->changing->config &&
          found->partitions == topic->changing->partitions)
        topic->take(*topic->changing);
      topic->changing.reset();
      fail_if(found->config != topic->description.config, "a topic has other settings");
      fail_if(found->partitions != topic->description.partitions, "a topic has other partitions");
      for (size_t p = 0; p < topic->partitions.size() && failure_.empty(); ++p)
        compare_partition(*handle(*topic, p), topic->partitions[p]);
    }
    fail_if(log_->topics().size() != static_cast<size_t>(std::count_if(
                                         topics_.begin(), topics_.end(),
                                         [](auto& topic) { return topic->life == Life::live; })),
            "there are topics that nobody made");
  }

  void compare_partition(LogPartition& partition, ModelPartition& model) {
    PartitionState state = log_->state(partition);
    std::string name = topic_name(partition).value();
    int64_t start = state.log_start.value(), end = state.log_end.value();
    fail_if(end < model.durable_end,
            fmt::format("{}: ends at {}, {} were acknowledged", name, end, model.durable_end));
    fail_if(end > static_cast<int64_t>(model.values.size()), name + ": has more than was sent");
    fail_if(start < model.durable_start || (start > model.start && !has_retained_),
            fmt::format("{}: starts at {}, expected {} to {}", name, start, model.durable_start,
                        model.start));
    fail_if(state.high_watermark != state.log_end, name + ": what was recovered is not durable");
    if (!failure_.empty()) return;
    model.values.resize(static_cast<size_t>(end));
    model.durable_end = end;
    model.start = model.durable_start = start;
    compare_values(partition, model);
  }

  void compare_values(LogPartition& partition, const ModelPartition& model) {
    Offset next(model.start);
    while (next.value() < static_cast<int64_t>(model.values.size())) {
      auto fetched = log_->read_cold(partition, next, 1000, See::durable);
      if (!fetched) return fail_if(true, "cannot read: " + fetched.error().message);
      Records records;
      for (std::string_view batch : fetched->batches)
        if (!check_batch(batch) || !decode_batch(batch, next, records))
          return fail_if(true, "a batch is damaged");
      if (records.views.empty()) return fail_if(true, "nothing is read");
      for (const RecordView& record : records.views) {
        if (record.offset != next) return fail_if(true, "records are missing or out of order");
        if (record.value != model.values[static_cast<size_t>(next.value())])
          return fail_if(true, "another record stands there");
        next = next + 1;
      }
    }
  }

  // Clients send again what was never acknowledged: it must come out once.
  void producers_try_again() {
    for (auto& producer : producers_) {
      if (producer->topic->life != Life::live) continue;
      ModelPartition& model = producer->model();
      for (auto& batch : producer->batches) {
        auto end = batch->offset + static_cast<int64_t>(batch->values.size());
        bool survived = end <= static_cast<int64_t>(model.values.size()) &&
                        model.values[static_cast<size_t>(batch->offset)] == batch->values[0];
        fail_if(batch->acknowledged && !survived, "an acknowledged batch is lost");
        auto appended = append_of(*producer, *batch);
        if (survived) {
          fail_if(!appended.duplicate || appended.base_offset.value() != batch->offset,
                  "a batch that survived was not known: " + appended.message);
        } else {
          expect_appended(appended, model, batch->values);
          batch->offset = appended.base_offset.value();
        }
        acknowledge_when_durable(appended, *producer->topic, producer->number(), batch);
        if (!failure_.empty()) return;
      }
    }
  }

  const std::optional<system::SyncFailure> failing_;
  uint64_t seed_;
  std::mt19937_64 random_;
  SkippingFileSystem files_;
  system::FakeClock clock_;
  CommitLogOptions options_;
  std::vector<std::unique_ptr<ModelTopic>> topics_;
  std::vector<std::unique_ptr<ModelProducer>> producers_;
  std::unique_ptr<CommitLog> log_;  // calls back into the model
  bool has_retained_ = false;       // since it was opened
  uint64_t value_count_ = 0;
  std::string failure_;
};

}  // namespace efd::broker
