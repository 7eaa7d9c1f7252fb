// SPDX-License-Identifier: MIT
#include "net/loop.h"

#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/core.h>
#include <pthread.h>

#include "base/check.h"
#include "net/reactor.h"

namespace efd::net {

using SteadyClock = std::chrono::steady_clock;

struct Reactor::Parts {
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work =
      boost::asio::make_work_guard(context);
  boost::asio::steady_timer timer{context};
  SteadyClock::time_point armed_for = SteadyClock::time_point::max();
  std::thread thread;
  std::atomic<std::thread::id> thread_id;
};

Reactor::Reactor(std::string name, MemoryBudget& receive_memory)
    : name_(std::move(name)),
      receive_memory_(receive_memory),
      scratch_(new char[kScratchFrontBytes + kReadBytesMax]),
      parts_(std::make_unique<Parts>()) {
  parts_->thread = std::thread([this] { run(); });
}

void Reactor::run() {
  parts_->thread_id = std::this_thread::get_id();
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  sweep();
  while (!parts_->context.stopped()) {
    parts_->context.run_one();
    SteadyClock::time_point woken = SteadyClock::now();
    parts_->context.poll();
    if (std::exchange(rests_, false)) std::this_thread::sleep_until(woken + kRestTime);
  }
}

void Reactor::post(std::function<void()> task) {
  boost::asio::post(parts_->context, std::move(task));
}

bool Reactor::is_current() const {
  return parts_->thread_id.load() == std::this_thread::get_id();
}

Reactor::~Reactor() {
  EFD_CHECK(!is_current());
  post([this] {
    evict(nullptr);
    parts_->context.stop();
  });
  parts_->thread.join();
  calls_.clear();  // what they hold may be of the context
}

void Reactor::evict(const void* owner) {
  std::unordered_set<std::shared_ptr<Resident>> present = residents_;
  for (const std::shared_ptr<Resident>& resident : present) {
    if (!owner || resident->owner() == owner) resident->evict();
  }
}

boost::asio::io_context& Reactor::context() {
  return parts_->context;
}

void Reactor::run_at(SteadyClock::time_point when, std::function<void()> task,
                     std::shared_ptr<std::atomic<bool>> cancelled) {
  Call call{std::move(task), std::move(cancelled)};
  if (is_current()) return add_call(when, std::move(call));
  post([this, when, call = std::move(call)] { add_call(when, call); });
}

void Reactor::add_call(SteadyClock::time_point when, Call call) {
  calls_.emplace(when, std::move(call));
  arm();
}

// One timer of the kernel serves all calls; it is set anew only when an earlier call comes.
void Reactor::arm() {
  if (calls_.empty() || calls_.begin()->first >= parts_->armed_for) return;
  parts_->armed_for = calls_.begin()->first;
  parts_->timer.expires_at(parts_->armed_for);
  parts_->timer.async_wait([this](const boost::system::error_code& error) {
    if (!error) run_due_calls();
  });
}

void Reactor::run_due_calls() {
  parts_->armed_for = SteadyClock::time_point::max();
  SteadyClock::time_point now = SteadyClock::now();
  while (!calls_.empty() && calls_.begin()->first <= now) {
    Call call = std::move(calls_.begin()->second);
    calls_.erase(calls_.begin());
    if (!call.cancelled->load()) call.task();
  }
  arm();
}

void Reactor::sweep() {
  int64_t now_ns = SteadyClock::now().time_since_epoch().count();
  std::unordered_set<std::shared_ptr<Resident>> present = residents_;
  for (const std::shared_ptr<Resident>& resident : present) resident->sweep(now_ns);
  run_at(
      SteadyClock::now() + kSweepInterval, [this] { sweep(); },
      std::make_shared<std::atomic<bool>>(false));
}

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    cancel();
    cancelled_ = std::move(other.cancelled_);
  }
  return *this;
}

void Timer::cancel() {
  if (cancelled_) cancelled_->store(true);
  cancelled_.reset();
}

Loop::Loop(std::string name, MemoryBudget& receive_memory)
    : reactor_(std::make_unique<Reactor>(std::move(name), receive_memory)) {}

Loop::~Loop() = default;

void Loop::post(std::function<void()> task) {
  reactor_->post(std::move(task));
}

Timer Loop::after(std::chrono::nanoseconds delay, std::function<void()> task) {
  auto cancelled = std::make_shared<std::atomic<bool>>(false);
  reactor_->run_at(SteadyClock::now() + delay, std::move(task), cancelled);
  return Timer(std::move(cancelled));
}

void Loop::rest_after_turn() {
  reactor_->rest_after_turn();
}

bool Loop::is_current() const {
  return reactor_->is_current();
}

Loops::Loops(LoopsOptions options) : receive_memory_(options.receive_total_bytes_max) {
  EFD_CHECK(options.threads > 0);
  for (size_t i = 0; i < options.threads; ++i) {
    loops_.push_back(std::make_unique<Loop>(fmt::format("loop-{}", i), receive_memory_));
  }
}

Loop& Loops::next() {
  return *loops_[next_.fetch_add(1) % loops_.size()];
}

}  // namespace efd::net
