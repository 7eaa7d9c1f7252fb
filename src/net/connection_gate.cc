// SPDX-License-Identifier: MIT
#include "net/connection_gate.h"

#include "base/check.h"

namespace efd::net {

Result<> ConnectionGate::send(std::string bytes) {
  std::unique_lock lock(mutex_);
  ++waiting_;
  drained_or_closed_.wait(lock, [&] { return closed_ || queued_ <= queue_bytes_max_; });
  --waiting_;
  if (closed_) return fail(ErrorCode::cancelled, "the client has closed the connection");
  queued_ += bytes.size();
  loop_.post([gate = shared_from_this(), bytes = std::move(bytes)]() mutable {
    size_t size = bytes.size();
    if (gate->connection_) gate->connection_->send(std::move(bytes));
    gate->remove_queued(size);
  });
  return {};
}

bool ConnectionGate::post(std::function<void(Connection&)> task) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  loop_.post([gate = shared_from_this(), task = std::move(task)] {
    if (gate->connection_) task(*gate->connection_);
  });
  return true;
}

// A waiter first counts itself and then looks at queued_, this the other way round (both in one
// total order): one of the two sees the other, and no wake-up is lost.
void ConnectionGate::remove_queued(size_t bytes) {
  queued_ -= bytes;
  if (waiting_ == 0) return;
  std::lock_guard lock(mutex_);
  drained_or_closed_.notify_all();
}

void ConnectionGate::close() {
  connection_ = nullptr;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    drained_or_closed_.notify_all();
  }
  stop_.request_stop();
}

ConnectionHandle::ConnectionHandle(std::shared_ptr<ConnectionGate> gate) : gate_(std::move(gate)) {}

Result<> ConnectionHandle::send(std::string bytes) const {
  EFD_CHECK(gate_ != nullptr);
  return gate_->send(std::move(bytes));
}

bool ConnectionHandle::post(std::function<void(Connection&)> task) const {
  return gate_ && gate_->post(std::move(task));
}

std::stop_token ConnectionHandle::stop_token() const {
  return gate_ ? gate_->stop().get_token() : std::stop_token();
}

}  // namespace efd::net
