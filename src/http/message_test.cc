// SPDX-License-Identifier: MIT
#include "http/message.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "http/multipart.h"
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
  EXPECT_EQ(*split_path("/subjects/a%2Fb/versions"),
            (std::vector<std::string>{"subjects", "a/b", "versions"}));
  EXPECT_EQ(*split_path("/query/"), (std::vector<std::string>{"query", ""}));
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
  EXPECT_EQ(route_of(router, "GET", "/s/x/"), "allowed: ");
  EXPECT_EQ(route_of(router, "GET", "//s/x"), "allowed: ");
  router.ignore_last_slash();
  EXPECT_EQ(route_of(router, "GET", "/s/x/"), "get subject=x");
  EXPECT_EQ(route_of(router, "GET", "/"), "root");
  EXPECT_EQ(route_of(router, "GET", "/s/x//"), "allowed: ");
}

using Parts = std::vector<FormPart>;

TEST(Multipart, ReadsFieldsAndFiles) {
  const std::string body =
      "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"db\"\r\n\r\nefd\r\n"
      "--B \r\ncontent-disposition: form-data; name=\"q\"; filename=\"a;b\\\".txt\"\r\n"
      "Content-Type: text/plain\r\n\r\nSELECT v\r\nFROM m\r\n--B\r\n\r\nbare\r\n--B--\r\nrest";
  EXPECT_EQ(*parse_multipart(body, "B"),
            (Parts{{"db", "efd", false}, {"q", "SELECT v\r\nFROM m", true}, {"", "bare", false}}));
  EXPECT_EQ(*parse_multipart("--B--", "B"), Parts());
}

TEST(Multipart, RefusesWhatIsNone) {
  const std::string head = "Content-Disposition: form-data; name=\"q\"\r\n";
  for (const std::string& body :
       {std::string(), std::string("garbage"), "--B\r\n" + head + "\r\nx",
        "--B\r\n" + head + "\r\n--B--", "--Bx\r\n" + head + "\r\nx\r\n--B--", std::string("--B")}) {
    auto parts = parse_multipart(body, "B");
    ASSERT_FALSE(parts) << body;
    EXPECT_EQ(parts.error().code, ErrorCode::bad_input);
  }
  EXPECT_FALSE(parse_multipart("--B--", ""));
  EXPECT_FALSE(parse_multipart("----", std::string(71, 'x')));
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "--B\r\n\r\n\r\n";
  EXPECT_FALSE(parse_multipart(many + "--B--", "B"));
}

TEST(Multipart, IsFoundByItsMediaType) {
  Request request;
  request.body = "--B\r\nContent-Disposition: form-data; name=q\r\n\r\nx\r\n--B--";
  request.headers.add("Content-Type", "Multipart/Form-Data; charset=utf-8; Boundary=\"B\"");
  EXPECT_EQ(*multipart_form(request), (Parts{{"q", "x", false}}));
  Request other;
  other.body = request.body;
  EXPECT_EQ(*multipart_form(other), Parts());
}

RC_GTEST_PROP(Multipart, RoundTrips, (const std::vector<std::pair<std::string, bool>>& in)) {
  const std::string boundary = "-------------------------------31415926535897932384";
  std::string body;
  Parts parts;
  for (const auto& [value, is_file] : in) {
    body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"q\"" +
            (is_file ? "; filename=\"f\"" : "") + "\r\n\r\n" + value + "\r\n";
    parts.push_back({"q", value, is_file});
  }
  RC_ASSERT(*parse_multipart(body + "--" + boundary + "--\r\n", boundary) == parts);
}

}  // namespace
}  // namespace efd::http
