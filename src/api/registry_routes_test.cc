// SPDX-License-Identifier: MIT
#include "api/registry_routes.h"

#include <gtest/gtest.h>

#include "http/testing/http_test_server.h"
#include "json/value.h"
#include "registry/testing/registry_fixture.h"

namespace efd::api {
namespace {

constexpr const char* kInt = R"({"schema":"\"int\""})";
constexpr const char* kLong =
    R"({"schema":"{\"type\":\"long\"}","schemaType":"AVRO","references":[]})";

class RegistryRoutes : public ::testing::Test {
 protected:
  RegistryRoutes() {
    EXPECT_TRUE(registry_.open());
    http::Router router;
    add_registry_routes(router, *registry_);
    server_ = std::make_unique<http::TestServer>(std::move(router));
    client_.emplace(server_->client());
  }
  // "STATUS BODY"
  std::string ask(std::string_view method, std::string_view target, std::string_view body = "",
                  const http::Headers& headers = {}) {
    auto answer = client_->request(method, target, body, headers);
    if (!answer) return answer.error().message;
    return fmt::format("{} {}", answer->status, answer->body);
  }

  registry::TestRegistry registry_;
  std::unique_ptr<http::TestServer> server_;
  std::optional<http::Client> client_;
};

TEST_F(RegistryRoutes, RegisterAndRead) {
  EXPECT_EQ(ask("GET", "/"), "200 {}");
  EXPECT_EQ(ask("GET", "/subjects"), "200 []");
  EXPECT_EQ(ask("POST", "/subjects/lsst.a-value/versions", kInt), R"(200 {"id":1})");
  EXPECT_EQ(ask("POST", "/subjects/lsst.a-value/versions?normalize=False", kInt),
            R"(200 {"id":1})");
  EXPECT_EQ(ask("POST", "/subjects/lsst.a-value/versions", kLong), R"(200 {"id":2})");
  EXPECT_EQ(ask("POST", "/subjects/x%2Fy%20z/versions", kLong), R"(200 {"id":2})");
  EXPECT_EQ(ask("GET", "/subjects"), R"(200 ["lsst.a-value","x/y z"])");
  EXPECT_EQ(ask("GET", "/subjects?subjectPrefix=x"), R"(200 ["x/y z"])");
  EXPECT_EQ(ask("GET", "/subjects/lsst.a-value/versions"), "200 [1,2]");
  std::string second = R"(200 {"subject":"lsst.a-value","version":2,"id":2,"schema":"\"long\""})";
  for (const char* version : {"2", "latest", "-1"}) {
    EXPECT_EQ(ask("GET", std::string("/subjects/lsst.a-value/versions/") + version), second);
  }
  EXPECT_EQ(ask("POST", "/subjects/lsst.a-value", kLong), second);
  EXPECT_EQ(ask("GET", "/subjects/lsst.a-value/versions/1/schema"), "200 \"int\"");
  EXPECT_EQ(ask("GET", "/schemas/ids/1"), R"(200 {"schema":"\"int\""})");
  EXPECT_EQ(ask("GET", "/schemas/ids/2/schema"), "200 \"long\"");
  EXPECT_EQ(ask("GET", "/schemas/ids/2/subjects"), R"(200 ["lsst.a-value","x/y z"])");
  EXPECT_EQ(ask("GET", "/schemas/ids/2/versions"),
            R"(200 [{"subject":"lsst.a-value","version":2},{"subject":"x/y z","version":1}])");
  EXPECT_EQ(ask("GET", "/schemas/types"), R"(200 ["AVRO"])");
}

TEST_F(RegistryRoutes, NumbersBelowTheFirstAreNotGiven) {
  for (const char* rest : {R"("id":-1,"version":-1)", R"("version":0)", R"("id":null)"}) {
    EXPECT_EQ(
        ask("POST", "/subjects/a/versions", fmt::format(R"({{"schema":"\"int\"",{}}})", rest)),
        R"(200 {"id":1})");
    EXPECT_EQ(ask("POST", "/subjects/a", fmt::format(R"({{"schema":"\"int\"",{}}})", rest)),
              R"(200 {"subject":"a","version":1,"id":1,"schema":"\"int\""})");
  }
  for (const char* rest : {R"("id":0)", R"("version":1)", R"("id":"x")"}) {
    EXPECT_EQ(ask("POST", "/subjects/a/versions", fmt::format(R"({{"schema":"\"int\"",{}}})", rest))
                  .substr(0, 24),
              R"(422 {"error_code":42205,)");
  }
}

TEST_F(RegistryRoutes, WhatOtherRegistriesWroteHasTypeAndReferences) {
  registry_.put(R"({"keytype":"SCHEMA","subject":"p","version":1,"magic":1})",
                R"({"subject":"p","version":1,"id":8,"schemaType":"PROTOBUF","references":)"
                R"([{"name":"o.proto","subject":"o","version":1}],"schema":"syntax",)"
                R"("deleted":false})");
  EXPECT_EQ(ask("GET", "/subjects/p/versions/1"),
            R"(200 {"subject":"p","version":1,"id":8,"schemaType":"PROTOBUF","references":)"
            R"([{"name":"o.proto","subject":"o","version":1}],"schema":"syntax"})");
  EXPECT_EQ(ask("GET", "/subjects/p/versions/latest"), ask("GET", "/subjects/p/versions/1"));
}

TEST_F(RegistryRoutes, ListsComeInParts) {
  for (const char* subject : {"a", "b", "c", "d"})
    ask("POST", fmt::format("/subjects/{}/versions", subject), kInt);
  ask("POST", "/subjects/a/versions", kLong);
  EXPECT_EQ(ask("GET", "/subjects?offset=1&limit=2"), R"(200 ["b","c"])");
  EXPECT_EQ(ask("GET", "/subjects?limit=1"), R"(200 ["a"])");
  EXPECT_EQ(ask("GET", "/subjects?limit=0"), "200 []");
  EXPECT_EQ(ask("GET", "/subjects?offset=3"), R"(200 ["d"])");
  EXPECT_EQ(ask("GET", "/subjects?offset=9&limit=5"), "200 []");
  EXPECT_EQ(ask("GET", "/subjects?offset=-1&limit=-1"), R"(200 ["a","b","c","d"])");
  EXPECT_EQ(ask("GET", "/subjects?limit=x"),
            R"(400 {"error_code":400,"message":"\"limit\" is a number, not 'x'"})");
  EXPECT_EQ(ask("GET", "/subjects/a/versions?offset=1"), "200 [2]");
  EXPECT_EQ(ask("GET", "/schemas/ids/1/subjects?limit=2"), R"(200 ["a","b"])");
  EXPECT_EQ(ask("GET", "/schemas/ids/1/versions?offset=3"), R"(200 [{"subject":"d","version":1}])");
}

TEST_F(RegistryRoutes, BoundsAreNamed) {
  auto post = [&](const std::string& schema) {
    std::string body;
    json::Writer json(body);
    json.begin_object();
    json.member("schema", schema);
    json.end_object();
    return ask("POST", "/subjects/a/versions", body);
  };
  std::string large = R"({"type":"string","doc":")" + std::string(900u << 10, 'x') + R"("})";
  EXPECT_EQ(post(large).substr(0, 24), R"(422 {"error_code":42209,)");
  EXPECT_NE(post(large).find("at most 921600"), std::string::npos);
  std::string quotes = R"({"type":"string","x":")";
  for (int i = 0; i < (300 << 10); ++i) quotes += "\\\"";
  EXPECT_EQ(post(quotes + "\"}").substr(0, 24), R"(422 {"error_code":42209,)");
  EXPECT_NE(post(quotes + "\"}").find("at most 993280"), std::string::npos);
  EXPECT_EQ(post(R"({"type":"string","x":")" + std::string(890u << 10, 'x') + R"("})"),
            R"(200 {"id":1})");
  std::string deep = "\"int\"";
  for (int i = 0; i < 64; ++i) deep = R"({"type":"array","items":)" + deep + "}";
  EXPECT_NE(post(deep).find("types nest deeper than 64"), std::string::npos) << post(deep);
  std::string brackets = std::string(300, '[') + std::string(300, ']');
  EXPECT_NE(post(brackets).find("more than 256 brackets"), std::string::npos) << post(brackets);
}

TEST_F(RegistryRoutes, ADefaultThatIsNoNumberIsRefused) {
  auto post = [&](const char* value) {
    return ask("POST", "/subjects/a/versions",
               fmt::format(R"({{"schema":"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[)"
                           R"({{\"name\":\"x\",\"type\":\"double\",\"default\":{}}}]}}"}})",
                           value));
  };
  EXPECT_EQ(
      post(R"(\"abc\")"),
      R"(422 {"error_code":42201,"message":"Invalid schema: Avro schema: record 'R': field 'x')"
      R"(: Invalid default: \"abc\" is not a double"})");
  EXPECT_EQ(post(R"(\"NaN\")"), R"(200 {"id":1})");
  EXPECT_EQ(post("1e400"), R"(200 {"id":2})");
  EXPECT_EQ(post(R"(\"Infinity\")"), R"(200 {"id":2})");
  EXPECT_EQ(ask("GET", "/schemas/ids/2"),
            R"(200 {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"x\",)"
            R"(\"type\":\"double\",\"default\":\"Infinity\"}]}"})");
}

TEST_F(RegistryRoutes, SoftDeletion) {
  ask("POST", "/subjects/a/versions", kInt);
  ask("POST", "/subjects/a/versions", kLong);
  EXPECT_EQ(ask("DELETE", "/subjects/a/versions/1?permanent=true").substr(0, 24),
            R"(422 {"error_code":42205,)");
  EXPECT_EQ(ask("DELETE", "/subjects/a/versions/1"), "200 1");
  EXPECT_EQ(ask("GET", "/subjects/a/versions?deleted=true"), "200 [1,2]");
  EXPECT_EQ(ask("DELETE", "/subjects/a"), "200 [2]");
  EXPECT_EQ(ask("GET", "/subjects"), "200 []");
  EXPECT_EQ(ask("GET", "/subjects?deleted=true"), R"(200 ["a"])");
  EXPECT_EQ(ask("GET", "/schemas/ids/1"), R"(200 {"schema":"\"int\""})");
  EXPECT_EQ(ask("POST", "/subjects/a", kInt),
            R"(404 {"error_code":40401,"message":"Subject 'a' not found."})");
  EXPECT_EQ(ask("POST", "/subjects/a?deleted=true", kInt),
            R"(200 {"subject":"a","version":1,"id":1,"schema":"\"int\""})");
}

TEST_F(RegistryRoutes, Levels) {
  EXPECT_EQ(ask("GET", "/config"), R"(200 {"compatibilityLevel":"NONE"})");
  EXPECT_EQ(ask("PUT", "/config", R"({"compatibility":"none"})"),
            R"(200 {"compatibility":"NONE"})");
  EXPECT_EQ(ask("PUT", "/config", R"({"compatibility":"FULL"})").substr(0, 24),
            R"(422 {"error_code":42203,)");
  EXPECT_EQ(ask("GET", "/config/a"),
            R"(404 {"error_code":40408,"message":"Subject 'a' does not have subject-level )"
            R"(compatibility configured"})");
  EXPECT_EQ(ask("GET", "/config/a?defaultToGlobal=true"), R"(200 {"compatibilityLevel":"NONE"})");
  EXPECT_EQ(ask("PUT", "/config/a", R"({"compatibility":"NONE"})"),
            R"(200 {"compatibility":"NONE"})");
  EXPECT_EQ(ask("DELETE", "/config/a"), R"(200 {"compatibilityLevel":"NONE"})");
  EXPECT_EQ(ask("GET", "/mode"), R"(200 {"mode":"READWRITE"})");
}

TEST_F(RegistryRoutes, RefusesInConfluentsWords) {
  ask("POST", "/subjects/a/versions", kInt);
  struct Case {
    const char* method;
    const char* target;
    const char* body;
    const char* answer;
  };
  const Case cases[] = {
      {"GET", "/subjects/x/versions", "",
       R"(404 {"error_code":40401,"message":"Subject 'x' not found."})"},
      {"GET", "/subjects/a/versions/5", "",
       R"(404 {"error_code":40402,"message":"Version 5 not found."})"},
      {"GET", "/subjects/a/versions/abc", "",
       R"(422 {"error_code":42202,"message":"The specified version 'abc' is not a valid version id. )"
       R"(Allowed values are between [1, 2^31-1] and the string \"latest\""})"},
      {"GET", "/subjects/a/versions/0", "", R"(422 {"error_code":42202,)"},
      {"GET", "/schemas/ids/9", "", R"(404 {"error_code":40403,"message":"Schema 9 not found"})"},
      {"GET", "/schemas/ids/x", "", R"(404 {"error_code":404,"message":"HTTP 404 Not Found"})"},
      {"GET", "/nowhere", "", R"(404 {"error_code":404,"message":"HTTP 404 Not Found"})"},
      {"PATCH", "/subjects", "",
       R"(405 {"error_code":405,"message":"HTTP 405 Method Not Allowed"})"},
      {"POST", "/subjects/a", kLong, R"(404 {"error_code":40403,"message":"Schema not found"})"},
      {"POST", "/subjects/a/versions", "", R"(400 {"error_code":400,)"},
      {"POST", "/subjects/a/versions", "[]", R"(400 {"error_code":400,)"},
      {"POST", "/subjects/a/versions", "{}",
       R"(422 {"error_code":42201,"message":"Empty schema"})"},
      {"POST", "/subjects/a/versions", R"({"schema":"{}"})", R"(422 {"error_code":42201,)"},
      {"POST", "/subjects/a/versions", R"({"schema":"{}","schemaType":"JSON"})",
       R"(422 {"error_code":42201,)"},
      {"POST", "/subjects/a/versions?normalize=true", kInt, R"(422 {"error_code":42205,)"},
      {"POST", "/subjects/a/versions", R"({"schema":"\"int\"","id":5})",
       R"(422 {"error_code":42205,"message":"Subject a is not in import mode"})"},
      {"POST", "/subjects/a/versions", R"({"schema":"\"R\"","references":[{"name":"R"}]})",
       R"(422 {"error_code":42201,)"},
  };
  for (const Case& one : cases) {
    std::string answer = ask(one.method, one.target, one.body);
    EXPECT_EQ(answer.substr(0, std::string(one.answer).size()), one.answer)
        << one.method << " " << one.target << " " << one.body;
  }
}

TEST_F(RegistryRoutes, MediaTypes) {
  auto type = [&](const char* accept) {
    auto answer = client_->get("/subjects", {{"Accept", accept}});
    return fmt::format("{} {}", answer->status, answer->headers.find("Content-Type"));
  };
  const char* v1 = "200 application/vnd.schemaregistry.v1+json";
  EXPECT_EQ(type("*/*"), v1);
  EXPECT_EQ(type("*"), v1);
  EXPECT_EQ(type("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"), v1);  // java.net
  EXPECT_EQ(type("text/html, *; q=0").substr(0, 3), "406");
  EXPECT_EQ(type("application/vnd.schemaregistry.v1+json, application/json; q=0.5"), v1);
  EXPECT_EQ(type("application/json"), "200 application/json");
  EXPECT_EQ(type("text/html").substr(0, 3), "406");
  auto post = [&](const char* content_type) {
    return ask("POST", "/subjects/a/versions", kInt, {{"Content-Type", content_type}});
  };
  EXPECT_EQ(post("application/vnd.schemaregistry.v1+json; charset=utf-8"), R"(200 {"id":1})");
  EXPECT_EQ(post("application/octet-stream"), R"(200 {"id":1})");
  EXPECT_EQ(post("text/xml").substr(0, 3), "415");
}

}  // namespace
}  // namespace efd::api
