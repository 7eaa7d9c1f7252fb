// SPDX-License-Identifier: MIT
// For tests: a log on a disk in memory, the model that knows what must have survived on it, and
// their comparison each time the log is opened.
#pragma once

#include <algorithm>
#include <memory>
#include <random>

#include "broker/testing/commit_log_fixture.h"
#include "broker/testing/power_loss_model.h"
#include "broker/testing/skipping_file_system.h"
#include "broker/testing/stepped_log.h"

namespace efd::broker {

class ModelledLog {
 protected:
  // `failing`: syncs like this fail now and then, one at a time.
  ModelledLog(uint64_t seed, SkipSync skip, std::optional<system::SyncFailure> failing = {})
      : failing_(std::move(failing)),
        seed_(seed),
        random_(seed),
        files_(std::move(skip)),
        clock_(UtcTime::from_ms(1'700'000'000'000)) {
    options_ = stepped_log_options();
    options_.segment_bytes = 600;
    options_.recent_bytes_max = 0;
  }

  void open_and_compare(bool with_cuts) {
    bool is_broken = failing_ && failing_->code != ErrorCode::overload;  // a second fault
    if (pick(4) == 0 && !is_broken) spoil_a_checkpoint();
    open_until_it_works(with_cuts);
    if (failure_.empty()) compare();
    if (failure_.empty()) producers_try_again();
  }

  // One of two copies of it: nothing may come of that.
  void spoil_a_checkpoint() {
    system::FileSystem& files = files_.memory();
    auto is_there = [&](const char* path) { return files.exists(path).value_or(false); };
    if (!is_there("/log/checkpoint") || !is_there("/log/checkpoint.copy")) return;
    auto file =
        files.open(pick(2) ? "/log/checkpoint" : "/log/checkpoint.copy", system::Open::write);
    if (file) static_cast<void>((*file)->write_at(30, "spoilt"));  // the power may fail at it
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

  // ---- appended

  Appended append_of(ModelProducer& producer, const ModelBatch& batch) {
    return log_->append(
        *handle(*producer.topic, producer.number()),
        make_batch(batch.values, clock_.now().ms(), {producer.id, 0, batch.sequence}), true);
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

  // Calls `use(topic, number, model)` for each partition of the topics that live.
  template <class Use>
  void for_each_partition(const Use& use) {
    for (auto& topic : topics_)
      for (size_t p = 0; topic->life == Life::live && p < topic->partitions.size(); ++p)
        use(*topic, p, topic->partitions[p]);
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
      topic->take_if_unanswered(*found);
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
