// SPDX-License-Identifier: MIT
// For tests: what the power-loss simulation knows of the topics and producers that it made.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "broker/broker.h"

namespace efd::broker {

struct ModelPartition {
  std::vector<std::string> values;  // by offset
  int64_t durable_end = 0;          // acknowledged, or seen by a consumer under `sync`
  int64_t start = 0;                // as last seen
  int64_t durable_start = 0;
  int64_t held_from = 0;
};

enum class Life { creating, live, deleting, deleted };

struct ModelTopic {
  TopicDescription description;
  Life life = Life::creating;
  std::deque<ModelPartition> partitions;     // who waits for one keeps its place
  std::vector<TopicDescription> unanswered;  // changes to these, in order

  void take(const TopicDescription& changed) {
    description = changed;
    partitions.resize(static_cast<size_t>(changed.partitions));
    unanswered.clear();
  }

  // A change that was not answered is there as a whole, or not at all.
  void take_if_unanswered(const TopicDescription& found) {
    bool is_one = std::any_of(unanswered.begin(), unanswered.end(), [&](const auto& change) {
      return change.config == found.config && change.partitions == found.partitions;
    });
    if (is_one) take(found);
    unanswered.clear();
  }
};

struct ModelBatch {
  std::vector<std::string> values;
  int32_t sequence = 0;
  int64_t offset = -1;
  bool acknowledged = false;
};

// Writes to one partition; at most five of its batches are on their way, as with Kafka's clients.
struct ModelProducer {
  int64_t id = -1;
  ModelTopic* topic = nullptr;
  int32_t partition = 0;
  int32_t next_sequence = 0;
  std::deque<std::shared_ptr<ModelBatch>> batches;

  size_t number() const { return static_cast<size_t>(partition); }
  ModelPartition& model() { return topic->partitions[number()]; }
};

}  // namespace efd::broker
