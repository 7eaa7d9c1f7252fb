// SPDX-License-Identifier: MIT
// The insides of a Loop: the I/O context with its thread, the timers, and the connections that live
// there. For net's own .cc files. Everything without a note is for the loop's thread alone.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>

#include "net/memory_budget.h"

namespace boost::asio {
class io_context;
}

namespace efd::net {

// The most that one read(2) takes.
constexpr size_t kReadBytesMax = 256u << 10;
// Unconsumed bytes up to this many are put in front of the next read in the loop's scratch buffer.
constexpr size_t kScratchFrontBytes = 256u << 10;
// How often connections are looked at for time-outs.
constexpr std::chrono::milliseconds kSweepInterval{500};

// What lives on a loop and ends with it.
class Resident {
 public:
  virtual ~Resident() = default;
  virtual void sweep(int64_t now_ns) = 0;  // time-outs
  virtual void evict() = 0;                // close now
  virtual const void* owner() const = 0;   // the listener's share
};

class Reactor {
 public:
  Reactor(std::string name, MemoryBudget& receive_memory);
  ~Reactor();  // from another thread

  void post(std::function<void()> task);  // thread-safe
  bool is_current() const;                // thread-safe
  // Thread-safe; skipped when `*cancelled` by then.
  void run_at(std::chrono::steady_clock::time_point when, std::function<void()> task,
              std::shared_ptr<std::atomic<bool>> cancelled);

  void rest_after_turn() { rests_ = true; }  // see Loop

  boost::asio::io_context& context();
  // kScratchFrontBytes + kReadBytesMax, for the turn of one connection.
  char* scratch() { return scratch_.get(); }
  MemoryBudget& receive_memory() { return receive_memory_; }

  void add(std::shared_ptr<Resident> resident) { residents_.insert(std::move(resident)); }
  void evict(const void* owner);  // null: of all owners
  void remove(const std::shared_ptr<Resident>& resident) { residents_.erase(resident); }

 private:
  struct Parts;
  struct Call {
    std::function<void()> task;
    std::shared_ptr<std::atomic<bool>> cancelled;
  };

  void run();
  void add_call(std::chrono::steady_clock::time_point when, Call call);
  void arm();
  void run_due_calls();
  void sweep();

  const std::string name_;
  MemoryBudget& receive_memory_;
  std::unique_ptr<char[]> scratch_;
  std::unordered_set<std::shared_ptr<Resident>> residents_;
  std::multimap<std::chrono::steady_clock::time_point, Call> calls_;
  bool rests_ = false;
  std::unique_ptr<Parts> parts_;
};

}  // namespace efd::net
