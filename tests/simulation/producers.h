// SPDX-License-Identifier: MIT
// The producers of a simulation: what each sends, what it does with an answer, and what it sends
// again. They live through the program's ends.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulation/model.h"
#include "simulation/world.h"

namespace efd::simulation {

// A topic of Avro records; its measurement has its name.
struct AvroTopic {
  std::string name;
  int32_t partitions = 1;
  std::vector<SchemaId> schemas;  // in order of version
};

// Messages of one batch: with a partition, as a producer sends them.
struct OneBatch {
  std::string topic;
  int32_t partition = 0;
  std::vector<int64_t> numbers;
  std::vector<std::string> values;
  int64_t timestamp_ms = 0;
};

using Tell = std::function<void(const std::string&)>;

// A Kafka client without idempotence: sends again what was refused, as other batches, and nothing
// else.
class PlainProducer {
 public:
  PlainProducer(World& world, Model& model, Tell tell)
      : world_(world), model_(model), tell_(std::move(tell)) {}
  void send(OneBatch batch, int16_t acks);
  // What was refused, again.
  void send_refused();

 private:
  World& world_;
  Model& model_;
  const Tell tell_;
  std::deque<OneBatch> refused_;
};

// A Kafka client with idempotence, of one partition: sends a batch again until it is acknowledged,
// then the next.
class IdempotentProducer {
 public:
  IdempotentProducer(World& world, Model& model, Tell tell)
      : world_(world), model_(model), tell_(std::move(tell)) {}
  bool is_idle() const { return !batch_; }
  void send(OneBatch batch);
  void send_again();  // what is not acknowledged

 private:
  World& world_;
  Model& model_;
  const Tell tell_;
  int64_t id_ = -1;
  int32_t next_sequence_ = 0;
  std::optional<OneBatch> batch_;
  bool is_on_its_way_ = false;
};

// SAL's texts, into "T_telemetry".
class TextProducer {
 public:
  TextProducer(World& world, Model& model, Tell tell)
      : world_(world), model_(model), tell_(std::move(tell)) {}
  void send(const std::string& sal_topic);

 private:
  World& world_;
  Model& model_;
  const Tell tell_;
};

}  // namespace efd::simulation
