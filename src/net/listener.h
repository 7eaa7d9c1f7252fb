// SPDX-License-Identifier: MIT
// Listening sockets.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "net/address.h"
#include "net/session.h"
#include "observe/metrics.h"

namespace efd::net {

// How many connections a listener has at a time.
struct ConnectionBounds {
  size_t connections_max = 4096;  // more are closed as they come
  // At the bound the oldest connection that has not sent a whole request within this time is closed
  // for the new one.
  std::chrono::milliseconds first_request_timeout{10'000};
};

struct ListenerOptions {
  std::string name = "";                                 // "kafka", "influx" ...: Caller::listener
  Authorizer* authorizer = &authorizer_of_everything();  // of the callers; outlives the listener
  ConnectionBounds bounds = {};
  // They count connections closed at the bound, and those closed for a new one; both outlive the
  // listener.
  observe::Counter* refused = nullptr;
  observe::Counter* displaced = nullptr;
  size_t receive_bytes_max = 100u << 20;              // of one frame, see Connection::expect
  size_t unexpected_bytes_max = kUnexpectedBytesMax;  // unconsumed without `expect`; more: closed
  size_t send_queue_bytes_max = 4u << 20;             // of one connection, see Connection::send
  std::chrono::milliseconds idle_timeout{600'000};  // nothing received or sent for so long: closed
  // A client that takes no byte of what is queued for it is closed after this; 0: idle_timeout.
  std::chrono::milliseconds send_timeout{0};
};

// Takes connections from its making on. Destroying it closes them all and returns when the last
// on_closed has run; not from a loop. Thread-safe.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual const Address& address() const = 0;  // as bound: the real port, a numeric host
  virtual size_t connections() const = 0;      // open now
  virtual size_t refused() const = 0;          // closed because of connections_max, ever
};

// The counters of a listener of that name.
observe::Counter& refused_connections(observe::Metrics& metrics, const std::string& listener);
observe::Counter& displaced_connections(observe::Metrics& metrics, const std::string& listener);

// Listens on "HOST:PORT"; port 0 takes any free one. Errors are one line for people: bad_input for
// a bad address or an unknown host, conflict when the address is in use.
Result<std::unique_ptr<Listener>> listen(Loops& loops, std::string_view address,
                                         SessionFactory factory, ListenerOptions options);

}  // namespace efd::net
