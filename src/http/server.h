// SPDX-License-Identifier: MIT
// A router on a listening socket.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "http/router.h"
#include "net/listener.h"
#include "net/pool.h"
#include "observe/metrics.h"

namespace efd::http {

struct ServerOptions {
  std::string name = "http";  // Caller::listener
  // Threads of the two pools that run handlers: for requests that read, and for those that write.
  size_t threads = 4;
  size_t write_threads = 2;
  Authorizer* authorizer = &authorizer_of_everything();  // is asked for every request; outlives it
  net::ConnectionBounds connections = {};
  size_t kept_answers_max = 1000;  // that routes keep (Response::keep) at once; more: refused
  size_t header_bytes_max = (1u << 20) + (16u << 10);  // request line and header fields; more: 431
  size_t target_bytes_max = 1u << 20;          // of the request line; more: 414. A SELECT of
                                               // every field of a wide topic comes by GET:
                                               // it may be as long as InfluxDB's may.
  size_t body_bytes_max = 25u << 20;           // of one request; more: 413
  size_t bodies_total_bytes_max = 128u << 20;  // of all requests at once; more: 503
  size_t send_queue_bytes_max = 1u << 20;      // a streaming handler waits beyond it
  // What one answer may gather of a handler that is small (see RouteOptions), and all of them at
  // once. Up to send_queue_bytes_max they may always, as every connection may.
  size_t small_answer_bytes_max = 16u << 20;
  size_t small_answers_total_bytes_max = 64u << 20;
  size_t gzip_bytes_min = 1400;                       // smaller answers are not worth it
  std::chrono::milliseconds request_timeout{60'000};  // from its first byte to its last; then: 408
  std::chrono::milliseconds idle_timeout{75'000};     // between requests
  std::chrono::milliseconds send_timeout{60'000};  // of a client that takes no byte of its answer
  // Takes counts of answers by class of status, and the times of handlers. Null: nobody does.
  observe::Metrics* metrics = nullptr;
};

// Serves until the listener is destroyed, which closes the connections but does not wait for
// handlers: stop the pool before what the handlers use goes. `router` and `pool` outlive it.
Result<std::unique_ptr<net::Listener>> serve(net::Loops& loops, net::Pool& pool,
                                             const Router& router, std::string_view address,
                                             ServerOptions options = {});

}  // namespace efd::http
