// SPDX-License-Identifier: MIT
// ApiVersions: which APIs and versions the server speaks (KIP-35, KIP-511).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct ApiVersionsRequest {
  std::string_view client_software_name{};
  std::string_view client_software_version{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("client_software_name", self.client_software_name, {.since = 3});
    visit("client_software_version", self.client_software_version, {.since = 3});
  }
};

struct ApiVersion {
  int16_t api_key = 0;
  int16_t min_version = 0;
  int16_t max_version = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("api_key", self.api_key);
    visit("min_version", self.min_version);
    visit("max_version", self.max_version);
  }
};

struct SupportedFeatureKey {
  std::string_view name{};
  int16_t min_version = 0;
  int16_t max_version = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name, {.since = 3});
    visit("min_version", self.min_version, {.since = 3});
    visit("max_version", self.max_version, {.since = 3});
  }
};

struct FinalizedFeatureKey {
  std::string_view name{};
  int16_t max_version_level = 0;
  int16_t min_version_level = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name, {.since = 3});
    visit("max_version_level", self.max_version_level, {.since = 3});
    visit("min_version_level", self.min_version_level, {.since = 3});
  }
};

struct ApiVersionsResponse {
  KafkaError error_code = KafkaError::none;
  std::span<ApiVersion> api_keys{};
  int32_t throttle_time_ms = 0;
  std::span<SupportedFeatureKey> supported_features{};
  int64_t finalized_features_epoch = -1;
  std::span<FinalizedFeatureKey> finalized_features{};
  bool zk_migration_ready = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("error_code", self.error_code);
    visit("api_keys", self.api_keys);
    visit("throttle_time_ms", self.throttle_time_ms, {.since = 1});
    visit.tagged(0, "supported_features", self.supported_features, {.since = 3});
    visit.tagged(1, "finalized_features_epoch", self.finalized_features_epoch, {.since = 3},
                 int64_t{-1});
    visit.tagged(2, "finalized_features", self.finalized_features, {.since = 3});
    visit.tagged(3, "zk_migration_ready", self.zk_migration_ready, {.since = 3});
  }
};

struct ApiVersionsApi {
  using Request = ApiVersionsRequest;
  using Response = ApiVersionsResponse;
  static constexpr ApiDescription kDescription{
      .key = 18, .name = "ApiVersions", .first = 0, .last = 4, .flexible_since = 3};
};

}  // namespace efd::kafka
