// SPDX-License-Identifier: MIT
#include "api/influx_proxy_routes.h"

#include <algorithm>

#include "api/influx_request.h"
#include "api/influx_routes.h"
#include "influx/parser.h"
#include "observe/log.h"
#include "query/answer.h"

namespace efd::api {
namespace {

// Of a request in a line of the log.
constexpr size_t kLoggedTargetMax = 200;

void forward(const http::Request& request, http::Response& response, query::InfluxProxy& proxy) {
  const Result<> answered = proxy.forward(request, response);
  if (answered) return;
  const std::string& message = answered.error().message;
  if (response.has_begun()) {
    if (answered.error().code != ErrorCode::cancelled)
      observe::warn("query", "an answer was broken off: {}: {}", message,
                    request.target.substr(0, kLoggedTargetMax));
    return;
  }
  response.send(503, {{"Content-Type", "application/json"}, {"X-Influxdb-Error", message}},
                query::error_answer(query::Format::json, false, message));
}

// "db/rp" -> "database/db", of a bucket of version 2; of version 1, `db`.
std::string written_database(const http::Request& request) {
  const bool is_v2 = request.segments.front() == "api";
  const std::string* name = request.query_value(is_v2 ? "bucket" : "db");
  return name ? "database/" + name->substr(0, is_v2 ? name->find('/') : name->npos) : "database/";
}

// The InfluxDB checks whom it knows; this asks for efd's own rule. What cannot be read here could
// do anything.
Result<> ask(const http::Request& request) {
  const std::string& last = request.segments.back();
  if (request.method == "OPTIONS") return {};
  if (last == "write") return authorize(request.caller, Action::write, written_database(request));
  if (last != "query") return authorize(request.caller, Action::describe, "cluster");
  auto asked = parse_influx_request(request);
  if (!asked) return authorize(request.caller, Action::alter, "cluster");
  const auto statements = influx::parse_query(asked->query.text, {.params = asked->query.params});
  if (!statements) return authorize(request.caller, Action::alter, "cluster");
  return query::authorize_statements(asked->query, *statements);
}

void send_forbidden(http::Response& response, const std::string& why) {
  response.send(403, {{"Content-Type", "application/json"}, {"X-Influxdb-Error", why}},
                query::error_answer(query::Format::json, false, why));
}

// What an InfluxDB answers at once: all but writes, and queries that read data.
bool is_small(const http::Request& request) {
  if (request.method == "OPTIONS" || request.target.starts_with("/ping")) return true;
  const auto asked = parse_influx_request(request);
  if (!asked || request.segments != std::vector<std::string>{"query"}) return false;
  const auto statements = influx::parse_query(asked->query.text, {.params = asked->query.params});
  return statements && std::none_of(statements->begin(), statements->end(), [](const auto& one) {
           return std::holds_alternative<influx::SelectStatement>(one);
         });
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
                 if (auto allowed = ask(request); !allowed)
                   return send_forbidden(response, allowed.error().message);
                 forward(request, response, proxy);
               },
               {.need = {}, .pool = queries, .only_if_awaited = true, .is_small = is_small});
}

}  // namespace efd::api
