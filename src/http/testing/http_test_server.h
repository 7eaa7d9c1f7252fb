// SPDX-License-Identifier: MIT
// For tests: a router served on a free port.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/client.h"
#include "http/server.h"
#include "net/testing/test_client.h"

namespace efd::http {

class TestServer {
 public:
  explicit TestServer(Router router, ServerOptions options = {}, net::PoolOptions pool_options = {})
      : router_(std::move(router)), pool_(pool_options) {
    auto listener = serve(loops_, pool_, router_, "127.0.0.1:0", options);
    if (!listener) ADD_FAILURE() << listener.error().message;
    listener_ = std::move(*listener);
  }
  ~TestServer() {
    listener_.reset();
    pool_.stop();
  }

  const net::Address& address() const { return listener_->address(); }
  std::string url() const { return "http://" + address().to_string(); }
  Client client(ClientOptions options = {}) const { return *Client::open(url(), options); }
  net::Listener& listener() { return *listener_; }
  const net::Pool& pool() const { return pool_; }
  // Everything that the server sends for `bytes`, after which it must close.
  std::string exchange(std::string_view bytes) const {
    net::TestClient client(address());
    client.send(bytes);
    return client.receive_all();
  }

 private:
  Router router_;
  net::Loops loops_;
  net::Pool pool_;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace efd::http
