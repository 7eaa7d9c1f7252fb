// SPDX-License-Identifier: MIT
// FetchSessions: what clients fetch again and again, remembered, so that a request names only what
// is new in it and an answer only what has changed (KIP-227, KIP-516). A consumer of a thousand
// topics sends 60 KB per poll otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/ids.h"
#include "kafka/messages/fetch.h"
#include "kafka/protocol/arena.h"

namespace efd::kafka {

struct FetchSessionLimits {
  size_t sessions_max = 1'000;
  size_t partitions_max = 1'000'000;  // of all sessions
  // A session that has been used since then does not make room for another.
  std::chrono::milliseconds kept_for{120'000};
};

class FetchSession;  // guarded by FetchSessions
using FetchSessionPointer = std::shared_ptr<FetchSession>;

// Thread-safe.
class FetchSessions {
 public:
  explicit FetchSessions(FetchSessionLimits limits = {}) : limits_(limits) {}

  struct Found {
    KafkaError error = KafkaError::none;
    FetchSessionPointer session;  // null: a request without one
  };
  // Finds or makes the request's session, and adds and removes the partitions that it names. A new
  // session is not made when there is no room.
  Found find(const FetchRequest& request, bool by_id);

  static int32_t id(const FetchSession& session);
  // Everything that the session fetches.
  std::span<FetchTopic> topics(const FetchSession& session, Arena& arena) const;
  // Takes out of the answer what the client knows already, and notes that it knows the rest.
  void leave_news(FetchSession& session, FetchResponse& response);

  size_t size() const;

 private:
  using Clock = std::chrono::steady_clock;

  FetchSessionPointer make(const FetchRequest& request, bool by_id);
  bool make_room(size_t partitions);
  void close(int32_t id);
  int32_t new_id() const;
  void apply(FetchSession& session, const FetchRequest& request);

  const FetchSessionLimits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<int32_t, FetchSessionPointer> sessions_;
  size_t partitions_ = 0;
};

}  // namespace efd::kafka
