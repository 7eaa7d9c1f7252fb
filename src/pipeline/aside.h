// SPDX-License-Identifier: MIT
// What becomes of files of the store that its last commit does not name (store/store.h,
// settle_aside): the log tells whether their rows come again.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <utility>

#include "base/ids.h"
#include "broker/broker.h"
#include "store/store.h"

namespace efd::pipeline {

// For one start, before the first record is read. Not thread-safe.
class AsideFiles {
 public:
  AsideFiles(broker::Broker& broker, store::Store& store);

  // Decides on each file. True when positions were moved, which the store has to commit.
  Result<bool> settle();

 private:
  struct Held {
    TopicId id;  // of the topic as it is now
    broker::LogRange range;
  };
  using Key = std::pair<ConnectorName, TopicPartition>;

  Result<bool> comes_again(std::span<const store::CutPosition> positions);
  Result<> go_on_behind(std::span<const store::CutPosition> positions);
  Result<std::optional<broker::LogRange>> log_of(const store::CutPosition& cut);
  Result<std::optional<Held>> look_up(const TopicPartition& partition);
  Offset stored(const store::CutPosition& cut) const;

  broker::Broker& broker_;
  store::Store& store_;
  std::map<Key, Position> stored_;
  std::map<TopicPartition, std::optional<Held>> held_;
  bool moved_ = false;
};

}  // namespace efd::pipeline
