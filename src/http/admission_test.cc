// SPDX-License-Identifier: MIT
#include <mutex>

#include <gtest/gtest.h>

#include "codec/compression.h"
#include "http/testing/http_test_server.h"

namespace efd::http {
namespace {

// Lets "reader" read and nobody else do anything; remembers what it was asked.
class ReaderOnly final : public Authorizer {
 public:
  Result<> authorize(const Caller& caller, Action action, std::string_view resource) override {
    std::lock_guard lock(mutex_);
    asked.push_back(caller.principal + "@" + caller.listener + " " + std::string(resource));
    if (caller.principal == "reader" && action == Action::read) return {};
    return fail(ErrorCode::bad_input, "{} may not do that", caller.principal);
  }
  std::vector<std::string> asked;

 private:
  std::mutex mutex_;
};

void send_principal(const Request& request, Response& response) {
  response.send(200, {}, request.caller.principal);
}

Router router_of_users() {
  Router router;
  router.set_authenticator(
      [](const Request& request) -> Result<std::string> {
        const std::string_view user = request.headers.find("Authorization");
        if (user.empty()) return fail(ErrorCode::bad_input, "who are you?");
        return std::string(user);
      },
      "Basic realm=\"efd\"");
  router.add("GET", "/read", send_principal, {.need = Need{Action::read, "database/efd"}});
  router.add("GET", "/inline", send_principal,
             {.need = Need{Action::read, "topic/t"}, .inline_on_loop = true});
  router.add("GET", "/default", send_principal);
  router.add("GET", "/own", send_principal, {.need = {}});
  router.add("OPTIONS", "/read", send_principal, {.need = {}, .authenticates = false});
  return router;
}

class Admission : public ::testing::Test {
 protected:
  Answer get(const std::string& path, const std::string& user, const char* method = "GET") {
    Headers headers;
    if (!user.empty()) headers.add("Authorization", user);
    return *server_.client().request(method, path, "", headers);
  }
  ReaderOnly authorizer_;
  TestServer server_{router_of_users(), {.name = "influx", .authorizer = &authorizer_}};
};

TEST_F(Admission, EveryRouteAsksTheAuthorizer) {
  EXPECT_EQ(get("/read", "reader").body, "reader");
  EXPECT_EQ(get("/inline", "reader").body, "reader");
  EXPECT_EQ(get("/read", "other").status, 403);
  EXPECT_EQ(get("/read", "other").body, "other may not do that\n");
  EXPECT_EQ(get("/inline", "other").status, 403);
  EXPECT_EQ(get("/default", "reader").status, 403) << "a route asks even if it says nothing";
  EXPECT_EQ(authorizer_.asked.front(), "reader@influx database/efd");
  EXPECT_EQ(authorizer_.asked.back(), "reader@influx cluster");
}

TEST_F(Admission, WhoDoesNotSayWhoHeIsIsAsked) {
  for (const char* path : {"/read", "/inline", "/own"}) {
    const Answer answer = get(path, "");
    EXPECT_EQ(answer.status, 401) << path;
    EXPECT_EQ(answer.headers.find("WWW-Authenticate"), "Basic realm=\"efd\"");
  }
  EXPECT_EQ(get("/own", "other").body, "other");
  EXPECT_EQ(get("/read", "", "OPTIONS").body, "anonymous");
}

TEST_F(Admission, TheNextRequestMayBeSomebodyElses) {
  auto client = server_.client();
  EXPECT_EQ(client.get("/own", {{"Authorization", "one"}})->body, "one");
  EXPECT_EQ(client.get("/own")->status, 401);
  EXPECT_EQ(client.get("/own", {{"Authorization", "two"}})->body, "two");
}

}  // namespace
}  // namespace efd::http
