// SPDX-License-Identifier: MIT
#include "net/socket_connection.h"

#include <algorithm>
#include <cerrno>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <sys/socket.h>

#include "base/check.h"
#include "net/connection_gate.h"
#include "net/reactor.h"
#include "net/resolve.h"
#include "net/receive_buffer.h"
#include "net/send_queue.h"

namespace efd::net {

using boost::asio::ip::tcp;

namespace {

// After the last answer the client gets so long to take it and close, while what it still sends is
// thrown away: closing at once would reset the connection and could destroy the answer.
constexpr std::chrono::milliseconds kLingerTimeout{2'000};

int64_t monotonic_ns() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

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
  Loop& loop() override { return loop_; }
  const Caller& caller() const override { return caller_; }
  Address local_address() const override;
  ConnectionHandle handle() override { return ConnectionHandle(gate_); }
  std::stop_token stop_token() const override { return gate_->stop().get_token(); }

  void sweep(int64_t now_ns) override;
  void evict() override;
  const void* owner() const override { return share_.get(); }

 private:
  // A turn: `work`, then one write, then whatever follows from both.
  template <class Work>
  void turn(Work work);
  void end_turn();
  void schedule_turn();

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
  void finish();

  Loop& loop_;
  Reactor& reactor_;
  tcp::socket socket_;
  std::shared_ptr<ListenerShare> share_;
  Caller caller_;
  std::shared_ptr<ConnectionGate> gate_;
  std::weak_ptr<SocketConnection> self_;
  std::unique_ptr<Session> session_;
  ReceiveBuffer input_;
  SendQueue queue_;
  size_t expected_ = 0;  // the whole size of the frame at the front of input_, if known

  bool in_turn_ = false;
  bool turn_scheduled_ = false;
  bool awaiting_input_ = false;
  bool awaiting_output_ = false;
  bool paused_ = false;
  bool congested_ = false;    // the send queue is over its bound
  bool input_ended_ = false;  // the client sends no more
  bool finishing_ = false;    // close when the queue is sent
  bool lingering_ = false;    // the queue is sent; waiting for the client to close
  bool closing_ = false;      // close at the end of the turn
  bool closed_ = false;
  int64_t active_ns_ = 0;
  int64_t deadline_ns_ = 0;
};

SocketConnection::SocketConnection(Loop& loop, Descriptor socket, std::string peer,
                                   std::shared_ptr<ListenerShare> share)
    : loop_(loop),
      reactor_(loop.reactor()),
      socket_(reactor_.context()),
      share_(std::move(share)),
      input_(reactor_.receive_memory()),
      active_ns_(monotonic_ns()) {
  caller_.address = std::move(peer);
  caller_.listener = share_->options.name;
  gate_ = std::make_shared<ConnectionGate>(*this, share_->options.send_queue_bytes_max);
  boost::system::error_code error;
  socket_.assign(tcp::v4(), socket.get(), error);  // the family matters to nothing used here
  if (!error) socket.release();
  closing_ = bool(error);
}

SocketConnection::~SocketConnection() {
  --share_->connections;
}

Address SocketConnection::local_address() const {
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  // native_handle() is const in meaning only.
  int socket = const_cast<tcp::socket&>(socket_).native_handle();
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&local), &size);
  return to_address(local);
}

void SocketConnection::start(std::shared_ptr<SocketConnection> self) {
  self_ = self;
  reactor_.add(self);
  session_ = share_->factory(*this);
  EFD_CHECK(session_ != nullptr);
  turn([] {});
}

// ------------------------------------------------------------------------------------------ turns

template <class Work>
void SocketConnection::turn(Work work) {
  if (closed_) return;
  std::shared_ptr<SocketConnection> self = self_.lock();  // finish() may drop the last other one
  EFD_CHECK(!in_turn_);
  in_turn_ = true;
  work();
  in_turn_ = false;
  end_turn();
}

void SocketConnection::end_turn() {
  if (!closing_) flush();
  if (closing_) return finish();
  if (wants_input()) await_input();
}

// For what is sent or asked outside of a turn: one turn for all of it, soon.
void SocketConnection::schedule_turn() {
  if (in_turn_ || turn_scheduled_ || closed_) return;
  turn_scheduled_ = true;
  reactor_.post([self = self_.lock()] {
    self->turn_scheduled_ = false;
    self->turn([&] { self->redeliver(); });
  });
}

// ---------------------------------------------------------------------------------------- sending

void SocketConnection::send(std::string bytes) {
  if (closing_ || closed_ || finishing_) return;
  gate_->add_queued(bytes.size());
  queue_.push(std::move(bytes));
  schedule_turn();
}

void SocketConnection::send(std::string_view bytes, std::shared_ptr<const void> owner) {
  if (closing_ || closed_ || finishing_) return;
  gate_->add_queued(bytes.size());
  queue_.push(bytes, std::move(owner));
  schedule_turn();
}

void SocketConnection::flush() {
  std::array<iovec, kWritePiecesMax> pieces;
  while (queue_.bytes() > 0 && !awaiting_output_) {
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = queue_.pieces(pieces);
    ssize_t written = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) return await_output();
    if (written < 0) return void(closing_ = true);
    on_sent(static_cast<size_t>(written));
  }
  congested_ = congested_ || queue_.bytes() > share_->options.send_queue_bytes_max;
  if (queue_.bytes() == 0) on_queue_empty();
}

void SocketConnection::on_sent(size_t bytes) {
  queue_.drop_front(bytes);
  gate_->remove_queued(bytes);
  active_ns_ = monotonic_ns();
  if (!congested_ || queue_.bytes() > share_->options.send_queue_bytes_max / 2) return;
  congested_ = false;
  session_->on_writable();
  schedule_turn();
}

void SocketConnection::on_queue_empty() {
  if (!finishing_ || lingering_) return;
  if (input_ended_) return void(closing_ = true);
  lingering_ = true;
  ::shutdown(socket_.native_handle(), SHUT_WR);
  set_deadline(kLingerTimeout);
}

void SocketConnection::await_output() {
  congested_ = congested_ || queue_.bytes() > share_->options.send_queue_bytes_max;
  awaiting_output_ = true;
  socket_.async_wait(tcp::socket::wait_write,
                     [self = self_.lock()](const boost::system::error_code& error) {
                       self->awaiting_output_ = false;
                       self->turn([&] { self->closing_ |= bool(error); });
                     });
}

// -------------------------------------------------------------------------------------- receiving

bool SocketConnection::wants_input() const {
  if (awaiting_input_ || input_ended_) return false;
  if (lingering_) return true;
  if (finishing_) return false;
  return may_deliver() || input_.size() < kReadAheadBytesMax;
}

void SocketConnection::await_input() {
  awaiting_input_ = true;
  socket_.async_wait(tcp::socket::wait_read,
                     [self = self_.lock()](const boost::system::error_code& error) {
                       self->awaiting_input_ = false;
                       self->turn([&] { error ? void(self->closing_ = true) : self->receive(); });
                     });
}

void SocketConnection::receive() {
  if (lingering_) return discard_input();
  if (finishing_) return;
  if (!may_deliver() && input_.size() >= kReadAheadBytesMax) return;
  bool fits_scratch = std::max(expected_, input_.size()) <= kScratchFrontBytes;
  fits_scratch ? receive_via_scratch() : receive_into_buffer();
  if (!input_ended_ || closing_) return;
  gate_->stop().request_stop();
  session_->on_end_of_input(*this);
}

// The loop's scratch buffer is large and warm, so that one read takes many frames and a connection
// at rest owns nothing.
void SocketConnection::receive_via_scratch() {
  char* front = reactor_.scratch();
  size_t before = input_.size();
  size_t got = read(front + before, kReadBytesMax);
  if (got == 0) return;
  if (!may_deliver() || before + got < expected_) {
    if (!input_.append({front + before, got})) closing_ = true;
    return;
  }
  if (before > 0) std::memcpy(front, input_.view().data(), before);
  std::string_view all(front, before + got);
  if (!input_.assign(all.substr(deliver(all)))) closing_ = true;
  check_unconsumed();
}

// A large frame: its buffer doubles as the bytes come, up to what is expected.
void SocketConnection::receive_into_buffer() {
  size_t wanted = std::min(std::max(expected_, input_.size() + kReadBytesMax),
                           2 * std::max(input_.size(), kReadBytesMax));
  if (input_.room() == 0 && !input_.reserve(wanted)) return void(closing_ = true);
  size_t got = read(input_.tail(), std::min(input_.room(), kReadBytesMax));
  input_.grow(got);
  if (got > 0) redeliver();
}

void SocketConnection::discard_input() {
  if (read(reactor_.scratch(), kReadBytesMax) == 0 && input_ended_) closing_ = true;
}

size_t SocketConnection::read(char* into, size_t room) {
  ssize_t got = ::recv(socket_.native_handle(), into, room, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (got < 0) return closing_ = true, 0;
  if (got == 0) return input_ended_ = true, 0;
  if (!lingering_) active_ns_ = monotonic_ns();
  return static_cast<size_t>(got);
}

size_t SocketConnection::deliver(std::string_view bytes) {
  expected_ = 0;
  size_t consumed = session_->on_receive(bytes);
  EFD_CHECK(consumed <= bytes.size());
  return consumed;
}

void SocketConnection::redeliver() {
  if (!may_deliver() || input_.size() == 0 || input_.size() < expected_) return;
  input_.drop_front(deliver(input_.view()));
  check_unconsumed();
}

// A protocol that neither consumes nor expects would wait for ever.
void SocketConnection::check_unconsumed() {
  if (may_deliver() && expected_ == 0 && input_.size() > kUnexpectedBytesMax) closing_ = true;
}

Result<> SocketConnection::expect(size_t bytes) {
  if (bytes > share_->options.receive_bytes_max) {
    return fail(ErrorCode::bad_input,
                "{} bytes at once are more than the {} that listener {} takes", bytes,
                share_->options.receive_bytes_max, caller_.listener);
  }
  expected_ = bytes;
  return {};
}

void SocketConnection::resume() {
  paused_ = false;
  schedule_turn();
}

// ----------------------------------------------------------------------------------------- ending

void SocketConnection::close() {
  closing_ = true;
  schedule_turn();
}

void SocketConnection::close_after_send() {
  finishing_ = true;
  schedule_turn();
}

void SocketConnection::set_deadline(std::chrono::milliseconds delay) {
  deadline_ns_ = monotonic_ns() + std::chrono::nanoseconds(delay).count();
}

void SocketConnection::sweep(int64_t now_ns) {
  if (deadline_ns_ != 0 && now_ns >= deadline_ns_) {
    deadline_ns_ = 0;
    return turn([this] { on_timeout(); });
  }
  bool works = paused_ && queue_.bytes() == 0;  // an answer is being made: not idle
  if (works) active_ns_ = now_ns;
  int64_t idle_ns = std::chrono::nanoseconds(share_->options.idle_timeout).count();
  if (now_ns - active_ns_ > idle_ns) evict();
}

void SocketConnection::on_timeout() {
  if (lingering_) return void(closing_ = true);
  session_->on_deadline(*this);
}

void SocketConnection::evict() {
  turn([this] { closing_ = true; });
}

void SocketConnection::finish() {
  closed_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  gate_->close();
  session_->on_closed();
  session_.reset();
  queue_.clear();
  reactor_.remove(self_.lock());
}

}  // namespace

void Session::on_end_of_input(Connection& connection) {
  connection.close_after_send();
}

void Session::on_deadline(Connection& connection) {
  connection.close();
}

void serve_socket(Loop& loop, Descriptor socket, std::string peer,
                  std::shared_ptr<ListenerShare> share) {
  auto connection = std::make_shared<SocketConnection>(loop, std::move(socket), std::move(peer),
                                                       std::move(share));
  connection->start(connection);
}

void close_connections(Loop& loop, const ListenerShare& share) {
  loop.reactor().evict(&share);
}

}  // namespace efd::net
