// SPDX-License-Identifier: MIT
// AwaitedAnswers: the answers, not yet encoded, of one connection to Produce that wait until the
// disk has what was appended, or until their requests' time is over. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "kafka/handlers/produce.h"
#include "kafka/outbox.h"
#include "kafka/protocol/arena.h"

namespace efd::kafka {

struct AwaitedAnswer {
  Outbox::Ticket ticket;
  int16_t version;  // of the request
  int32_t correlation_id;
  ProduceResponse response;  // lies in the arena of its turn
  size_t first_place;        // in the places of its turn
  size_t place_count;
  int32_t timeout_ms;  // as the request says
  std::chrono::steady_clock::time_point deadline{};

  std::span<const BatchPlace> places_in(std::span<const BatchPlace> places) const {
    return places.subspan(first_place, place_count);
  }
  // The last sequence that it waits for; 0: it need not wait.
  uint64_t waits_for(std::span<const BatchPlace> places) const;
};

class AwaitedAnswers {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;
  using WaitingId = uint64_t;

  struct Waiting {
    std::vector<AwaitedAnswer> answers;
    std::vector<BatchPlace> places;
    std::unique_ptr<Arena> arena;
  };

  // Memory for the answers of one turn of the loop. give_back keeps a few arenas for later turns.
  std::unique_ptr<Arena> empty_arena();
  void give_back(std::unique_ptr<Arena> arena);

  WaitingId add(Waiting waiting);
  // Takes out what was added under `id` and has not expired.
  Waiting take(WaitingId id);

  using OnExpired = std::function<void(const AwaitedAnswer&, std::span<const BatchPlace>)>;
  // Takes out each answer whose deadline has come, and calls `on_expired` with it and its places.
  void expire(Time now, const OnExpired& on_expired);
  Time next_deadline() const;  // max(): nothing waits

 private:
  static constexpr size_t kSparesMax = 4;
  std::map<WaitingId, Waiting> waiting_;
  std::vector<std::unique_ptr<Arena>> spares_;
  WaitingId next_ = 0;
};

}  // namespace efd::kafka
