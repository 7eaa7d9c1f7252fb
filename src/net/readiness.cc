// SPDX-License-Identifier: MIT
#include "net/readiness.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace efd::net {

using boost::asio::posix::stream_descriptor;

struct Readiness::Parts {
  explicit Parts(boost::asio::io_context& context) : descriptor(context) {}
  stream_descriptor descriptor;
  int socket = -1;

  void await(stream_descriptor::wait_type what, std::function<void(bool)> ready) {
    descriptor.async_wait(what, [ready = std::move(ready)](const boost::system::error_code& error) {
      ready(!error);
    });
  }
};

Readiness::Readiness(Reactor& reactor, Descriptor socket)
    : parts_(std::make_unique<Parts>(reactor.context())) {
  boost::system::error_code error;
  static_cast<void>(parts_->descriptor.assign(socket.get(), error));
  if (!error) parts_->socket = socket.release();
}

Readiness::~Readiness() = default;

int Readiness::socket() const {
  return parts_->socket;
}

void Readiness::await_input(std::function<void(bool)> ready) {
  parts_->await(stream_descriptor::wait_read, std::move(ready));
}

void Readiness::await_output(std::function<void(bool)> ready) {
  parts_->await(stream_descriptor::wait_write, std::move(ready));
}

void Readiness::close() {
  parts_->socket = -1;
  boost::system::error_code ignored;
  static_cast<void>(parts_->descriptor.close(ignored));
}

}  // namespace efd::net
