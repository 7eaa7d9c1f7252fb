// SPDX-License-Identifier: MIT
#include "kafka/fetch_wait.h"

#include <algorithm>

#include "base/check.h"

namespace efd::kafka {
namespace {

// The pool had no room for a read from the disk: asked again so much later.
constexpr std::chrono::milliseconds kPoolRetry{10};
// Longest wait that a client can ask for.
constexpr std::chrono::milliseconds kWaitMax{600'000};

}  // namespace

FetchWait::FetchWait(Service& service, net::Connection& connection, const Caller& caller,
                     std::string frame)
    : service_(service),
      loop_(connection.loop()),
      connection_(connection.handle()),
      fetch_(service, caller, std::move(frame)) {}

FetchWait::~FetchWait() {
  EFD_CHECK(watched_.empty());
}

void FetchWait::start(size_t rotation, OnAnswer on_answer) {
  rotation_ = rotation;
  on_answer_ = std::move(on_answer);
  check();
}

void FetchWait::check() {
  if (state_ == State::done || state_ == State::on_disk) return;
  fetch_.read(rotation_);
  if (fetch_.needs_disk()) return read_cold();
  if (is_late_ || fetch_.is_satisfied()) return answer();
  wait();
}

void FetchWait::wait() {
  if (state_ == State::waiting) return;
  state_ = State::waiting;
  std::chrono::milliseconds patience(fetch_.max_wait_ms());
  timer_ = loop_.after(std::min(patience, kWaitMax), [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->on_deadline();
  });
  watched_ = fetch_.partitions();
  for (const auto& partition : watched_) service_.log.watch(*partition, *this);
  check();  // what came before the watch began
}

void FetchWait::on_deadline() {
  is_late_ = true;
  check();
}

// Every thread.
void FetchWait::on_new_data(broker::LogPartition&) {
  if (is_woken_.exchange(true)) return;
  connection_.post([self = shared_from_this()](net::Connection&) {
    self->is_woken_ = false;
    self->check();
  });
}

void FetchWait::read_cold() {
  stop_watching();
  timer_.cancel();
  state_ = State::on_disk;
  Result<> taken = service_.run_blocking([self = shared_from_this()] {
    self->fetch_.read_cold();
    self->connection_.post([self](net::Connection&) { self->answer(); });
  });
  if (!taken) {
    retry_ = loop_.after(kPoolRetry, [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->read_cold();
    });
  }
}

void FetchWait::stop_watching() {
  for (const auto& partition : watched_) service_.log.unwatch(*partition, *this);
  watched_.clear();
}

void FetchWait::answer() {
  if (state_ == State::done) return;
  stop_watching();
  timer_.cancel();
  state_ = State::done;
  std::string encoded;
  fetch_.encode(encoded);
  on_answer_(std::move(encoded));
}

void FetchWait::cancel() {
  stop_watching();
  timer_.cancel();
  retry_.cancel();
  state_ = State::done;
}

}  // namespace efd::kafka
