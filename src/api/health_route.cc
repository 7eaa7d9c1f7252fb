// SPDX-License-Identifier: MIT
#include "api/health_route.h"

#include "json/writer.h"

namespace efd::api {
namespace {

const char* status_word(bool pass) {
  return pass ? "pass" : "fail";
}

std::string health_body(const observe::Health::Report& report) {
  std::string body;
  json::Writer writer(body, json::Style::go());
  writer.begin_object();
  writer.key("checks");
  writer.begin_array();
  for (const auto& [name, check] : report.checks) {
    writer.begin_object();
    writer.member("message", check.message);
    writer.member("name", name);
    writer.member("status", status_word(check.pass));
    writer.end_object();
  }
  writer.end_array();
  writer.member("message", report.message);
  writer.member("name", "influxdb");
  writer.member("status", status_word(report.pass));
  writer.member("version", kInfluxVersion);
  writer.end_object();
  return body;
}

}  // namespace

void add_health_route(http::Router& router, const observe::Health& health) {
  router.add("GET", "/health", [&health](const http::Request&, http::Response& response) {
    const observe::Health::Report report = health.report();
    response.send(report.pass ? 200 : 503, {{"Content-Type", "application/json"}},
                  health_body(report));
  });
}

}  // namespace efd::api
