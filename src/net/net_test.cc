// SPDX-License-Identifier: MIT
#include <future>
#include <latch>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "net/descriptor.h"
#include "net/listener.h"
#include "net/pool.h"
#include "net/send_queue.h"

namespace efd::net {
namespace {

using namespace std::chrono_literals;

// A plain blocking client.
class TestClient {
 public:
  explicit TestClient(const Address& to) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to.port);
    ::inet_pton(AF_INET, to.host.c_str(), &address.sin_addr);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  void end_sending() { ::shutdown(socket_.get(), SHUT_WR); }
  void hang_up() { socket_ = Descriptor(); }
  void reset() {
    linger now{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    hang_up();
  }
  // What came until `size` bytes were there or the server closed.
  std::string receive(size_t size) {
    std::string all;
    char part[65536];
    while (all.size() < size) {
      ssize_t got = ::recv(socket_.get(), part, std::min(sizeof part, size - all.size()), 0);
      if (got <= 0) break;
      all.append(part, static_cast<size_t>(got));
    }
    return all;
  }
  std::string receive_all() { return receive(std::string::npos); }

 private:
  Descriptor socket_;
  bool connected_ = false;
};

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
      connection_.send(std::string(bytes.substr(used, size)));
      used += size;
    }
    return used;
  }

 private:
  Connection& connection_;
};

std::string frame(std::string_view body) {
  std::string out;
  ByteWriter(out).big<uint32_t>(static_cast<uint32_t>(body.size()));
  return out.append(body);
}

SessionFactory echo() {
  return [](Connection& connection) { return std::make_unique<EchoSession>(connection); };
}

std::unique_ptr<Listener> listen_or_die(Loops& loops, SessionFactory factory,
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

SessionFactory scripted(std::function<void(Connection&, ScriptedSession&)> script) {
  return [script = std::move(script)](Connection& connection) {
    auto session = std::make_unique<ScriptedSession>();
    script(connection, *session);
    return session;
  };
}

TEST(Address, ParsesHostAndPort) {
  EXPECT_EQ(*parse_address("127.0.0.1:9092"), (Address{"127.0.0.1", 9092}));
  EXPECT_EQ(*parse_address("localhost:0"), (Address{"localhost", 0}));
  EXPECT_EQ(*parse_address("[::1]:9092"), (Address{"::1", 9092}));
  EXPECT_EQ(parse_address("[::1]:9092")->to_string(), "[::1]:9092");
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* text : {"", "9092", "localhost", "localhost:", ":9092", "h:65536", "h:-1",
                           "h:9092x", "::1:9092", "[]:1", "h: 1"}) {
    auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::bad_input);
  }
}

TEST(Loop, RunsTasksInOrderOnItsThread) {
  Loops loops;
  std::vector<int> order;
  std::promise<bool> done;
  for (int i = 0; i < 3; ++i) loops.at(0).post([&order, i] { order.push_back(i); });
  loops.at(0).post([&] { done.set_value(loops.at(0).is_current()); });
  EXPECT_TRUE(done.get_future().get());
  EXPECT_FALSE(loops.at(0).is_current());
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(Loop, TimersRunInTheOrderOfTheirTimes) {
  Loops loops;
  std::string order;
  std::promise<void> done;
  Timer late, early, dropped;
  std::latch set(1);
  loops.at(0).post([&] {
    late = loops.at(0).after(20ms, [&] { order += "late", done.set_value(); });
    early = loops.at(0).after(1ms, [&] { order += "early "; });
    dropped = loops.at(0).after(2ms, [&] { order += "dropped "; });
    dropped.cancel();
    set.count_down();
  });
  set.wait();
  done.get_future().wait();
  EXPECT_EQ(order, "early late");
}

TEST(Listener, EchoesFramesInOrder) {
  Loops loops({.threads = 2});
  auto listener = listen_or_die(loops, echo());
  TestClient client(listener->address());
  std::string sent;
  for (int i = 0; i < 1000; ++i) sent += frame(std::string(static_cast<size_t>(i), 'x'));
  std::thread sender([&] { client.send(sent); });
  EXPECT_EQ(client.receive(sent.size()), sent);
  sender.join();
}

TEST(Listener, FramesLargerThanEveryBufferPass) {
  Loops loops;
  auto listener = listen_or_die(loops, echo());
  TestClient client(listener->address());
  std::string sent = frame("a") + frame(std::string(3'000'000, 'b')) + frame("c");
  std::thread sender([&] { client.send(sent); });
  EXPECT_TRUE(client.receive(sent.size()) == sent);
  sender.join();
}

TEST(Listener, FramesComeByteByByte) {
  Loops loops;
  auto listener = listen_or_die(loops, echo());
  TestClient client(listener->address());
  std::string sent = frame("hello") + frame("");
  for (char c : sent) client.send({&c, 1});
  EXPECT_EQ(client.receive(sent.size()), sent);
}

TEST(Listener, ListensOnIpv6) {
  Loops loops;
  auto listener = listen(loops, "[::1]:0", echo(), {.name = "test"});
  if (!listener) GTEST_SKIP() << "no IPv6 here: " << listener.error().message;
  EXPECT_EQ((*listener)->address().host, "::1");
  EXPECT_NE((*listener)->address().port, 0);
}

TEST(Listener, SaysThatAnAddressIsInUse) {
  Loops loops;
  auto first = listen_or_die(loops, echo());
  auto second = listen(loops, first->address().to_string(), echo(), {.name = "kafka"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(second.error().message,
            "cannot listen for kafka on " + first->address().to_string() +
                ": the address is in use; stop its user or choose another port");
}

TEST(Listener, ClosesConnectionsBeyondItsBound) {
  Loops loops;
  auto listener = listen_or_die(loops, echo(), {.connections_max = 1});
  TestClient first(listener->address());
  first.send(frame("x"));
  EXPECT_EQ(first.receive(5), frame("x"));
  TestClient second(listener->address());
  EXPECT_EQ(second.receive_all(), "");
  EXPECT_EQ(listener->refused(), 1u);
  EXPECT_EQ(listener->connections(), 1u);
}

TEST(Listener, DestroyingItClosesItsConnections) {
  Loops loops;
  std::atomic<int> closed{0};
  auto listener = listen_or_die(
      loops, scripted([&](Connection&, ScriptedSession& s) { s.closed = [&] { ++closed; }; }));
  auto other = listen_or_die(loops, echo());
  TestClient stays(other->address());
  TestClient client(listener->address());
  while (listener->connections() == 0) std::this_thread::yield();
  stays.send(frame("x"));
  EXPECT_EQ(stays.receive(5), frame("x"));
  listener.reset();
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(client.receive_all(), "");
  stays.send(frame("y"));
  EXPECT_EQ(stays.receive(5), frame("y"));
}

TEST(Connection, AFrameBeyondTheBoundIsRefusedBeforeItIsAllocated) {
  Loops loops;
  auto listener = listen_or_die(loops, echo(), {.receive_bytes_max = 1000});
  TestClient client(listener->address());
  client.send(std::string_view("\x7f\xff\xff\xff", 4));
  EXPECT_EQ(client.receive_all(), "");
  EXPECT_EQ(loops.receive_memory().used_bytes(), 0u);
}

TEST(Connection, TheSharedBoundOfReceiveMemoryHolds) {
  Loops loops({.threads = 1, .receive_total_bytes_max = 1u << 20});
  auto listener = listen_or_die(loops, echo());
  TestClient client(listener->address());
  std::thread sender([&] { client.send(frame(std::string(8u << 20, 'x'))); });
  EXPECT_EQ(client.receive_all(), "");
  sender.join();
  TestClient next(listener->address());
  next.send(frame("x"));
  EXPECT_EQ(next.receive(5), frame("x"));
}

TEST(Connection, WhatNobodyExpectsEndsTheConnection) {
  Loops loops;
  auto listener = listen_or_die(loops, scripted([](Connection&, ScriptedSession& s) {
                                  s.receive = [](std::string_view) { return size_t{0}; };
                                }));
  TestClient client(listener->address());
  client.send(std::string(2 * kUnexpectedBytesMax, 'x'));
  EXPECT_EQ(client.receive_all(), "");
}

TEST(Connection, SendsOfOneTurnAndSharedBytesArriveInOrder) {
  Loops loops;
  auto shared = std::make_shared<const std::string>(100'000, 's');
  auto listener = listen_or_die(loops, scripted([&](Connection& c, ScriptedSession& s) {
                                  s.receive = [&](std::string_view bytes) {
                                    c.send("head ");
                                    c.send(*shared, shared);
                                    c.send(" tail");
                                    c.close_after_send();
                                    c.send("never");
                                    return bytes.size();
                                  };
                                }));
  TestClient client(listener->address());
  client.send("go");
  EXPECT_TRUE(client.receive_all() == "head " + *shared + " tail");
}

TEST(Connection, AnAnswerSurvivesACloseWhileTheClientStillSends) {
  Loops loops;
  auto listener = listen_or_die(loops, scripted([](Connection& c, ScriptedSession& s) {
                                  s.receive = [&c](std::string_view bytes) {
                                    c.send("too large");
                                    c.close_after_send();
                                    return bytes.size();
                                  };
                                }));
  TestClient client(listener->address());
  std::thread sender([&] {
    client.send(std::string(4u << 20, 'x'));
    client.end_sending();
  });
  EXPECT_EQ(client.receive_all(), "too large");
  sender.join();
}

TEST(Connection, PauseHoldsBackAndResumeDelivers) {
  Loops loops;
  std::atomic<int> calls{0};
  ConnectionHandle handle;
  auto listener = listen_or_die(loops, scripted([&](Connection& c, ScriptedSession& s) {
                                  handle = c.handle();
                                  s.receive = [&](std::string_view bytes) {
                                    c.send(std::string(bytes.substr(0, 1)));
                                    if (++calls == 1) c.pause();
                                    return size_t{1};
                                  };
                                }));
  TestClient client(listener->address());
  client.send("ab");
  EXPECT_EQ(client.receive(1), "a");
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(handle.post([](Connection& c) { c.resume(); }));
  EXPECT_EQ(client.receive(1), "b");
}

TEST(Connection, AClientThatGoesRequestsStopThoughPaused) {
  for (bool resets : {false, true}) {
    Loops loops;
    std::promise<ConnectionHandle> opened;
    auto listener = listen_or_die(loops, scripted([&](Connection& c, ScriptedSession& s) {
                                    s.receive = [&](std::string_view bytes) {
                                      c.pause();
                                      opened.set_value(c.handle());
                                      return bytes.size();
                                    };
                                  }));
    TestClient client(listener->address());
    client.send("query");
    ConnectionHandle handle = opened.get_future().get();
    EXPECT_FALSE(handle.stop_token().stop_requested());
    std::promise<void> stopped;
    std::stop_callback on_stop(handle.stop_token(), [&] { stopped.set_value(); });
    resets ? client.reset() : client.hang_up();
    stopped.get_future().wait();
    while (handle.post([](Connection&) {})) std::this_thread::yield();
    EXPECT_EQ(handle.send("x").error().code, ErrorCode::cancelled);
  }
}

TEST(Connection, AThreadThatSendsWaitsForASlowClientAndIsFreedWhenItGoes) {
  Loops loops;
  std::promise<ConnectionHandle> opened;
  auto listener = listen_or_die(
      loops, scripted([&](Connection& c, ScriptedSession&) { opened.set_value(c.handle()); }),
      {.send_queue_bytes_max = 1u << 20});
  TestClient client(listener->address());
  ConnectionHandle handle = opened.get_future().get();
  std::atomic<size_t> sent{0};
  std::promise<Error> error;
  std::thread sender([&] {
    Result<> result;
    while ((result = handle.send(std::string(1u << 16, 'x')))) sent += 1u << 16;
    error.set_value(result.error());
  });
  EXPECT_EQ(client.receive(8u << 20).size(), 8u << 20);
  size_t before = 0;  // until it stands still: blocked
  for (int same = 0; same < 20; same = sent == before ? same + 1 : 0) {
    before = sent;
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_LT(sent, 64u << 20);
  client.hang_up();
  EXPECT_EQ(error.get_future().get().code, ErrorCode::cancelled);
  sender.join();
}

TEST(Connection, NothingIsReceivedWhileTheClientTakesNoAnswers) {
  Loops loops;
  std::atomic<size_t> received{0};
  std::atomic<bool> writable{false};
  auto listener = listen_or_die(loops, scripted([&](Connection& c, ScriptedSession& s) {
                                  s.writable = [&] { writable = true; };
                                  s.receive = [&](std::string_view bytes) {
                                    received += bytes.size();
                                    c.send(std::string(bytes.size() * 100, 'x'));
                                    return bytes.size();
                                  };
                                }),
                                {.send_queue_bytes_max = 1u << 20});
  TestClient client(listener->address());
  constexpr size_t kAsked = 1'000'000;
  std::thread sender([&] { client.send(std::string(kAsked, 'x')); });
  while (received == 0) std::this_thread::yield();
  std::string part = client.receive(1000);
  EXPECT_EQ(part.size(), 1000u);
  EXPECT_EQ(client.receive(kAsked * 100 - 1000).size(), kAsked * 100 - 1000);
  EXPECT_TRUE(writable);
  sender.join();
}

TEST(Connection, ADeadlineIsCalledOnce) {
  Loops loops;
  auto listener = listen_or_die(loops, scripted([](Connection& c, ScriptedSession& s) {
                                  c.set_deadline(1ms);
                                  s.deadline = [](Connection& c) {
                                    c.send("too slow");
                                    c.close_after_send();
                                  };
                                }));
  TestClient client(listener->address());
  EXPECT_EQ(client.receive_all(), "too slow");
}

TEST(Connection, AnIdleOneIsClosed) {
  Loops loops;
  auto listener = listen_or_die(loops, echo(), {.idle_timeout = 1ms});
  TestClient client(listener->address());
  EXPECT_EQ(client.receive_all(), "");
}

TEST(Connection, ManyComeAndGoWhileThreadsSend) {
  Loops loops({.threads = 2});
  Pool pool({.threads = 2, .queue_max = 10'000});
  auto listener = listen_or_die(loops, scripted([&](Connection& c, ScriptedSession& s) {
                                  s.receive = [&pool, handle = c.handle()](std::string_view bytes) {
                                    (void)pool.submit([handle] { (void)handle.send("answer"); });
                                    return bytes.size();
                                  };
                                }));
  for (int i = 0; i < 300; ++i) {
    TestClient client(listener->address());
    client.send("x");
    if (i % 3 != 0) {
      EXPECT_EQ(client.receive(6), "answer");
    }
    if (i % 3 == 1) client.reset();
  }
  listener.reset();
  pool.stop();
}

TEST(SendQueue, KeepsOrderAcrossPartialWrites) {
  SendQueue queue;
  auto owner = std::make_shared<const std::string>("shared");
  queue.push("abc");
  queue.push("def");
  queue.push(*owner, owner);
  queue.push("");
  std::string all;
  std::array<iovec, kWritePiecesMax> pieces;
  while (queue.bytes() > 0) {
    ASSERT_GT(queue.pieces(pieces), 0u);
    size_t part = std::min<size_t>(pieces[0].iov_len, 4);
    all.append(static_cast<const char*>(pieces[0].iov_base), part);
    queue.drop_front(part);
  }
  EXPECT_EQ(all, "abcdefshared");
  EXPECT_EQ(queue.pieces(pieces), 0u);
}

TEST(Pool, RefusesWhatItsQueueCannotHold) {
  Pool pool({.threads = 1, .queue_max = 1});
  std::promise<void> started, go;
  ASSERT_TRUE(pool.submit([&] { started.set_value(), go.get_future().wait(); }));
  started.get_future().wait();
  ASSERT_TRUE(pool.submit([] {}));
  EXPECT_EQ(pool.submit([] {}).error().code, ErrorCode::overload);
  go.set_value();
  pool.stop();
  EXPECT_EQ(pool.submit([] {}).error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace efd::net
