// SPDX-License-Identifier: MIT
// A Kafka client for tests, one frame at a time: it sends what it is told, right or wrong, and
// waits for answers.
#pragma once

#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "kafka/apis.h"
#include "kafka/protocol/frame.h"

namespace efd::kafka {

template <class Api>
std::string request_frame(const typename Api::Request& request, int16_t version,
                          int32_t correlation_id) {
  bool is_flexible = Api::kDescription.is_flexible(version);
  RequestHeader header{Api::kDescription.key, version, correlation_id,
                       ClassicString{std::string_view("test")}};
  std::string frame(kFrameSizeBytes, '\0');
  Encoder(frame, is_flexible ? 2 : 1, is_flexible).message(header);
  Encoder(frame, version, is_flexible).message(request);
  store_big<int32_t>(frame.data(), static_cast<int32_t>(frame.size() - kFrameSizeBytes));
  return frame;
}

class TestClient {
 public:
  explicit TestClient(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~TestClient() { ::close(socket_); }
  TestClient(const TestClient&) = delete;

  void send_raw(std::string_view bytes) {
    ASSERT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  template <class Api>
  void send(const typename Api::Request& request, int16_t version, int32_t correlation_id = 1) {
    send_raw(request_frame<Api>(request, version, correlation_id));
  }

  // The next answer's frame behind its size; empty when the connection is closed.
  std::string receive_raw() {
    std::string size = receive_bytes(kFrameSizeBytes);
    if (size.empty()) return size;
    return receive_bytes(static_cast<size_t>(load_big<int32_t>(size.data())));
  }
  // Valid until the next call.
  template <class Api>
  typename Api::Response receive(int16_t version, int32_t correlation_id = 1) {
    frame_ = receive_raw();
    arena_.reset();
    bool is_flexible = Api::kDescription.is_flexible(version);
    bool has_tags = is_flexible && Api::kDescription.key != kApiVersionsKey;
    ResponseHeader header;
    Decoder head(frame_, has_tags ? 1 : 0, has_tags, arena_);
    typename Api::Response response;
    if (!head.message(header) || !decode_answer<Api>(head.rest(), version, arena_, response)) {
      throw std::runtime_error("no answer, or none to this API and version");
    }
    EXPECT_EQ(header.correlation_id, correlation_id);
    return response;
  }
  template <class Api>
  typename Api::Response ask(const typename Api::Request& request, int16_t version) {
    send<Api>(request, version);
    return receive<Api>(version);
  }
  bool is_closed_by_server() { return receive_raw().empty(); }

 private:
  std::string receive_bytes(size_t size) {
    std::string bytes(size, '\0');
    size_t got = 0;
    while (got < size) {
      ssize_t n = ::recv(socket_, bytes.data() + got, size - got, 0);
      if (n <= 0) return "";
      got += static_cast<size_t>(n);
    }
    return bytes;
  }

  int socket_;
  std::string frame_;
  Arena arena_;
};

}  // namespace efd::kafka
