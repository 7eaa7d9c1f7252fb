// SPDX-License-Identifier: MIT
// What a connection shares with its handles: how many bytes are on their way, and whether it is
// still there. For net's own .cc files.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "net/session.h"

namespace efd::net {

class ConnectionGate : public std::enable_shared_from_this<ConnectionGate> {
 public:
  ConnectionGate(Connection& connection, size_t queue_bytes_max)
      : loop_(connection.loop()), connection_(&connection), queue_bytes_max_(queue_bytes_max) {}

  // For the handles; thread-safe.
  Result<> send(std::string bytes);
  bool post(std::function<void(Connection&)> task);
  std::stop_source& stop() { return stop_; }

  // For the connection, on its loop.
  void add_queued(size_t bytes) { queued_ += bytes; }
  void remove_queued(size_t bytes);
  void close();

 private:
  Loop& loop_;              // not touched once closed_
  Connection* connection_;  // on the loop; null once closed
  const size_t queue_bytes_max_;
  std::stop_source stop_;
  std::atomic<size_t> queued_{0};
  std::atomic<size_t> waiting_{0};  // threads in send
  std::mutex mutex_;
  std::condition_variable drained_or_closed_;
  bool closed_ = false;
};

}  // namespace efd::net
