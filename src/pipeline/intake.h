// SPDX-License-Identifier: MIT
// Intake: where a lane's batches come from, and who keeps its positions: the connector itself
// (own_positions.h) or a consumer group (group_member.h). A lane does not ask which of them it has.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"
#include "pipeline/positions.h"

namespace efd::pipeline {

// What an intake tells its lane, in the lane's thread: within poll, finish and the destructor.
class IntakeEvents {
 public:
  virtual ~IntakeEvents() = default;
  // The partition is read from `next` on; its log ends at `end` now.
  virtual void on_begin(const broker::Source& source, Offset next, Offset end) = 0;
  // The partitions are read no more.
  virtual void on_leave(std::span<const broker::Source* const> sources) = 0;
  // A partition does not go on where its position says.
  virtual void on_gap(const broker::Source& source, Continuity what, Offset expected,
                      Offset next) = 0;
  // Records that cannot be read are passed over.
  virtual void on_rotten(const broker::Source& source, const broker::RottenRecords& rotten) = 0;
};

// Used by the lane's thread, but for await_durable and takes, which any thread may call. The
// destructor may call back: the lane's sink outlives it.
class Intake {
 public:
  virtual ~Intake() = default;
  virtual bool takes(const TopicName& topic) const = 0;
  // These four: see broker::Reader.
  virtual Result<> poll(std::chrono::milliseconds wait, broker::Batch& into) = 0;
  virtual Result<> seek(const broker::Source& source, Offset next) = 0;
  virtual void pause(const broker::Source& source) = 0;
  virtual void resume(const broker::Source& source) = 0;
  virtual Result<broker::LogRange> range(const broker::Source& source) = 0;
  // What lies below these positions is durable where the sink has put it: the log may drop it, or
  // the group's offsets are committed.
  virtual Result<> release(std::span<const Position> durable) = 0;
  // Returns when a power cut can no longer take what lies below `positions`.
  virtual Result<> await_durable(std::span<const Position> positions, std::stop_token stop) = 0;
  // The lane ends: what it has put is committed where nobody else does that.
  virtual Result<> finish() = 0;
};

using OpenIntake = std::function<Result<std::unique_ptr<Intake>>(IntakeEvents& events)>;

}  // namespace efd::pipeline
