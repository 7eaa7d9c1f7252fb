// SPDX-License-Identifier: MIT
// The Connection over a TCP socket. For net's own .cc files.
#pragma once

#include <memory>
#include <string>

#include "base/check.h"
#include "net/connection_gate.h"
#include "net/listener_share.h"
#include "net/reactor.h"
#include "net/readiness.h"
#include "net/receive_buffer.h"
#include "net/send_queue.h"

namespace efd::net {

// Bytes in and out of one socket, event by event: what has come is read and delivered, then
// what was sent is written with one call.
class SocketConnection final : public Connection, public Resident {
 public:
  SocketConnection(Loop& loop, Descriptor socket, std::string peer,
                   std::shared_ptr<ListenerShare> share);
  ~SocketConnection() override;
  void start(std::shared_ptr<SocketConnection> self);

  void send(std::string bytes) override;
  void send(std::string_view bytes, std::shared_ptr<const void> owner) override;
  size_t queued_bytes() const override { return queue_.bytes(); }
  Result<> expect(size_t bytes) override;
  void pause() override { paused_ = true; }
  void resume() override;
  void close() override;
  void close_after_send() override;
  void set_deadline(std::chrono::milliseconds delay) override;
  void clear_deadline() override { deadline_ns_ = 0; }
  void note_request() override;
  void reset_on_close(bool resets) override { resets_ = resets; }
  Loop& loop() override { return loop_; }
  const Caller& caller() const override { return caller_; }
  Address local_address() const override;
  ConnectionHandle handle() override { return ConnectionHandle(gate_); }
  std::stop_token stop_token() const override { return gate_->stop().get_token(); }

  void sweep(int64_t now_ns) override;
  void evict() override;
  const void* owner() const override { return share_.get(); }

 private:
  // Does `work`, then writes once, then does what follows from both.
  template <class Work>
  void handle_event(Work work);
  void end_event();
  void schedule_event();

  bool may_deliver() const { return !paused_ && !congested_ && !finishing_ && !closing_; }
  bool wants_input() const;
  void await_input();
  void await_output();
  void receive();
  void receive_via_scratch();
  void receive_into_buffer();
  void discard_input();
  // The number of bytes read; 0 when there are none or the connection has ended.
  size_t read(char* into, size_t room);
  size_t deliver(std::string_view bytes);
  void redeliver();
  void check_unconsumed();
  void flush();
  void on_sent(size_t bytes);
  void on_queue_empty();
  void on_timeout();
  bool is_stuck(int64_t now_ns);
  void finish();

  Loop& loop_;
  Reactor& reactor_;
  Readiness socket_;
  std::shared_ptr<ListenerShare> share_;
  Caller caller_;
  std::shared_ptr<ConnectionGate> gate_;
  std::weak_ptr<SocketConnection> self_;
  std::unique_ptr<Session> session_;
  ReceiveBuffer input_;
  SendQueue queue_;
  size_t expected_ = 0;  // the whole size of the frame at the front of input_, if known

  bool in_event_ = false;
  bool event_scheduled_ = false;
  bool awaiting_input_ = false;
  bool awaiting_output_ = false;
  bool paused_ = false;
  bool congested_ = false;    // the send queue is over its bound
  bool input_ended_ = false;  // the client sends no more
  bool finishing_ = false;    // close when the queue is sent
  bool lingering_ = false;    // the queue is sent; waiting for the client to close
  bool closing_ = false;      // close at the end of the event
  bool closed_ = false;
  bool resets_ = false;
  bool is_new_ = true;     // no whole request has come
  uint64_t newcomer_ = 0;  // its number in share_->newcomers
  int64_t active_ns_ = 0;
  int64_t taken_ns_ = 0;   // the client took bytes, or there were none for it
  int untaken_bytes_ = 0;  // that the kernel held for it at the last look
  int64_t deadline_ns_ = 0;
};

template <class Work>
void SocketConnection::handle_event(Work work) {
  if (closed_) return;
  std::shared_ptr<SocketConnection> self = self_.lock();  // finish() may drop the last other one
  EFD_CHECK(!in_event_);
  in_event_ = true;
  work();
  in_event_ = false;
  end_event();
}

}  // namespace efd::net
