// SPDX-License-Identifier: MIT
// For tests: sessions to serve, and a listener for them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "net/listener.h"

namespace efd::net {

// Frames of a big-endian u32 length and that many bytes; each is answered by itself.
class EchoSession : public Session {
 public:
  explicit EchoSession(Connection& connection) : connection_(connection) {}
  size_t on_receive(std::string_view bytes) override {
    size_t used = 0;
    while (bytes.size() - used >= 4) {
      size_t size = 4 + load_big<uint32_t>(bytes.data() + used);
      if (bytes.size() - used < size) {
        if (!connection_.expect(size)) connection_.close();
        break;
      }
      connection_.note_request();
      connection_.send(std::string(bytes.substr(used, size)));
      used += size;
    }
    return used;
  }

 private:
  Connection& connection_;
};

inline std::string frame(std::string_view body) {
  std::string out;
  ByteWriter(out).big<uint32_t>(static_cast<uint32_t>(body.size()));
  return out.append(body);
}

inline SessionFactory echo() {
  return [](Connection& connection) { return std::make_unique<EchoSession>(connection); };
}

inline std::unique_ptr<Listener> listen_or_die(Loops& loops, SessionFactory factory,
                                               ListenerOptions options = {}) {
  options.name = "test";
  auto listener = listen(loops, "127.0.0.1:0", std::move(factory), std::move(options));
  if (!listener) ADD_FAILURE() << listener.error().message;
  return std::move(*listener);
}

// Runs the call-backs that a test gives it.
struct ScriptedSession : Session {
  std::function<size_t(std::string_view)> receive = [](std::string_view bytes) {
    return bytes.size();
  };
  std::function<void()> closed = [] {};
  std::function<void()> writable = [] {};
  std::function<void(Connection&)> deadline = [](Connection& connection) { connection.close(); };
  size_t on_receive(std::string_view bytes) override { return receive(bytes); }
  void on_closed() override { closed(); }
  void on_writable() override { writable(); }
  void on_deadline(Connection& connection) override { deadline(connection); }
};

inline SessionFactory scripted(std::function<void(Connection&, ScriptedSession&)> script) {
  return [script = std::move(script)](Connection& connection) {
    auto session = std::make_unique<ScriptedSession>();
    script(connection, *session);
    return session;
  };
}

}  // namespace efd::net
