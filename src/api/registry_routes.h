// SPDX-License-Identifier: MIT
// Confluent's REST interface of the embedded registry, as its clients use it (confluent-kafka,
// kafkit, the Java serialisers):
// https://docs.confluent.io/platform/current/schema-registry/develop/api.html
#pragma once

#include "http/router.h"
#include "registry/embedded_registry.h"

namespace efd::api {

// Also sets the router's error format. `registry` outlives the router. What may change schemas runs
// on `writes`, which outlives the server, or, when it is null, on the server's pool.
void add_registry_routes(http::Router& router, registry::EmbeddedRegistry& registry,
                         net::Pool* writes = nullptr);

}  // namespace efd::api
