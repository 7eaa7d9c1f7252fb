// SPDX-License-Identifier: MIT
// Bodies of requests that the client has compressed (RFC 9110, 8.4). For http's own .cc files.
#pragma once

#include <cstddef>

#include "http/refusal.h"
#include "http/request.h"
#include "net/memory_budget.h"

namespace efd::http {

// Makes the body what it was before it was compressed: gzip (also "x-gzip") or deflate, one or
// several on top of each other, up to kCodingsMax. Refused: a body of more than `body_bytes_max`
// bytes (413), one that is damaged (400), another coding (415), one for which `claim` has no room
// (503). Memory grows with what comes out.
constexpr size_t kCodingsMax = 4;
std::optional<Refusal> unpack_body(Request& request, size_t body_bytes_max,
                                   net::MemoryClaim& claim);

}  // namespace efd::http
