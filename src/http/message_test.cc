// SPDX-License-Identifier: MIT
#include "http/message.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "http/router.h"
#include "http/uri.h"

namespace efd::http {
namespace {

TEST(Headers, NamesHaveNoCase) {
  Headers headers{{"Content-Type", "text/plain"}, {"X", "1"}, {"x", "2"}};
  EXPECT_EQ(headers.find("content-TYPE"), "text/plain");
  EXPECT_EQ(headers.find("x"), "1");
  EXPECT_FALSE(headers.has("y"));
}

TEST(Headers, TokensWithQualities) {
  EXPECT_TRUE(names_token("gzip", "gzip"));
  EXPECT_TRUE(names_token("br;q=1.0 , GZIP;q=0.5", "gzip"));
  EXPECT_FALSE(names_token("gzip;q=0, br", "gzip"));
  EXPECT_FALSE(names_token("gzip; q=0.00", "gzip"));
  EXPECT_FALSE(names_token("xgzip, gzipx", "gzip"));
  EXPECT_FALSE(names_token("", "gzip"));
}

TEST(Uri, DecodesEscapes) {
  EXPECT_EQ(*percent_decode("a%2Fb%20c+d"), "a/b c+d");
  EXPECT_EQ(*percent_decode("a+b%2B", true), "a b+");
  for (const char* text : {"%", "%2", "%zz", "abc%f"}) {
    EXPECT_EQ(percent_decode(text).error().code, ErrorCode::bad_input) << text;
  }
}

TEST(Uri, SplitsBeforeItDecodes) {
  EXPECT_EQ(*split_path("/subjects/a%2Fb/versions/"),
            (std::vector<std::string>{"subjects", "a/b", "versions"}));
  EXPECT_EQ(*split_path("/"), std::vector<std::string>());
  EXPECT_EQ(*split_path("/a//b"), (std::vector<std::string>{"a", "", "b"}));
}

TEST(Uri, ReadsForms) {
  EXPECT_EQ(*parse_form("db=efd&q=SELECT+%2A&empty=&&flag"),
            (NameValues{{"db", "efd"}, {"q", "SELECT *"}, {"empty", ""}, {"flag", ""}}));
}

RC_GTEST_PROP(Uri, EscapesRoundTrip, (const std::string& text)) {
  RC_ASSERT(*percent_decode(percent_encode(text)) == text);
}

RC_GTEST_PROP(Uri, FormsRoundTrip, (const std::vector<std::pair<std::string, std::string>>& in)) {
  NameValues values;
  for (const auto& pair : in) {
    if (!pair.first.empty()) values.push_back(pair);
  }
  RC_ASSERT(*parse_form(format_form(values)) == values);
}

std::string route_of(const Router& router, std::string method, std::string path) {
  Request request;
  request.method = std::move(method);
  request.segments = *split_path(path);
  std::string allowed;
  const Router::Route* route = router.find(request, allowed);
  if (!route) return "allowed: " + allowed;
  struct NoSink : ResponseSink {
    std::string bytes;
    Result<> send(std::string) override { return {}; }
    void finish(std::string sent, bool) override { bytes = std::move(sent); }
    void abort() override {}
  } sink;
  Response response(sink, ResponseForm{});
  router.handler (*route)(request, response);
  return sink.bytes.substr(sink.bytes.find("\r\n\r\n") + 4);
}

TEST(Router, TextWinsOverNames) {
  Router router;
  auto say = [](std::string what) {
    return [what](const Request& request, Response& response) {
      std::string captures;
      for (const auto& [name, value] : request.captures) captures += " " + name + "=" + value;
      response.send(200, {}, what + captures);
    };
  };
  router.add("GET", "/", say("root"));
  router.add("GET", "/s/{subject}/versions/{version}", say("version"));
  router.add("GET", "/s/{subject}/versions/latest", say("latest"));
  router.add("POST", "/s/{subject}", say("post"));
  router.add("GET", "/s/{subject}", say("get"));
  EXPECT_EQ(route_of(router, "GET", "/"), "root");
  EXPECT_EQ(route_of(router, "GET", "/s/a%2Fb/versions/7"), "version subject=a/b version=7");
  EXPECT_EQ(route_of(router, "GET", "/s/x/versions/latest"), "latest subject=x");
  EXPECT_EQ(route_of(router, "HEAD", "/s/x"), "get subject=x");
  EXPECT_EQ(route_of(router, "DELETE", "/s/x"), "allowed: POST, GET");
  EXPECT_EQ(route_of(router, "GET", "/s"), "allowed: ");
}

}  // namespace
}  // namespace efd::http
