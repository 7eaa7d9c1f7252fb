// SPDX-License-Identifier: MIT
// What a connection receives.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

#include "net/socket_connection.h"

namespace efd::net {

bool SocketConnection::wants_input() const {
  if (awaiting_input_ || input_ended_) return false;
  if (lingering_) return true;
  if (finishing_) return false;
  return may_deliver() || input_.size() < kReadAheadBytesMax;
}

void SocketConnection::await_input() {
  awaiting_input_ = true;
  socket_.await_input([self = self_.lock()](bool ready) {
    self->awaiting_input_ = false;
    self->handle_event([&] { ready ? self->receive() : void(self->closing_ = true); });
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
  ssize_t got = ::recv(socket_.socket(), into, room, 0);
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
  if (may_deliver() && expected_ == 0 && input_.size() > share_->options.unexpected_bytes_max)
    closing_ = true;
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

}  // namespace efd::net
