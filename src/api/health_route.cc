// SPDX-License-Identifier: MIT
#include "api/health_route.h"

#include "base/time.h"
#include "influx/duration.h"
#include "json/writer.h"
#include "system/clock.h"

namespace efd::api {
namespace {

using observe::Health;
using observe::Stops;

const char* status_word(bool pass) {
  return pass ? "pass" : "fail";
}

// What takes queries away comes before the first sick part.
std::string message_of(const Health::Report& report) {
  std::string message = report.message(Stops::queries);
  if (message.empty()) message = report.message(Stops::nothing);
  return message.empty() ? "ready for queries and writes" : message;
}

std::string health_body(const Health::Report& report) {
  std::string body;
  json::Writer writer(body, json::Style::go());
  writer.begin_object();
  writer.key("checks");
  writer.begin_array();
  for (const auto& [name, check] : report.checks) {
    writer.begin_object();
    writer.member("message", check.message);
    writer.member("name", name);
    writer.member("status", status_word(check.pass()));
    writer.end_object();
  }
  writer.end_array();
  writer.member("message", message_of(report));
  writer.member("name", "influxdb");
  writer.member("status", status_word(report.goes_on(Stops::queries)));
  writer.member("version", kInfluxVersion);
  writer.end_object();
  return body;
}

std::string ready_body(const std::string& trouble, UtcTime started, UtcTime now) {
  std::string body;
  json::Writer writer(body, json::Style::go());
  writer.begin_object();
  if (!trouble.empty()) writer.member("message", trouble);
  writer.member("started", format_rfc3339(started));
  writer.member("status", trouble.empty() ? "ready" : "unavailable");
  writer.member("up", influx::format_go_duration(now.ns() - started.ns()));
  writer.end_object();
  return body;
}

const http::Headers kJson{{"Content-Type", "application/json"}};

}  // namespace

void add_health_routes(http::Router& router, const Health& health) {
  router.add("GET", "/health", [&health](const http::Request&, http::Response& response) {
    const Health::Report report = health.report();
    response.send(report.goes_on(Stops::queries) ? 200 : 503, kJson, health_body(report));
  });
  auto& clock = system::real_clock();
  const UtcTime started = clock.now();
  router.add("GET", "/ready",
             [&health, &clock, started](const http::Request&, http::Response& response) {
               const std::string trouble = health.report().message(Stops::intake);
               response.send(trouble.empty() ? 200 : 503, kJson,
                             ready_body(trouble, started, clock.now()));
             });
}

}  // namespace efd::api
