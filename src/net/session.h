// SPDX-License-Identifier: MIT
// The two sides of a connection: Session is the protocol's, Connection is net's. Both live on one
// loop and are used on its thread alone; ConnectionHandle is for every other thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/caller.h"
#include "base/result.h"
#include "net/address.h"
#include "net/loop.h"

namespace efd::net {

// Unconsumed bytes that a connection keeps without having been told to `expect` more, where
// ListenerOptions::unexpected_bytes_max does not say otherwise.
constexpr size_t kUnexpectedBytesMax = 256u << 10;
// What a paused connection still reads ahead, so that it notices when the client leaves.
constexpr size_t kReadAheadBytesMax = 64u << 10;

class Connection;

// A protocol's state for one connection. Made by the listener's factory, destroyed after on_closed.
class Session {
 public:
  virtual ~Session() = default;

  // Gets all bytes that were received and not yet consumed; returns how many it is done with. It
  // handles every complete frame in `bytes`, which are valid during the call only. It is called
  // again when more bytes have come, or after resume(). All that it sends leaves with one write
  // right after it returns: what must come before the answers (writing out the log) is done last.
  virtual size_t on_receive(std::string_view bytes) = 0;

  // The send queue had passed its bound and has drained to half of it.
  virtual void on_writable() {}

  // The client will send no more (its stop token has been requested). By default what is queued is
  // sent and the connection closed; a session that still owes an answer may close later.
  virtual void on_end_of_input(Connection& connection);

  // The deadline set by Connection::set_deadline has passed. By default closes.
  virtual void on_deadline(Connection& connection);

  // The connection is gone; nothing can be sent any more. The last call.
  virtual void on_closed() {}
};

class ConnectionHandle;

class Connection {
 public:
  virtual ~Connection() = default;

  // Queues bytes; they leave at the end of the event that is being handled. Never blocks. While
  // more is queued than ListenerOptions::send_queue_bytes_max nothing is received (on_receive is
  // not called).
  virtual void send(std::string bytes) = 0;
  // The same without a copy: `owner` keeps `bytes` alive until they are sent.
  virtual void send(std::string_view bytes, std::shared_ptr<const void> owner) = 0;
  // Sent but not yet taken by the kernel.
  virtual size_t queued_bytes() const = 0;

  // In on_receive: the frame at the front of what stays unconsumed is `bytes` long in all. Call it
  // after checking the size; the buffer grows up to that as the bytes come, and on_receive is
  // called next when they are there. Needed for frames beyond unexpected_bytes_max, good for
  // others. bad_input beyond ListenerOptions::receive_bytes_max: then answer or close.
  virtual Result<> expect(size_t bytes) = 0;

  // After pause, on_receive is not called until resume (which calls it again with what there is).
  virtual void pause() = 0;
  virtual void resume() = 0;

  // Drops what is queued. on_closed follows, never inside of this call.
  virtual void close() = 0;
  // Receives nothing more; closes when the queue is sent.
  virtual void close_after_send() = 0;

  // Calls on_deadline once when `delay` has passed (to about half a second) without another
  // set_deadline or clear_deadline.
  virtual void set_deadline(std::chrono::milliseconds delay) = 0;
  virtual void clear_deadline() = 0;

  // A whole request has come. One that sends none in ListenerOptions::first_request_timeout makes
  // room for others when the listener is full.
  virtual void note_request() = 0;
  // While set, a connection that closes before all was sent is reset. For a protocol in which an
  // orderly end would tell the client that the answer is whole.
  virtual void reset_on_close(bool resets) = 0;

  virtual Loop& loop() = 0;
  virtual const Caller& caller() const = 0;   // its address, and the listener's name
  virtual Address local_address() const = 0;  // at which the client has reached us
  virtual ConnectionHandle handle() = 0;
  // Requested when the client goes or the connection is closed. Its call-backs run on the loop.
  virtual std::stop_token stop_token() const = 0;
};

class ConnectionGate;  // what a connection and its handles share

// A weak reference to a connection, for other threads. Copyable, thread-safe, may outlive
// everything else.
class ConnectionHandle {
 public:
  ConnectionHandle() = default;
  explicit ConnectionHandle(std::shared_ptr<ConnectionGate> gate);

  // Queues bytes on the connection; blocks while more than its bound are queued. Not on a loop.
  // `cancelled`: the connection is gone.
  Result<> send(std::string bytes) const;
  // Runs `task` on the connection's loop. False, and dropped: the connection is gone; a task that
  // was taken is dropped too when the connection goes before its turn.
  bool post(std::function<void(Connection&)> task) const;
  std::stop_token stop_token() const;

 private:
  std::shared_ptr<ConnectionGate> gate_;
};

// Called on the connection's loop for each new connection, which outlives the session.
using SessionFactory = std::function<std::unique_ptr<Session>(Connection&)>;

}  // namespace efd::net
