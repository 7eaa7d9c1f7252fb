// SPDX-License-Identifier: MIT
#include "api/influx_routes.h"

#include "api/health_route.h"
#include "api/influx_request.h"
#include "base/ids.h"
#include "observe/log.h"
#include "query/answer.h"

namespace efd::api {
namespace {

using http::Headers;
using http::Request;
using http::Response;

constexpr size_t kErrorHeaderBytesMax = 1024;

// Sent back as it came, or made here.
std::string request_id(const Request& request) {
  for (const char* name : {"X-Request-Id", "Request-Id"}) {
    const std::string_view given = request.headers.find(name);
    if (!given.empty()) return std::string(given);
  }
  std::string id = Uuid::random().hex();
  for (size_t dash : {8, 13, 18, 23}) id.insert(dash, 1, '-');
  return id;
}

// Lets web pages of other origins read the answer (CORS).
void add_cross_origin(const Request& request, Headers& headers) {
  const std::string_view origin = request.headers.find("Origin");
  if (origin.empty()) return;
  headers.add("Access-Control-Allow-Origin", std::string(origin));
  headers.add("Access-Control-Allow-Methods", "DELETE, GET, OPTIONS, POST, PUT");
  headers.add("Access-Control-Allow-Headers",
              "Accept, Accept-Encoding, Authorization, Content-Length, Content-Type, X-CSRF-Token, "
              "X-HTTP-Method-Override");
  headers.add("Access-Control-Expose-Headers", "Date, X-InfluxDB-Version, X-InfluxDB-Build");
}

Headers answer_headers(const Request& request, std::string content_type) {
  const std::string id = request_id(request);
  Headers headers{
      {"Content-Type", std::move(content_type)}, {"Request-Id", id}, {"X-Request-Id", id}};
  add_cross_origin(request, headers);
  return headers;
}

void send_error(const Request& request, Response& response, int status,
                const std::string& message) {
  const AcceptedFormat accepted = accepted_format(request.headers.find("Accept"));
  Headers headers = answer_headers(request, accepted.content_type);
  headers.add("X-InfluxDB-Error", message.substr(0, kErrorHeaderBytesMax));
  response.send(status, headers,
                query::error_answer(accepted.format, wants_pretty(request), message));
}

int status_of(const Error& error) {
  if (error.message.starts_with("error authorizing query")) return 403;
  if (error.code == ErrorCode::bad_input || error.code == ErrorCode::not_found) return 400;
  if (error.message.starts_with("not supported yet")) return 501;
  return error.code == ErrorCode::overload ? 503 : 500;
}

// Streams what the engine finds; the status goes out with the first bytes.
Result<> run_query(const InfluxRequest& asked, const Request& request, Response& response,
                   query::QueryEngine& engine) {
  const std::string content_type = accepted_format(request.headers.find("Accept")).content_type;
  auto begin = [&]() -> Result<> {
    if (response.has_begun()) return {};
    return response.begin(200, answer_headers(request, content_type));
  };
  auto writer = query::make_answer_writer(asked.answer, [&](std::string_view bytes) -> Result<> {
    EFD_TRY(begin());
    EFD_TRY(response.write(bytes));
    if (asked.answer.chunked) return response.flush();
    return {};
  });
  EFD_TRY(engine.run(asked.query, *writer, request.stop));
  EFD_TRY(writer->finish());
  EFD_TRY(begin());
  return response.end();
}

// Runs the statements, gives no answer.
Result<> run_async(const InfluxRequest& asked, const Request& request, Response& response,
                   query::QueryEngine& engine) {
  auto writer = query::make_answer_writer({}, [](std::string_view) { return Result<>(); });
  EFD_TRY(engine.run(asked.query, *writer, request.stop));
  response.send(204, answer_headers(request, "application/json"), "");
  return {};
}

// Of a query in a line of the log.
constexpr size_t kLoggedTextMax = 200;

// Where nothing has left yet the client is told; else it sees that the answer is not whole, and the
// log says why.
void break_off(const InfluxRequest& asked, const Request& request, Response& response,
               const Error& why) {
  if (response.has_left()) {
    if (why.code != ErrorCode::cancelled)
      observe::warn("query", "an answer was broken off: {}: {}", why.message,
                    asked.query.text.substr(0, kLoggedTextMax));
    return response.abort();
  }
  if (response.has_begun()) response.restart();
  send_error(request, response, status_of(why), why.message);
}

void handle_query(const Request& request, Response& response, query::QueryEngine& engine) {
  auto asked = parse_influx_request(request);
  if (!asked) return send_error(request, response, 400, asked.error().message);
  asked->query.waited_ns = [&response] { return response.waited_ns(); };
  const Result<> done = asked->async ? run_async(*asked, request, response, engine)
                                     : run_query(*asked, request, response, engine);
  if (!done) break_off(*asked, request, response, done.error());
}

bool is_small_query(const Request& request, query::QueryEngine& engine) {
  const auto asked = parse_influx_request(request);
  return !asked || engine.is_small(asked->query);
}

void handle_ping(const Request& request, Response& response) {
  const Headers headers = answer_headers(request, "application/json");
  const std::string* verbose = request.query_value("verbose");
  const bool is_verbose = verbose && !verbose->empty() && *verbose != "0" && *verbose != "false";
  if (!is_verbose) return response.send(204, headers, "");
  response.send(200, headers, std::string("{\"version\":\"") + kInfluxVersion + "\"}");
}

void handle_options(const Request& request, Response& response) {
  response.send(200, answer_headers(request, "application/json"), "");
}

}  // namespace

http::ErrorBody influx_error_body(int status, std::string_view) {
  std::string text =
      status == 404 ? "404 page not found\n" : std::string(http::reason_phrase(status)) + "\n";
  return {"text/plain; charset=utf-8", std::move(text)};
}

void add_influx_routes(http::Router& router, query::QueryEngine& engine, net::Pool* queries) {
  router.add_header("X-Influxdb-Version", kInfluxVersion);
  router.add_header("X-Influxdb-Build", "OSS");
  router.set_error_format(influx_error_body);
  router.add("GET", "/ping", handle_ping, {.inline_on_loop = true});
  router.add("GET", "/status",
             [](const Request& request, Response& response) {
               response.send(204, answer_headers(request, "application/json"), "");
             },
             {.inline_on_loop = true});
  const auto query = [&engine](const Request& request, Response& response) {
    handle_query(request, response, engine);
  };
  const http::RouteOptions options{
      .need = {},
      .pool = queries,
      .only_if_awaited = true,
      .is_small = [&engine](const Request& request) { return is_small_query(request, engine); }};
  router.add("GET", "/query", query, options);
  router.add("POST", "/query", query, options);
  const http::RouteOptions preflight{
      .need = {}, .authenticates = false, .inline_on_loop = true};  // browsers ask unnamed
  router.add("OPTIONS", "/query", handle_options, preflight);
  router.add("POST", "/write", [](const Request& request, Response& response) {
    send_error(request, response, 501, "not supported yet: writing points by HTTP");
  });
  router.add("OPTIONS", "/write", handle_options, preflight);
}

}  // namespace efd::api
