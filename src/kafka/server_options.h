// SPDX-License-Identifier: MIT
// What a Kafka server can be told, with its defaults and bounds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/fetch_sessions.h"
#include "net/listener.h"

namespace efd::kafka {

// Runs a task that may block on a thread of its own; `overload` when it has no room, the server
// then tries again a little later.
using Executor = std::function<Result<>(std::function<void()>)>;

struct ListenerAddress {
  std::string name = "kafka";  // Caller::listener
  std::string bind = "127.0.0.1:9092";
  // What clients are told to connect to, "HOST:PORT". Empty: the bound address, or, where that is
  // a wildcard, the address at which the client has reached us.
  std::string advertised;
};

struct ServerOptions {
  std::vector<ListenerAddress> listeners{ListenerAddress{}};
  Authorizer* authorizer = &authorizer_of_everything();  // outlives the server
  int32_t node_id = 1;
  size_t threads = 4;              // of the pool that the program makes
  bool auto_create_topics = true;  // by Metadata
  int32_t num_partitions = 1;      // of a new topic for which no number is given
  int32_t partitions_max = 1'000;  // of a topic

  // Bounds of one connection.
  size_t request_bytes_max = 100u << 20;      // Kafka's socket.request.max.bytes
  size_t requests_in_flight_max = 1'000;      // answers owed; further requests are not read
  size_t answers_held_bytes_max = 32u << 20;  // in memory behind an answer that is not ready
  size_t send_queue_bytes_max = 4u << 20;     // not taken by the client: no more requests are read
  std::chrono::milliseconds idle_timeout{600'000};  // Kafka's connections.max.idle.ms

  // Bounds of all connections together.
  net::ConnectionBounds connections = {};  // but of each listener
  size_t fetch_bytes_max = 16u << 20;      // of one Fetch answer (Kafka's fetch.max.bytes)
  size_t unsent_bytes_max = 256u << 20;    // beyond it a Fetch gets one batch at a time
  FetchSessionLimits fetch_sessions;
};

}  // namespace efd::kafka
