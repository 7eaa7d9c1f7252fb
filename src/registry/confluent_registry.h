// SPDX-License-Identifier: MIT
// A client of Confluent's REST interface: Confluent Schema Registry, Karapace, Apicurio, or ours.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/client.h"
#include "registry/registry.h"
#include "registry/schema_cache.h"

namespace efd::registry {

struct ConfluentRegistryOptions {
  http::ClientOptions http;
  SchemaCacheOptions cache;
};

// Thread-safe. Schemas never change under their id: one that was found is never asked for again
// while the cache holds it. An id that the registry does not know is asked for each time: it may
// have been registered since.
class ConfluentRegistry final : public SchemaRegistry {
 public:
  // "http://HOST:PORT[/PREFIX]". Does not connect yet.
  static Result<std::unique_ptr<ConfluentRegistry>> open(std::string_view url,
                                                         ConfluentRegistryOptions options = {});

  Result<SchemaId> add(const Subject& subject, std::string_view schema) override;
  Result<std::shared_ptr<const RegisteredSchema>> find(SchemaId id) override;
  Result<SubjectVersion> latest(const Subject& subject) override;

 private:
  ConfluentRegistry(http::Client client, SchemaCacheOptions cache)
      : client_(std::move(client)), cache_(cache) {}

  http::Client client_;
  SchemaCache cache_;
};

}  // namespace efd::registry
