// SPDX-License-Identifier: MIT
// Sink: where a lane's batches end. One contract for the store, for topics and for an InfluxDB.
//
//   sink.put(batch, rejects, ...) decode, then enter: visible to queries when it returns
//   sink.durable()                what a crash cannot take any more
//
// Who keeps the positions is another thing (pipeline/intake.h): a connector of its own, or a
// consumer group; a sink that works in a group is told of its partitions (GroupSink).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "broker/broker.h"

namespace efd::sink {

// At which step a record failed, in Kafka Connect's words.
enum class Stage { value_converter, task_put };
const char* to_string(Stage stage);  // "VALUE_CONVERTER", "TASK_PUT"

// Where records go that a sink cannot take. Copies what it needs and does not wait.
class Rejects {
 public:
  virtual ~Rejects() = default;
  virtual void reject(const broker::Source& source, const broker::RecordView& record, Stage stage,
                      const std::string& reason) = 0;
};

// A partition of which a put took only the beginning, because its next record cannot be judged yet
// (its schema is not to be had): the lane pauses it for `wait` and comes back to `next`. Others go
// on.
struct Stall {
  const broker::Source* source = nullptr;
  Offset next;
  std::chrono::milliseconds wait{1000};
  std::string reason;
};

// Used by one lane, in its thread; durable and commits are thread-safe.
class Sink {
 public:
  virtual ~Sink() = default;
  // Takes the batch, record by record: stored, rejected, or left behind a stall. Blocks while the
  // sink is full. `cancelled`: stopped before anything entered. Other errors: nothing entered, try
  // again.
  virtual Result<> put(const broker::Batch& batch, Rejects& rejects, std::vector<Stall>& stalls,
                       std::stop_token stop) = 0;
  // After every poll, whether it brought something or not: for what is to be done from time to
  // time. May stall partitions, to go back in them.
  virtual void tick(std::vector<Stall>&) {}
  // Makes durable what was put before.
  virtual Result<> flush() = 0;
  // What is durable; changes only when commits() does.
  virtual std::vector<Position> durable() const = 0;
  virtual uint64_t commits() const = 0;
};

// A sink of a lane in a consumer group, which gives it partitions and keeps the positions.
class GroupSink : public Sink {
 public:
  // A partition becomes this lane's: where to go on, given what the group has committed. Errors
  // come back to the lane, which asks again.
  virtual Result<Offset> assign(const broker::Source& source, const broker::LogRange& range,
                                const std::optional<broker::CommittedOffset>& committed) = 0;
  // Partitions that are not this lane's any more; durable() names them no longer.
  virtual void leave(std::span<const broker::Source* const> sources) = 0;
  // Since when the sink has been working on what durable() does not cover; none: on nothing. The
  // group's commit is as of then.
  virtual std::optional<UtcTime> unsettled_since() const { return {}; }
};

}  // namespace efd::sink
