// SPDX-License-Identifier: MIT
#include "net/listener.h"

#include <thread>

#include <gtest/gtest.h>

#include "net/testing/test_client.h"
#include "net/testing/test_sessions.h"

namespace efd::net {
namespace {

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
  observe::Metrics metrics;
  auto listener = listen_or_die(
      loops, echo(),
      {.bounds = {.connections_max = 1}, .refused = &refused_connections(metrics, "kafka")});
  TestClient first(listener->address());
  first.send(frame("x"));
  EXPECT_EQ(first.receive(5), frame("x"));
  TestClient second(listener->address());
  EXPECT_EQ(second.receive_all(), "");
  EXPECT_EQ(listener->refused(), 1u);
  EXPECT_EQ(listener->connections(), 1u);
  EXPECT_NE(metrics.text().find("efd_connections_refused_total{listener=\"kafka\"} 1"),
            std::string::npos);
}

TEST(Listener, AtItsBoundTheOldestWithoutAWholeRequestMakesRoom) {
  using std::chrono_literals::operator""ms;
  Loops loops({.threads = 2});
  observe::Metrics metrics;
  std::atomic<int> begun{0};
  auto listener = listen_or_die(loops,
                                [&](Connection& connection) {
                                  ++begun;
                                  return std::make_unique<EchoSession>(connection);
                                },
                                {.bounds = {.connections_max = 3, .first_request_timeout = 0ms},
                                 .displaced = &displaced_connections(metrics, "kafka")});
  TestClient user(listener->address());
  user.send(frame("x"));
  EXPECT_EQ(user.receive(5), frame("x"));
  TestClient half(listener->address());
  half.send(frame("half").substr(0, 6));
  while (begun < 2) std::this_thread::yield();
  TestClient silent(listener->address());
  while (begun < 3) std::this_thread::yield();
  std::vector<std::unique_ptr<TestClient>> users;
  for (TestClient* gone : {&half, &silent}) {
    users.push_back(std::make_unique<TestClient>(listener->address()));
    users.back()->send(frame("next"));
    EXPECT_EQ(users.back()->receive(8), frame("next"));
    EXPECT_EQ(gone->receive_all(), "");
  }
  user.send(frame("x"));
  EXPECT_EQ(user.receive(5), frame("x"));
  TestClient refused(listener->address());  // all have sent a whole request
  EXPECT_EQ(refused.receive_all(), "");
  EXPECT_EQ(listener->refused(), 1u);
  EXPECT_NE(metrics.text().find("efd_connections_displaced_total{listener=\"kafka\"} 2"),
            std::string::npos);
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

}  // namespace
}  // namespace efd::net
