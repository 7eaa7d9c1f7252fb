// SPDX-License-Identifier: MIT
// The life of a connection, its events, and what it sends; socket_receive.cc has the rest.
#include "net/socket_connection.h"

#include <cerrno>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "net/resolve.h"

namespace efd::net {

namespace {

// After the last answer the client gets so long to take it and close, while what it still sends is
// thrown away: closing at once would reset the connection and could destroy the answer.
constexpr std::chrono::milliseconds kLingerTimeout{2'000};

}  // namespace

int64_t monotonic_ns() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

SocketConnection::SocketConnection(Loop& loop, Descriptor socket, std::string peer,
                                   std::shared_ptr<ListenerShare> share)
    : loop_(loop),
      reactor_(loop.reactor()),
      socket_(reactor_, std::move(socket)),
      share_(std::move(share)),
      input_(reactor_.receive_memory()),
      active_ns_(monotonic_ns()),
      taken_ns_(active_ns_) {
  caller_.address = std::move(peer);
  caller_.listener = share_->options.name;
  caller_.authorizer = share_->options.authorizer;
  gate_ = std::make_shared<ConnectionGate>(*this, share_->options.send_queue_bytes_max);
  closing_ = socket_.socket() < 0;
}

SocketConnection::~SocketConnection() {
  --share_->connections;
}

Address SocketConnection::local_address() const {
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  ::getsockname(socket_.socket(), reinterpret_cast<sockaddr*>(&local), &size);
  return to_address(local);
}

void SocketConnection::start(std::shared_ptr<SocketConnection> self) {
  self_ = self;
  reactor_.add(self);
  newcomer_ = share_->newcomers.add(handle(), active_ns_);
  session_ = share_->factory(*this);
  EFD_CHECK(session_ != nullptr);
  handle_event([] {});
}

// ------------------------------------------------------------------------------------------ events

void SocketConnection::end_event() {
  if (!closing_) flush();
  if (closing_) return finish();
  if (wants_input()) await_input();
}

// What is sent or asked outside of an event is handled by one event, soon.
void SocketConnection::schedule_event() {
  if (in_event_ || event_scheduled_ || closed_) return;
  event_scheduled_ = true;
  reactor_.post([self = self_.lock()] {
    self->event_scheduled_ = false;
    self->handle_event([&] { self->redeliver(); });
  });
}

// ---------------------------------------------------------------------------------------- sending

void SocketConnection::send(std::string bytes) {
  if (closing_ || closed_ || finishing_) return;
  gate_->add_queued(bytes.size());
  queue_.push(std::move(bytes));
  schedule_event();
}

void SocketConnection::send(std::string_view bytes, std::shared_ptr<const void> owner) {
  if (closing_ || closed_ || finishing_) return;
  gate_->add_queued(bytes.size());
  queue_.push(bytes, std::move(owner));
  schedule_event();
}

void SocketConnection::flush() {
  std::array<iovec, kWritePiecesMax> pieces;
  while (queue_.bytes() > 0 && !awaiting_output_) {
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = queue_.pieces(pieces);
    ssize_t written = ::sendmsg(socket_.socket(), &message, MSG_NOSIGNAL);
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
  active_ns_ = taken_ns_ = monotonic_ns();
  if (!congested_ || queue_.bytes() > share_->options.send_queue_bytes_max / 2) return;
  congested_ = false;
  session_->on_writable();
  schedule_event();
}

void SocketConnection::note_request() {
  if (std::exchange(is_new_, false)) share_->newcomers.remove(newcomer_);
}

void SocketConnection::on_queue_empty() {
  if (!finishing_ || lingering_) return;
  if (input_ended_) return void(closing_ = true);
  lingering_ = true;
  ::shutdown(socket_.socket(), SHUT_WR);
  set_deadline(kLingerTimeout);
}

void SocketConnection::await_output() {
  congested_ = congested_ || queue_.bytes() > share_->options.send_queue_bytes_max;
  awaiting_output_ = true;
  socket_.await_output([self = self_.lock()](bool ready) {
    self->awaiting_output_ = false;
    self->handle_event([&] { self->closing_ |= !ready; });
  });
}

// ----------------------------------------------------------------------------------------- ending

void SocketConnection::resume() {
  paused_ = false;
  schedule_event();
}

void SocketConnection::close() {
  closing_ = true;
  schedule_event();
}

void SocketConnection::close_after_send() {
  finishing_ = true;
  schedule_event();
}

void SocketConnection::set_deadline(std::chrono::milliseconds delay) {
  deadline_ns_ = monotonic_ns() + std::chrono::nanoseconds(delay).count();
}

void SocketConnection::sweep(int64_t now_ns) {
  if (deadline_ns_ != 0 && now_ns >= deadline_ns_) {
    deadline_ns_ = 0;
    return handle_event([this] { on_timeout(); });
  }
  if (is_stuck(now_ns)) return evict();
  bool works = paused_ && queue_.bytes() == 0;  // an answer is being made: not idle
  if (works) active_ns_ = now_ns;
  int64_t idle_ns = std::chrono::nanoseconds(share_->options.idle_timeout).count();
  if (now_ns - active_ns_ > idle_ns) evict();
}

// The kernel takes more from us only when a good part of its buffer is free, which a slow client's
// may not be for minutes: what the client has acknowledged meanwhile tells that it takes bytes.
bool SocketConnection::is_stuck(int64_t now_ns) {
  if (queue_.bytes() == 0) return taken_ns_ = now_ns, false;
  int untaken_bytes = 0;
  ::ioctl(socket_.socket(), SIOCOUTQ, &untaken_bytes);
  if (untaken_bytes < untaken_bytes_) active_ns_ = taken_ns_ = now_ns;
  untaken_bytes_ = untaken_bytes;
  const int64_t patience_ns = std::chrono::nanoseconds(share_->options.send_timeout).count();
  return patience_ns > 0 && now_ns - taken_ns_ > patience_ns;
}

void SocketConnection::on_timeout() {
  if (lingering_) return void(closing_ = true);
  session_->on_deadline(*this);
}

void SocketConnection::evict() {
  handle_event([this] { closing_ = true; });
}

void SocketConnection::finish() {
  closed_ = true;
  note_request();  // nobody makes room here any more
  if (resets_ && (!finishing_ || queue_.bytes() > 0)) {
    linger now{1, 0};
    ::setsockopt(socket_.socket(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  socket_.close();
  gate_->close();
  session_->on_closed();
  session_.reset();
  queue_.clear();
  reactor_.remove(self_.lock());
}

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
