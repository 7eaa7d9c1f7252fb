// SPDX-License-Identifier: MIT
// What stands before every request and answer.
#pragma once

#include "kafka/protocol/fields.h"

namespace efd::kafka {

// Version 1, or 2 (with tags) where the API's version is flexible; 0 was ControlledShutdown's.
struct RequestHeader {
  static constexpr int16_t kFlexibleSince = 2;

  int16_t request_api_key = 0;
  int16_t request_api_version = 0;
  int32_t correlation_id = 0;
  ClassicString client_id{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("request_api_key", self.request_api_key);
    visit("request_api_version", self.request_api_version);
    visit("correlation_id", self.correlation_id);
    visit("client_id", self.client_id, {.since = 1, .null_since = 1});
  }
};

// Version 0, or 1 (with tags) where the API's version is flexible; ApiVersions always answers with
// 0, so that a client can read the answer before it knows the server (KIP-511).
struct ResponseHeader {
  static constexpr int16_t kFlexibleSince = 1;

  int32_t correlation_id = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("correlation_id", self.correlation_id);
  }
};

}  // namespace efd::kafka
