// SPDX-License-Identifier: MIT
#include "registry/confluent_registry.h"

#include <atomic>

#include <gtest/gtest.h>

#include "http/testing/http_test_server.h"

namespace efd::registry {
namespace {

// A registry of one schema (id 7, subject "a/b") that counts what it is asked.
struct FakeRegistry {
  std::atomic<int> asked{0};
  std::unique_ptr<http::TestServer> server;
  std::atomic<bool> is_registered{false};  // id 99

  FakeRegistry() {
    http::Router router;
    auto say = [this](int status, std::string body) {
      return [this, status, body](const http::Request&, http::Response& response) {
        ++asked;
        response.send(status, {{"Content-Type", "application/vnd.schemaregistry.v1+json"}}, body);
      };
    };
    router.add("GET", "/schemas/ids/7", say(200, R"({"schema":"\"int\""})"));
    router.add("GET", "/schemas/ids/8", say(200, R"({"schemaType":"JSON","schema":"{}"})"));
    router.add("GET", "/schemas/ids/9", say(200, R"({"schema":"nonsense"})"));
    router.add("GET", "/schemas/ids/10", say(500, R"({"error_code":50001,"message":"store"})"));
    router.add("GET", "/schemas/ids/99", [this](const http::Request&, http::Response& response) {
      const char* unknown = R"({"error_code":40403,"message":"Schema 99 not found"})";
      response.send(is_registered ? 200 : 404, {},
                    is_registered ? R"({"schema":"\"long\""})" : unknown);
    });
    router.add("GET", "/schemas/ids/{id}",
               say(404, R"({"error_code":40403,"message":"Schema not found"})"));
    router.add("GET", "/subjects/{subject}/versions/latest",
               [](const http::Request& request, http::Response& response) {
                 EXPECT_EQ(request.capture("subject"), "a/b");
                 response.send(200, {},
                               R"({"subject":"a/b","version":2,"id":7,"schema":"\"int\""})");
               });
    router.add("POST", "/subjects/{subject}/versions",
               [](const http::Request& request, http::Response& response) {
                 bool good = request.body == R"({"schema":"\"int\""})";
                 response.send(good ? 200 : 422, {},
                               good ? R"({"id":7})" : R"({"error_code":42201,"message":"bad"})");
               });
    server = std::make_unique<http::TestServer>(std::move(router));
  }
  std::unique_ptr<ConfluentRegistry> client(SchemaCacheOptions cache = {}) {
    return *ConfluentRegistry::open(server->url(), {{}, cache});
  }
};

TEST(ConfluentRegistry, FindsEachSchemaOnce) {
  FakeRegistry fake;
  auto client = fake.client();
  for (int i = 0; i < 3; ++i) {
    auto found = client->find(SchemaId(7));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ((*found)->schema.root().type, avro::Type::int_);
  }
  EXPECT_EQ(fake.asked, 1);
}

TEST(ConfluentRegistry, AnIdThatWasUnknownIsFoundOnceItIsRegistered) {
  FakeRegistry fake;
  auto client = fake.client();
  EXPECT_EQ(client->find(SchemaId(99)).error().code, ErrorCode::not_found);
  fake.is_registered = true;
  auto found = client->find(SchemaId(99));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ((*found)->text, "\"long\"");
}

TEST(ConfluentRegistry, TheCacheIsBounded) {
  FakeRegistry fake;
  auto client = fake.client({.schemas_max = 0});
  EXPECT_TRUE(client->find(SchemaId(7)));
  EXPECT_TRUE(client->find(SchemaId(7)));
  EXPECT_EQ(fake.asked, 2);
}

TEST(ConfluentRegistry, TellsPassingFaultsFromLastingOnes) {
  FakeRegistry fake;
  auto client = fake.client();
  EXPECT_EQ(client->find(SchemaId(8)).error().code, ErrorCode::bad_input);
  EXPECT_EQ(client->find(SchemaId(9)).error().code, ErrorCode::bad_input);
  EXPECT_EQ(client->find(SchemaId(10)).error().code, ErrorCode::retry);
  auto other = ConfluentRegistry::open(fake.server->url() + "/no/registry");
  EXPECT_EQ((*other)->find(SchemaId(7)).error().code, ErrorCode::retry);
  std::string url = fake.server->url();
  fake.server.reset();
  auto unreachable = client->find(SchemaId(11));
  EXPECT_EQ(unreachable.error().code, ErrorCode::retry);
  EXPECT_NE(unreachable.error().message.find("cannot reach " + url), std::string::npos);
}

TEST(ConfluentRegistry, AddsAndFindsTheLatest) {
  FakeRegistry fake;
  auto client = fake.client();
  EXPECT_EQ(client->add(Subject("a/b"), "\"int\""), SchemaId(7));
  EXPECT_EQ(client->add(Subject("a/b"), "bad").error().code, ErrorCode::bad_input);
  auto latest = client->latest(Subject("a/b"));
  ASSERT_TRUE(latest) << latest.error().message;
  EXPECT_EQ(latest->version, 2);
  EXPECT_EQ(latest->id, SchemaId(7));
  EXPECT_EQ(latest->text, "\"int\"");
}

}  // namespace
}  // namespace efd::registry
