// SPDX-License-Identifier: MIT
#include "api/registry_routes.h"

#include <charconv>

#include "api/registry_exchange.h"
#include "json/writer.h"

namespace efd::api {

using http::Request;
using registry::Deleted;
using registry::EmbeddedRegistry;
using registry::refuse;
using registry::RestCode;
using registry::RestResult;
using registry::StoredSchema;
using registry::SubjectVersion;

namespace {

// Adds routes whose handler asks for the caller's rights; what changes schemas waits for the log,
// on a pool of its own.
class RestRouter {
 public:
  RestRouter(http::Router& router, net::Pool* writes) : router_(router), writes_(writes) {}
  void add(const char* method, std::string_view pattern, http::Handler handler) const {
    const bool reads = method == std::string_view("GET");
    router_.add(method, pattern, std::move(handler),
                {.need = {}, .pool = reads ? nullptr : writes_});
  }

 private:
  http::Router& router_;
  net::Pool* const writes_;
};

// ------------------------------------------------------------------------------------ JSON answers

template <class Write>
std::string json_object(Write write) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  write(json);
  json.end_object();
  return out;
}

template <class List, class Write>
std::string json_array(const List& list, Write write) {
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const auto& one : list) write(json, one);
  json.end_array();
  return out;
}

std::string numbers_json(const std::vector<int32_t>& numbers) {
  return json_array(numbers, [](json::Writer& json, int32_t number) { json.value(number); });
}

std::string version_json(const SubjectVersion& version) {
  return json_object([&](json::Writer& json) {
    json.member("subject", version.subject.value());
    json.member("version", version.version);
    json.member("id", version.id.value());
    if (version.type != "AVRO") json.member("schemaType", version.type);
    if (!version.references.empty()) {
      json.key("references");
      json.raw(version.references);
    }
    json.member("schema", version.text);
  });
}

std::string schema_json(const StoredSchema& schema) {
  return json_object([&](json::Writer& json) {
    if (schema.type != "AVRO") json.member("schemaType", schema.type);
    json.member("schema", schema.text);
    if (schema.references.empty()) return;
    json.key("references");
    json.raw(schema.references);
  });
}

std::string level_json(std::string_view name, std::string_view level) {
  return json_object([&](json::Writer& json) { json.member(name, level); });
}

// ------------------------------------------------------------------------------- parts of requests

Subject subject_of(const Request& request) {
  return Subject(request.capture("subject"));
}

Deleted deleted_of(const Request& request) {
  if (has_flag(request, "deletedOnly")) return Deleted::only;
  return has_flag(request, "deleted") ? Deleted::with : Deleted::without;
}

RestResult<SchemaId> id_of(const Request& request) {
  const std::string& text = request.capture("id");
  int32_t id = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error == std::errc() && end == text.data() + text.size()) return SchemaId(id);
  return refuse(RestCode::not_found, "HTTP 404 Not Found");
}

RestResult<void> refuse_permanent(const Request& request) {
  if (!has_flag(request, "permanent")) return {};
  return refuse(RestCode::not_permitted,
                "permanent=true is not supported yet: schemas stay "
                "readable by their ids");
}

// ------------------------------------------------------------------------------------------
// schemas

using SubjectVersions = std::vector<std::pair<Subject, int32_t>>;

RestResult<SubjectVersions> versions_of_id(EmbeddedRegistry& registry, const Request& request) {
  RestResult<Page> page = page_of(request);
  if (!page) return refuse(page.error());
  return id_of(request)
      .and_then([&](SchemaId id) { return registry.versions_of(id, deleted_of(request)); })
      .map([&](SubjectVersions found) { return page->cut(std::move(found)); });
}

void add_schema_routes(const RestRouter& router, EmbeddedRegistry& registry) {
  router.add("GET", "/schemas/types",
             rest_handler(Action::read, [](const Request&) -> RestAnswer { return "[\"AVRO\"]"; }));
  router.add("GET", "/schemas/ids/{id}",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               return id_of(request)
                   .and_then([&](SchemaId id) { return registry.schema(id); })
                   .map(schema_json);
             }));
  router.add("GET", "/schemas/ids/{id}/schema",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               return id_of(request)
                   .and_then([&](SchemaId id) { return registry.schema(id); })
                   .map([](const StoredSchema& schema) { return schema.text; });
             }));
  router.add("GET", "/schemas/ids/{id}/subjects",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               auto found = versions_of_id(registry, request);
               if (!found) return refuse(found.error());
               return json_array(*found, [](json::Writer& json, const auto& one) {
                 json.value(one.first.value());
               });
             }));
  router.add("GET", "/schemas/ids/{id}/versions",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               auto found = versions_of_id(registry, request);
               if (!found) return refuse(found.error());
               return json_array(*found, [](json::Writer& json, const auto& one) {
                 json.begin_object();
                 json.member("subject", one.first.value());
                 json.member("version", one.second);
                 json.end_object();
               });
             }));
}

// -----------------------------------------------------------------------------------------
// subjects

void add_subject_routes(const RestRouter& router, EmbeddedRegistry& registry) {
  router.add("GET", "/subjects",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               RestResult<Page> page = page_of(request);
               if (!page) return refuse(page.error());
               const std::string* prefix = request.query_value("subjectPrefix");
               auto found = registry.subjects(prefix ? *prefix : "", deleted_of(request));
               return json_array(
                   page->cut(std::move(found)),
                   [](json::Writer& json, const Subject& subject) { json.value(subject.value()); });
             }));
  router.add("POST", "/subjects/{subject}",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               RestResult<std::string> schema = schema_of_body(request);
               if (!schema) return refuse(schema.error());
               return registry.look_up(subject_of(request), *schema, deleted_of(request))
                   .map(version_json);
             }));
  router.add("DELETE", "/subjects/{subject}",
             rest_handler(Action::remove, [&registry](const Request& request) -> RestAnswer {
               if (auto soft = refuse_permanent(request); !soft) return refuse(soft.error());
               return registry.remove_subject(subject_of(request)).map(numbers_json);
             }));
}

RestResult<SubjectVersion> find_version(EmbeddedRegistry& registry, const Request& request) {
  auto choice = parse_version(request.capture("version"));
  if (!choice) return refuse(choice.error());
  return registry.version(subject_of(request), *choice, deleted_of(request));
}

void add_version_routes(const RestRouter& router, EmbeddedRegistry& registry) {
  router.add("GET", "/subjects/{subject}/versions",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               RestResult<Page> page = page_of(request);
               if (!page) return refuse(page.error());
               return registry.versions(subject_of(request), deleted_of(request))
                   .map([&](std::vector<int32_t> versions) {
                     return numbers_json(page->cut(std::move(versions)));
                   });
             }));
  router.add("POST", "/subjects/{subject}/versions",
             rest_handler(Action::write, [&registry](const Request& request) -> RestAnswer {
               RestResult<std::string> schema = schema_of_body(request);
               if (!schema) return refuse(schema.error());
               auto id = registry.register_schema(subject_of(request), *schema);
               if (!id) return refuse(id.error());
               return json_object([&](json::Writer& json) { json.member("id", id->value()); });
             }));
  router.add("GET", "/subjects/{subject}/versions/{version}",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               return find_version(registry, request).map(version_json);
             }));
  router.add("GET", "/subjects/{subject}/versions/{version}/schema",
             rest_handler(Action::read, [&registry](const Request& request) -> RestAnswer {
               return find_version(registry, request).map([](const SubjectVersion& version) {
                 return version.text;
               });
             }));
  router.add(
      "DELETE", "/subjects/{subject}/versions/{version}",
      rest_handler(Action::remove, [&registry](const Request& request) -> RestAnswer {
        if (auto soft = refuse_permanent(request); !soft) return refuse(soft.error());
        auto choice = parse_version(request.capture("version"));
        if (!choice) return refuse(choice.error());
        return registry.remove_version(subject_of(request), *choice).map([](int32_t version) {
          return std::to_string(version);
        });
      }));
}

// ------------------------------------------------------------------------------------
// configuration

RestAnswer subject_level(const EmbeddedRegistry& registry, const Request& request) {
  std::optional<std::string> level = registry.level(subject_of(request));
  if (!level && has_flag(request, "defaultToGlobal")) level = registry.level();
  if (level) return level_json("compatibilityLevel", *level);
  return refuse(RestCode::subject_level_not_found,
                "Subject '{}' does not have subject-level compatibility configured",
                request.capture("subject"));
}

RestAnswer set_level(EmbeddedRegistry& registry, const Request& request,
                     const std::optional<Subject>& subject) {
  RestResult<std::string> wanted = level_of_body(request);
  if (!wanted) return refuse(wanted.error());
  auto level = registry.set_level(subject, *wanted);
  if (!level) return refuse(level.error());
  return level_json("compatibility", *level);
}

// GET answers with another name than PUT takes and gives: Confluent's way.
void add_config_routes(const RestRouter& router, EmbeddedRegistry& registry) {
  router.add("GET", "/config",
             rest_handler(Action::describe, [&registry](const Request&) -> RestAnswer {
               return level_json("compatibilityLevel", registry.level());
             }));
  router.add("PUT", "/config",
             rest_handler(Action::alter, [&registry](const Request& request) -> RestAnswer {
               return set_level(registry, request, std::nullopt);
             }));
  router.add("GET", "/config/{subject}",
             rest_handler(Action::describe, [&registry](const Request& request) -> RestAnswer {
               return subject_level(registry, request);
             }));
  router.add("PUT", "/config/{subject}",
             rest_handler(Action::alter, [&registry](const Request& request) -> RestAnswer {
               return set_level(registry, request, subject_of(request));
             }));
  router.add("DELETE", "/config/{subject}",
             rest_handler(Action::alter, [&registry](const Request& request) -> RestAnswer {
               auto level = registry.remove_level(subject_of(request));
               if (!level) return refuse(level.error());
               return level_json("compatibilityLevel", *level);
             }));
  router.add("GET", "/mode", rest_handler(Action::describe, [](const Request&) -> RestAnswer {
               return "{\"mode\":\"READWRITE\"}";
             }));
}

}  // namespace

void add_registry_routes(http::Router& to, EmbeddedRegistry& registry, net::Pool* writes) {
  to.ignore_last_slash();  // as the Confluent registry does
  to.set_error_format(rest_error_body);
  const RestRouter router(to, writes);
  router.add("GET", "/",
             rest_handler(Action::describe, [](const Request&) -> RestAnswer { return "{}"; }));
  add_schema_routes(router, registry);
  add_subject_routes(router, registry);
  add_version_routes(router, registry);
  add_config_routes(router, registry);
}

}  // namespace efd::api
