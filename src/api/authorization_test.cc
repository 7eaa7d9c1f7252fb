// SPDX-License-Identifier: MIT
// Every route of every server asks the authorizer.
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/health_route.h"
#include "api/influx_proxy_routes.h"
#include "api/influx_routes.h"
#include "api/metrics_route.h"
#include "api/registry_routes.h"
#include "http/testing/http_test_server.h"
#include "query/testing/fake_store.h"
#include "registry/testing/registry_fixture.h"

namespace efd::api {
namespace {

using ::testing::Contains;

// Lets nobody do anything; remembers what it was asked.
class NobodyMay final : public Authorizer {
 public:
  Result<> authorize(const Caller&, Action action, std::string_view resource) override {
    std::lock_guard lock(mutex_);
    asked_.push_back(fmt::format("{} {}", static_cast<int>(action), resource));
    return fail(ErrorCode::bad_input, "nobody may");
  }
  std::vector<std::string> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> asked_;
};

std::string ask(Action action, const std::string& resource) {
  return fmt::format("{} {}", static_cast<int>(action), resource);
}

class Authorization : public ::testing::Test {
 protected:
  void serve(http::Router router) {
    server_ = std::make_unique<http::TestServer>(std::move(router),
                                                 http::ServerOptions{.authorizer = &nobody_});
  }
  void expect_asked(const char* method, const std::string& target, Action action,
                    const std::string& resource) {
    const auto answer = server_->client().request(method, target, "");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 403) << method << " " << target;
    EXPECT_THAT(nobody_.take(), Contains(ask(action, resource))) << method << " " << target;
  }

  NobodyMay nobody_;
  std::unique_ptr<http::TestServer> server_;
};

TEST_F(Authorization, OfHealthAndMetrics) {
  observe::Metrics metrics;
  observe::Health health;
  http::Router router;
  add_metrics_route(router, metrics);
  add_health_routes(router, health);
  serve(std::move(router));
  for (const char* path : {"/metrics", "/health", "/ready"})
    expect_asked("GET", path, Action::describe, "cluster");
  server_.reset();
}

TEST_F(Authorization, OfQueries) {
  query::FakeStore store;
  ASSERT_TRUE(store.create_database("efd"));
  system::FakeClock clock{UtcTime::from_ms(0)};
  const auto engine = query::make_engine(store, clock);
  http::Router router;
  add_influx_routes(router, *engine);
  serve(std::move(router));
  expect_asked("GET", "/query?db=efd&q=SELECT%20*%20FROM%20m", Action::read, "database/efd");
  expect_asked("POST", "/query?q=CREATE%20DATABASE%20d", Action::alter, "cluster");
  for (const char* path : {"/ping", "/status"})
    expect_asked("GET", path, Action::describe, "cluster");
  EXPECT_EQ(server_->client().request("OPTIONS", "/query", "")->status, 200);
  server_.reset();
}

TEST_F(Authorization, OfAnInfluxDBElsewhere) {
  auto proxy = *query::InfluxProxy::open("http://127.0.0.1:1");  // must not be asked
  http::Router router;
  add_influx_proxy_routes(router, *proxy);
  serve(std::move(router));
  expect_asked("GET", "/query?db=efd&q=SELECT%20*%20FROM%20m", Action::read, "database/efd");
  expect_asked("GET", "/query?q=no%20statement", Action::alter, "cluster");
  expect_asked("POST", "/write?db=other", Action::write, "database/other");
  expect_asked("POST", "/api/v2/write?bucket=b%2Frp", Action::write, "database/b");
  expect_asked("POST", "/api/v2/query", Action::alter, "cluster");
  expect_asked("GET", "/ping", Action::describe, "cluster");
  server_.reset();
}

TEST_F(Authorization, OfTheRegistry) {
  registry::TestRegistry registry;
  ASSERT_TRUE(registry.open());
  http::Router router;
  add_registry_routes(router, *registry);
  serve(std::move(router));
  expect_asked("GET", "/", Action::describe, "cluster");
  expect_asked("GET", "/subjects/s/versions", Action::read, "subject/s");
  expect_asked("POST", "/subjects/s/versions", Action::write, "subject/s");
  expect_asked("DELETE", "/subjects/s", Action::remove, "subject/s");
  expect_asked("PUT", "/config", Action::alter, "cluster");
  server_.reset();
}

}  // namespace
}  // namespace efd::api
