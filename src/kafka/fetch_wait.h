// SPDX-License-Identifier: MIT
// FetchWait: the long poll of one Fetch request. It answers when there is enough to answer with,
// when the client's patience ends, or when a partition has an error; in between it is woken by
// appends, never by polling. What lies on the disk is read on the service's executor.
//
// Lives on its connection's loop, where everything but on_new_data is called.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kafka/handlers/fetch.h"
#include "net/session.h"

namespace efd::kafka {

class FetchWait : public broker::CommitLog::Waiter, public std::enable_shared_from_this<FetchWait> {
 public:
  // Gets the answer, once; not after cancel().
  using OnAnswer = std::function<void(std::string answer)>;

  FetchWait(Service& service, net::Connection& connection, const Caller& caller, std::string frame);
  ~FetchWait() override;

  // False: malformed.
  bool decode() { return fetch_.decode(); }
  // `rotation`: which partition is served first. May answer before it returns.
  void start(size_t rotation, OnAnswer on_answer);
  // The connection is closed.
  void cancel();

 private:
  enum class State { reading, waiting, on_disk, done };

  void on_new_data(broker::LogPartition& partition) override;
  void on_deadline();
  void check();
  void read_cold();
  void wait();
  void stop_watching();
  void answer();

  Service& service_;
  net::Loop& loop_;
  net::ConnectionHandle connection_;
  Fetch fetch_;
  OnAnswer on_answer_;
  State state_ = State::reading;
  size_t rotation_ = 0;
  bool is_late_ = false;  // the client's patience has ended
  net::Timer timer_;
  net::Timer retry_;
  std::vector<broker::PartitionHandle> watched_;
  std::atomic<bool> is_woken_{false};
};

}  // namespace efd::kafka
