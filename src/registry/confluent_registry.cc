// SPDX-License-Identifier: MIT
#include "registry/confluent_registry.h"

#include <limits>

#include "http/uri.h"
#include "json/value.h"
#include "registry/rest_error.h"

namespace efd::registry {

namespace {

constexpr std::string_view kContentType = "application/vnd.schemaregistry.v1+json";

http::Headers headers() {
  return {{"Accept", std::string(kContentType)}, {"Content-Type", std::string(kContentType)}};
}

// What a refusal says, in the registry's own words if it has any. A 404 without Confluent's error
// code is some other server's: it says nothing about a schema.
Error refusal(const http::Answer& answer) {
  RestError error{static_cast<RestCode>(answer.status),
                  fmt::format("HTTP {} {}", answer.status, http::reason_phrase(answer.status))};
  Result<json::Value> body = json::parse(answer.body);
  const json::Value* code = body ? body->find("error_code") : nullptr;
  if (answer.status == 404 && (!code || code->number() < 40400)) {
    return {ErrorCode::retry, error.message + ": is it a schema registry?"};
  }
  if (body && body->find_string("message")) error.message = *body->find_string("message");
  return to_error(error);
}

Result<json::Value> parse_answer(const Result<http::Answer>& answer, const std::string& url) {
  if (!answer) return fail(answer.error());
  if (!answer->is_ok()) return fail_in("registry " + url, refusal(*answer));
  Result<json::Value> body = json::parse(answer->body);
  if (!body) return fail(ErrorCode::retry, "registry {}: {}", url, body.error().message);
  return body;
}

Result<int32_t> number(const json::Value& object, std::string_view name, const std::string& url) {
  const json::Value* member = object.find(name);
  const int64_t* found = member ? member->as_int64() : nullptr;
  if (found && *found > 0 && *found <= std::numeric_limits<int32_t>::max()) {
    return static_cast<int32_t>(*found);
  }
  return fail(ErrorCode::retry, "registry {}: answered without \"{}\"", url, name);
}

Result<std::string> text(const json::Value& object, std::string_view name, const std::string& url) {
  const std::string* found = object.find_string(name);
  if (found) return *found;
  return fail(ErrorCode::retry, "registry {}: answered without \"{}\"", url, name);
}

}  // namespace

Result<std::unique_ptr<ConfluentRegistry>> ConfluentRegistry::open(
    std::string_view url, ConfluentRegistryOptions options) {
  EFD_ASSIGN(http::Client client, http::Client::open(url, options.http));
  return std::unique_ptr<ConfluentRegistry>(
      new ConfluentRegistry(std::move(client), options.cache));
}

Result<SchemaId> ConfluentRegistry::add(const Subject& subject, std::string_view schema) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.member("schema", schema);
  json.end_object();
  std::string target = "/subjects/" + http::percent_encode(subject.value()) + "/versions";
  EFD_ASSIGN(json::Value answer,
             parse_answer(client_.post(target, body, headers()), client_.url()));
  EFD_ASSIGN(int32_t id, number(answer, "id", client_.url()));
  return SchemaId(id);
}

Result<std::shared_ptr<const RegisteredSchema>> ConfluentRegistry::find(SchemaId id) {
  if (auto cached = cache_.find(id)) return cached;
  std::string target = fmt::format("/schemas/ids/{}", id.value());
  Result<json::Value> answer = parse_answer(client_.get(target, headers()), client_.url());
  if (!answer) return fail(answer.error());
  const std::string* type = answer->find_string("schemaType");
  if (type && *type != "AVRO") {
    return fail(ErrorCode::bad_input, "schema {} is no Avro schema but {}", id.value(), *type);
  }
  EFD_ASSIGN(std::string schema_text, text(*answer, "schema", client_.url()));
  Result<avro::Schema> schema = avro::Schema::parse(schema_text);
  if (!schema) return fail_in(fmt::format("schema {}", id.value()), schema.error());
  auto found = std::make_shared<const RegisteredSchema>(
      RegisteredSchema{id, std::move(schema_text), std::move(*schema)});
  cache_.put(found);
  return found;
}

Result<SubjectVersion> ConfluentRegistry::latest(const Subject& subject) {
  std::string target = "/subjects/" + http::percent_encode(subject.value()) + "/versions/latest";
  EFD_ASSIGN(json::Value answer, parse_answer(client_.get(target, headers()), client_.url()));
  SubjectVersion found{subject, 0, {}, {}};
  EFD_ASSIGN(found.version, number(answer, "version", client_.url()));
  EFD_ASSIGN(int32_t id, number(answer, "id", client_.url()));
  EFD_ASSIGN(found.text, text(answer, "schema", client_.url()));
  found.id = SchemaId(id);
  return found;
}

}  // namespace efd::registry
