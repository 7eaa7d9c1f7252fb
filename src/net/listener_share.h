// SPDX-License-Identifier: MIT
// What a listener has in common with its connections. For net's own .cc files.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "net/descriptor.h"
#include "net/listener.h"
#include "net/newcomers.h"
#include "net/session.h"

namespace efd::net {

// What a listener's connections share with it; outlives them all.
struct ListenerShare {
  ListenerOptions options;
  SessionFactory factory;
  std::atomic<size_t> connections{0};
  Newcomers newcomers;
};

int64_t monotonic_ns();  // of the clock that time-outs are measured by

// On `loop`'s thread: makes the session and serves `socket` (connected, non-blocking) until either
// side closes it. `peer` is the client's address.
void serve_socket(Loop& loop, Descriptor socket, std::string peer,
                  std::shared_ptr<ListenerShare> share);

// On `loop`'s thread: closes all connections of one listener.
void close_connections(Loop& loop, const ListenerShare& share);

}  // namespace efd::net
