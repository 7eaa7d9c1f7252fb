// SPDX-License-Identifier: MIT
#include "http/client.h"

#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "http/testing/http_test_server.h"
#include "net/testing/test_sessions.h"

namespace efd::http {
namespace {

using std::chrono_literals::operator""ms;

TEST(Client, ReadsUrls) {
  for (const char* url :
       {"", "localhost:8081", "ftp://x", "https://x:1", "http://", "http://h:x", "http://:80"}) {
    EXPECT_EQ(Client::open(url).error().code, ErrorCode::bad_input) << url;
  }
  for (const char* url : {"http://localhost", "http://localhost:8081/", "http://[::1]:80/a/b"}) {
    EXPECT_TRUE(Client::open(url)) << url;
  }
}

TEST(Client, SaysThatNobodyListens) {
  std::string url;
  {
    TestServer server((Router()));
    url = server.url();
  }
  auto answer = Client::open(url)->get("/x");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::retry);
  EXPECT_EQ(answer.error().message, "cannot reach " + url + ": Connection refused; is it running?");
}

TEST(Client, PutsItsPrefixBeforeTargets) {
  Router router;
  router.add("PUT", "/api/v1/x", [](const Request& request, Response& response) {
    response.send(201, {}, request.body);
  });
  TestServer server(std::move(router));
  auto client = Client::open(server.url() + "/api/v1/");
  ASSERT_TRUE(client);
  auto answer = client->put("/x", "body");
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "body");
  EXPECT_EQ(client->remove("/x")->status, 405);
}

// A server that sends `answer` to whatever comes and closes then.
net::SessionFactory say_and_close(std::string answer) {
  return net::scripted([answer](net::Connection& connection, net::ScriptedSession& session) {
    session.receive = [&connection, answer](std::string_view bytes) {
      connection.send(answer);
      connection.close_after_send();
      return bytes.size();
    };
  });
}

Result<Answer> get_from(const std::string& answer, ClientOptions options = {}) {
  net::Loops loops;
  auto listener = net::listen_or_die(loops, say_and_close(answer));
  return Client::open("http://" + listener->address().to_string(), options)->get("/");
}

TEST(Client, TakesWhatServersSend) {
  EXPECT_EQ(get_from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab")->body, "ab");
  EXPECT_EQ(get_from("HTTP/1.0 200 OK\r\n\r\nto the end")->body, "to the end");
  EXPECT_EQ(get_from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")->status, 204);
  EXPECT_EQ(
      get_from("HTTP/1.1 404 Nope\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n")->body,
      "x");
}

TEST(Client, RefusesWhatIsNoAnswer) {
  for (const char* answer :
       {"", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"}) {
    auto got = get_from(answer, {.body_bytes_max = 100});
    ASSERT_FALSE(got) << answer;
    EXPECT_EQ(got.error().code, ErrorCode::retry) << got.error().message;
  }
}

TEST(Client, GivesUpOnASilentServer) {
  net::Loops loops;
  auto listener = net::listen_or_die(loops, net::scripted([](auto&, auto&) {}));
  auto client =
      Client::open("http://" + listener->address().to_string(), {.request_timeout = 20ms});
  auto answer = client->get("/");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("timed out"), std::string::npos) << answer.error().message;
}

TEST(Client, ReplacesAConnectionThatWasClosed) {
  Router router;
  router.add("GET", "/x", [](const Request&, Response& response) { response.send(200, {}, "x"); });
  TestServer server(std::move(router), {.idle_timeout = 1ms});
  Client client = server.client();
  EXPECT_EQ(client.get("/x")->body, "x");
  while (server.listener().connections() > 0) std::this_thread::yield();
  EXPECT_EQ(client.get("/x")->body, "x");
}

TEST(Client, IsStoppedWhileItWaits) {
  net::Loops loops;
  auto listener = net::listen_or_die(loops, net::scripted([](auto&, auto&) {}));
  auto client = Client::open("http://" + listener->address().to_string());
  for (bool early : {true, false}) {
    std::stop_source stop;
    if (early) stop.request_stop();
    std::jthread stopper([&] {
      std::this_thread::sleep_for(10ms);
      stop.request_stop();
    });
    auto answer = client->request("POST", "/", "x", {}, stop.get_token());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::cancelled);
  }
}

// Keeps what comes; can be told to take no more than so many pieces.
struct Pieces : AnswerReceiver {
  int status = 0;
  std::string bytes;
  size_t pieces = 0;
  size_t pieces_max = SIZE_MAX;
  Result<> begin(int got, const Headers&) override {
    status = got;
    return {};
  }
  Result<> body(std::string_view piece) override {
    if (pieces == pieces_max) return fail(ErrorCode::cancelled, "enough");
    ++pieces;
    bytes += piece;
    return {};
  }
};

TEST(Client, HandsAnAnswerOverAsItComes) {
  constexpr size_t kPieces = 100;
  std::string piece(100'000, 'x');
  Router router;
  router.add("GET", "/x", [&](const Request&, Response& response) {
    Result<> sent = response.begin(200, {});
    for (size_t i = 0; i < kPieces && sent; ++i) sent = response.write(piece);
    if (sent) sent = response.end();
  });
  TestServer server(std::move(router));
  Client client = server.client({.body_bytes_max = 1000});
  Pieces all;
  ASSERT_TRUE(client.stream("GET", "/x", "", {}, all));
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.bytes.size(), kPieces * piece.size());
  EXPECT_GT(all.pieces, 10u);
  Pieces some;
  some.pieces_max = 3;
  EXPECT_EQ(client.stream("GET", "/x", "", {}, some).error().code, ErrorCode::cancelled);
  Pieces again;
  EXPECT_TRUE(client.stream("GET", "/x", "", {}, again));
}

}  // namespace
}  // namespace efd::http
