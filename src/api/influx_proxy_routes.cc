// SPDX-License-Identifier: MIT
#include "api/influx_proxy_routes.h"

#include "api/influx_routes.h"
#include "query/answer.h"

namespace efd::api {
namespace {

void forward(const http::Request& request, http::Response& response, query::InfluxProxy& proxy) {
  const Result<> answered = proxy.forward(request, response);
  if (answered || response.has_begun()) return;
  const std::string& message = answered.error().message;
  response.send(503, {{"Content-Type", "application/json"}, {"X-Influxdb-Error", message}},
                query::error_answer(query::Format::json, false, message));
}

}  // namespace

void add_influx_proxy_routes(http::Router& router, query::InfluxProxy& proxy, net::Pool* queries) {
  constexpr std::pair<const char*, const char*> kRoutes[] = {
      {"GET", "/ping"},      {"GET", "/status"},        {"GET", "/query"},
      {"POST", "/query"},    {"OPTIONS", "/query"},     {"POST", "/write"},
      {"OPTIONS", "/write"}, {"POST", "/api/v2/query"}, {"POST", "/api/v2/write"}};
  router.set_error_format(influx_error_body);
  for (const auto& [method, path] : kRoutes)
    router.add(method, path,
               [&proxy](const http::Request& request, http::Response& response) {
                 forward(request, response, proxy);
               },
               {.pool = queries});
}

}  // namespace efd::api
