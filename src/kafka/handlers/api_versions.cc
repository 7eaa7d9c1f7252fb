// SPDX-License-Identifier: MIT
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// [a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])? (KIP-511).
bool is_software_word(std::string_view word) {
  if (word.empty() || !is_alphanumeric(word.front()) || !is_alphanumeric(word.back())) return false;
  for (char c : word) {
    if (!is_alphanumeric(c) && c != '-' && c != '.') return false;
  }
  return true;
}

ApiVersion listed(const ApiDescription& api) {
  return {.api_key = api.key, .min_version = api.first_listed(), .max_version = api.last};
}

}  // namespace

ApiVersionsResponse handle(Call& call, const ApiVersionsRequest& request) {
  ApiVersionsResponse response;
  bool names_software = call.version >= 3;
  if (names_software && !(is_software_word(request.client_software_name) &&
                          is_software_word(request.client_software_version))) {
    response.error_code = KafkaError::invalid_request;
    return response;
  }
  response.api_keys = call.arena.array<ApiVersion>(kApiCount);
  for (size_t i = 0; i < kApiCount; ++i) response.api_keys[i] = listed(kApiDescriptions[i]);
  return response;
}

ApiVersionsResponse unknown_version_answer(Arena& arena) {
  ApiVersionsResponse response;
  response.error_code = KafkaError::unsupported_version;
  response.api_keys = arena.array<ApiVersion>(1);
  response.api_keys[0] = listed(ApiVersionsApi::kDescription);
  return response;
}

}  // namespace efd::kafka
