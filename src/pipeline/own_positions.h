// SPDX-License-Identifier: MIT
// OwnPositions: the intake of a connector that keeps its positions itself. It reads every partition
// of its topics, and begins where its positions and the log say (positions.h).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/stored_position.h"
#include "broker/topic_matcher.h"
#include "pipeline/intake.h"
#include "store/store.h"

namespace efd::pipeline {

// Where one connector's positions are kept. Used by one lane, in its thread.
class PositionKeeper {
 public:
  virtual ~PositionKeeper() = default;
  virtual std::vector<StoredPosition> all() const = 0;
  // None: nothing is kept of this partition.
  virtual std::optional<StoredPosition> find(const TopicPartition& partition) const = 0;
  // Replaces a position: the topic was made anew, or its log lost its tail. `fingerprints` are
  // those that still hold.
  virtual Result<> set(const Position& position, std::vector<Fingerprint> fingerprints) = 0;
};

// In the store, beside the rows, so that one commit has both.
class StorePositions : public PositionKeeper {
 public:
  // `store` outlives it.
  StorePositions(ConnectorName connector, store::Store& store)
      : connector_(std::move(connector)), store_(store) {}
  std::vector<StoredPosition> all() const override;
  std::optional<StoredPosition> find(const TopicPartition& partition) const override;
  Result<> set(const Position& position, std::vector<Fingerprint> fingerprints) override;

 private:
  const ConnectorName connector_;
  store::Store& store_;
};

struct OwnPositionsOptions {
  broker::TopicPattern pattern;
  broker::See see = broker::See::durable;
  std::string hold;                   // see broker::ReaderOptions
  size_t batch_bytes_max = 4u << 20;  // a cluster's reader reads a few of them ahead
};

class OwnPositions : public Intake {
 public:
  // `broker`, `events` and `clock` outlive it.
  static Result<std::unique_ptr<Intake>> open(OwnPositionsOptions options, broker::Broker& broker,
                                              std::unique_ptr<PositionKeeper> keeper,
                                              IntakeEvents& events, system::Clock& clock);

  bool takes(const TopicName& topic) const override { return matcher_.matches(topic); }
  Result<> poll(std::chrono::milliseconds wait, broker::Batch& into) override;
  Result<> seek(const broker::Source& source, Offset next) override;
  void pause(const broker::Source& source) override { reader_->pause(source); }
  void resume(const broker::Source& source) override { reader_->resume(source); }
  Result<broker::LogRange> range(const broker::Source& source) override;
  Result<> release(std::span<const Position> durable) override;
  Result<> await_durable(std::span<const Position> positions, std::stop_token stop) override;
  Result<> finish() override { return {}; }

 private:
  OwnPositions(OwnPositionsOptions options, broker::TopicMatcher matcher, broker::Broker& broker,
               std::unique_ptr<PositionKeeper> keeper, IntakeEvents& events, system::Clock& clock);
  Result<> open_reader();
  Result<> recognize_topics();
  Offset begin(const broker::Source& source, const broker::LogRange& range);
  StartPosition start_of(const std::optional<StoredPosition>& kept, const broker::Source& source,
                         const broker::LogRange& range);

  const OwnPositionsOptions options_;
  const broker::TopicMatcher matcher_;
  broker::Broker& broker_;
  const std::unique_ptr<PositionKeeper> keeper_;
  IntakeEvents& events_;
  system::Clock& clock_;
  bool are_topics_recognized_ = false;
  std::map<TopicPartition, Recognition> recognized_;  // of a broker without ids, each for one begin
  std::unique_ptr<broker::Reader> reader_;            // last: it calls back
};

}  // namespace efd::pipeline
