// SPDX-License-Identifier: MIT
// Event loops: the few threads that serve all connections. What runs on a loop must not block.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/memory_budget.h"

namespace efd::net {

// How long a resting loop lets frames gather.
constexpr std::chrono::microseconds kRestTime{500};

class Reactor;  // the loop's insides (reactor.h): epoll by way of Asio, and what lives on the loop

// A call to come. Destroying or cancelling it calls it off; once that was done on the loop's own
// thread, the task does not run. Movable; may outlive its loop.
class Timer {
 public:
  Timer() = default;
  ~Timer() { cancel(); }
  Timer(Timer&& other) noexcept = default;
  Timer& operator=(Timer&& other) noexcept;

  void cancel();
  bool is_set() const { return cancelled_ != nullptr; }  // also after it has run

 private:
  friend class Loop;
  explicit Timer(std::shared_ptr<std::atomic<bool>> cancelled) : cancelled_(std::move(cancelled)) {}
  std::shared_ptr<std::atomic<bool>> cancelled_;
};

// One thread. post, after and is_current are thread-safe. Tasks must not throw.
class Loop {
 public:
  Loop(std::string name, MemoryBudget& receive_memory);  // starts the thread
  ~Loop();  // closes what is left of its connections, joins the thread; not from the loop itself
  Loop(const Loop&) = delete;

  // Runs `task` soon, in the order of the calls. Dropped once the loop is being destroyed.
  void post(std::function<void()> task);
  // Runs `task` once, `delay` from now (to about a millisecond).
  [[nodiscard]] Timer after(std::chrono::nanoseconds delay, std::function<void()> task);
  bool is_current() const;  // called on this loop's thread?
  // From the loop's own tasks: more of the same is about to come, so the loop looks again only when
  // kRestTime has passed since it woke up last. Many small frames then share one wake-up, one read
  // and one write.
  void rest_after_turn();

  Reactor& reactor() { return *reactor_; }

 private:
  std::unique_ptr<Reactor> reactor_;
};

struct LoopsOptions {
  size_t threads = 2;
  // The most that incomplete frames of all connections of all listeners may hold together.
  size_t receive_total_bytes_max = 256u << 20;
};

// The loops of a program; connections are dealt out in turn. Must outlive its listeners.
class Loops {
 public:
  explicit Loops(LoopsOptions options = {});

  Loop& next();  // thread-safe
  Loop& at(size_t index) { return *loops_[index]; }
  size_t size() const { return loops_.size(); }
  const MemoryBudget& receive_memory() const { return receive_memory_; }

 private:
  MemoryBudget receive_memory_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::atomic<size_t> next_{0};
};

}  // namespace efd::net
