// SPDX-License-Identifier: MIT
#include "api/registry_exchange.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "json/value.h"

namespace efd::api {

using registry::refuse;
using registry::RestCode;
using registry::RestError;
using registry::RestResult;

namespace {

// Best first; what "*/*" gets is the first one.
constexpr std::array<std::string_view, 3> kProduced = {
    "application/vnd.schemaregistry.v1+json",
    "application/vnd.schemaregistry+json",
    "application/json",
};

// Empty: the client accepts none of them.
std::string_view choose_media_type(std::string_view accept) {
  bool takes_any = accept.empty() || http::names_token(accept, "*/*") ||
                   http::names_token(accept, "*");  // as Java's own HTTP client writes it
  if (takes_any) return kProduced.front();
  for (std::string_view type : kProduced) {
    if (http::names_token(accept, type)) return type;
  }
  return http::names_token(accept, "application/*") ? kProduced.front() : std::string_view();
}

bool takes_media_type(const http::Request& request) {
  std::string type = request.media_type();
  return type.empty() || type == "application/octet-stream" ||
         std::find(kProduced.begin(), kProduced.end(), type) != kProduced.end();
}

std::string error_json(int code, std::string_view message) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.member("error_code", code);
  json.member("message", message);
  json.end_object();
  return out;
}

void send_error(http::Response& response, const RestError& error, std::string_view type) {
  http::Headers headers{{"Content-Type", std::string(type)}};
  if (error.status() == 503) headers.add("Retry-After", "1");
  response.send(error.status(), headers, error_json(error.number(), error.message));
}

std::string resource_of(const http::Request& request) {
  for (const auto& [name, value] : request.captures) {
    if (name == "subject") return "subject/" + value;
  }
  return "cluster";
}

RestAnswer answer_of(const http::Request& request, Action action, const RestHandler& handler) {
  if (!takes_media_type(request)) {
    return refuse(RestCode::unsupported_media_type, "HTTP 415 Unsupported Media Type");
  }
  Result<> allowed = authorize(request.caller, action, resource_of(request));
  if (!allowed) return refuse(RestCode::forbidden, "{}", allowed.error().message);
  return handler(request);
}

RestResult<json::Value> object_of_body(const http::Request& request) {
  Result<json::Value> body = json::parse(request.body);
  if (!body) return refuse(RestCode::bad_request, "{}", body.error().message);
  if (!body->is_object()) return refuse(RestCode::bad_request, "The body is no JSON object");
  return std::move(*body);
}

bool is_given(const json::Value& body, std::string_view name) {
  const json::Value* member = body.find(name);
  if (!member || member->is_null()) return false;
  return !member->as_array() || !member->as_array()->empty();
}

// Clients write a number below the first one, -1 as a rule, where they have none.
bool is_number_given(const json::Value& body, std::string_view name, int64_t first) {
  const json::Value* member = body.find(name);
  const int64_t* number = member ? member->as_int64() : nullptr;
  return number ? *number >= first : is_given(body, name);
}

RestResult<size_t> number_of_query(const http::Request& request, std::string_view name,
                                   size_t otherwise) {
  const std::string* text = request.query_value(name);
  if (!text) return otherwise;
  int64_t number = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) {
    return refuse(RestCode::bad_request, "\"{}\" is a number, not '{}'", name, *text);
  }
  return number < 0 ? otherwise : static_cast<size_t>(number);
}

}  // namespace

RestResult<Page> page_of(const http::Request& request) {
  RestResult<size_t> offset = number_of_query(request, "offset", 0);
  if (!offset) return refuse(offset.error());
  RestResult<size_t> limit = number_of_query(request, "limit", SIZE_MAX);
  if (!limit) return refuse(limit.error());
  return Page{*offset, *limit};
}

http::Handler rest_handler(Action action, RestHandler handler) {
  return [action, handler = std::move(handler)](const http::Request& request,
                                                http::Response& response) {
    std::string_view type = choose_media_type(request.headers.find("Accept"));
    if (type.empty()) {
      RestError error{RestCode::not_acceptable, "HTTP 406 Not Acceptable"};
      return send_error(response, error, kProduced.front());
    }
    RestAnswer answer = answer_of(request, action, handler);
    if (!answer) return send_error(response, answer.error(), type);
    response.send(200, {{"Content-Type", std::string(type)}}, std::move(*answer));
  };
}

http::ErrorBody rest_error_body(int status, std::string_view message) {
  bool is_named = status == 404 || status == 405;  // in the words of Confluent's server
  std::string named = fmt::format("HTTP {} {}", status, http::reason_phrase(status));
  return {std::string(kProduced.front()), error_json(status, is_named ? named : message)};
}

bool has_flag(const http::Request& request, std::string_view name) {
  const std::string* value = request.query_value(name);
  return value && http::equal_ignoring_case(*value, "true");
}

RestResult<std::string> schema_of_body(const http::Request& request) {
  RestResult<json::Value> body = object_of_body(request);
  if (!body) return refuse(body.error());
  const std::string* type = body->find_string("schemaType");
  if (type && *type != "AVRO") {
    return refuse(RestCode::invalid_schema, "Invalid schema type {}: this registry takes AVRO",
                  *type);
  }
  for (const char* name : {"references", "metadata", "ruleSet"}) {
    if (!is_given(*body, name)) continue;
    return refuse(RestCode::invalid_schema, "\"{}\" of a schema is not supported yet", name);
  }
  if (has_flag(request, "normalize")) {
    return refuse(RestCode::not_permitted, "normalize=true is not supported yet");
  }
  if (is_number_given(*body, "id", 0) || is_number_given(*body, "version", 1)) {
    return refuse(RestCode::not_permitted, "Subject {} is not in import mode",
                  request.capture("subject"));
  }
  const std::string* schema = body->find_string("schema");
  if (!schema) return refuse(RestCode::invalid_schema, "Empty schema");
  return *schema;
}

RestResult<std::string> level_of_body(const http::Request& request) {
  RestResult<json::Value> body = object_of_body(request);
  if (!body) return refuse(body.error());
  const std::string* level = body->find_string("compatibility");
  if (!level) return refuse(RestCode::bad_request, "\"compatibility\" is missing");
  std::string upper = *level;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

RestResult<registry::VersionChoice> parse_version(std::string_view text) {
  if (text == "latest" || text == "-1") return registry::VersionChoice{};
  int32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number > 0) {
    return registry::VersionChoice{number};
  }
  return refuse(RestCode::invalid_version,
                "The specified version '{}' is not a valid version id. Allowed values are between "
                "[1, 2^31-1] and the string \"latest\"",
                text);
}

}  // namespace efd::api
