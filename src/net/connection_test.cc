// SPDX-License-Identifier: MIT
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "net/listener_share.h"
#include "net/pool.h"
#include "net/reactor.h"
#include "net/testing/test_client.h"
#include "net/testing/test_sessions.h"

namespace efd::net {
namespace {

using std::chrono_literals::operator""ms;

TEST(Connection, AFrameBeyondTheBoundIsRefusedBeforeItIsAllocated) {
  Loops loops;
  auto listener = listen_or_die(loops, echo(), {.receive_bytes_max = 1000});
  TestClient client(listener->address());
  client.send(std::string_view("\x7f\xff\xff\xff", 4));
  EXPECT_EQ(client.receive_all(), "");
  EXPECT_LE(loops.receive_memory().used_bytes(), 4u);
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

TEST(Connection, AClientThatTakesNothingIsCutOffThoughItSends) {
  Loops loops;
  std::promise<ConnectionHandle> opened;
  auto listener = listen_or_die(
      loops, scripted([&](Connection& c, ScriptedSession&) { opened.set_value(c.handle()); }),
      {.send_timeout = 1ms});
  TestClient client(listener->address());
  ConnectionHandle handle = opened.get_future().get();
  std::atomic<bool> is_over{false};
  std::thread sender([&] {
    while (!is_over) client.send("x"), std::this_thread::sleep_for(1ms);
  });
  Result<> result;
  while ((result = handle.send(std::string(1u << 16, 'x')))) {
  }
  EXPECT_EQ(result.error().code, ErrorCode::cancelled);
  is_over = true;
  sender.join();
}

// What waits for a client when time-outs are looked at has just been sent.
TEST(Connection, ANewClientHasItsTimeToTakeItsFirstAnswer) {
  Loops loops;
  auto listener = listen_or_die(loops, scripted([&](Connection& c, ScriptedSession& s) {
                                  s.receive = [&](std::string_view bytes) {
                                    c.send("answer");
                                    dynamic_cast<Resident&>(c).sweep(monotonic_ns());
                                    return bytes.size();
                                  };
                                }),
                                {.send_timeout = 60000ms});
  TestClient client(listener->address());
  for (int i = 0; i < 2; ++i) {
    client.send("request");
    EXPECT_EQ(client.receive(6), "answer");
  }
}

TEST(Connection, IsResetWhereAnOrderlyEndWouldMakeTheAnswerWhole) {
  for (bool resets : {false, true}) {
    Loops loops;
    auto listener = listen_or_die(loops, scripted([&](Connection& c, ScriptedSession& s) {
                                    c.reset_on_close(resets);
                                    s.receive = [&](std::string_view bytes) {
                                      bytes == "whole" ? c.close_after_send() : c.close();
                                      return bytes.size();
                                    };
                                  }));
    TestClient broken(listener->address());
    broken.send("broken");
    broken.receive_all();
    EXPECT_EQ(broken.was_reset(), resets);
    TestClient whole(listener->address());
    whole.send("whole");
    whole.receive_all();
    EXPECT_FALSE(whole.was_reset());
  }
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

}  // namespace
}  // namespace efd::net
