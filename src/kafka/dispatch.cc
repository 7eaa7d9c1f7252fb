// SPDX-License-Identifier: MIT
#include "kafka/dispatch.h"

#include "kafka/handlers/handlers.h"
#include "kafka/protocol/frame.h"

namespace efd::kafka {
namespace {

template <class Api>
bool answer(Call& call, std::string_view body, std::string& out) {
  typename Api::Request request;
  if (!decode_request<Api>(body, call.version, call.arena, request)) return false;
  append_answer<Api>(handle(call, request), call.version, call.correlation_id, out);
  return true;
}

template <class Api>
bool begin(LaterCallPointer call, std::string_view body) {
  typename Api::Request request;
  int16_t version = call->header.request_api_version;
  if (!decode_request<Api>(body, version, call->arena, request)) return false;
  handle_later(std::move(call), request);
  return true;
}

template <class Api>
concept AnsweredLater = requires(LaterCallPointer call, const typename Api::Request& request) {
  handle_later(call, request);
};

template <class Api>
constexpr size_t index_of() {
  size_t index = 0;
  while (kApiDescriptions[index].key != Api::kDescription.key) ++index;
  return index;
}

template <class Api>
constexpr Route route() {
  constexpr ApiDescription kApi = Api::kDescription;
  constexpr size_t kIndex = index_of<Api>();
  if constexpr (std::is_same_v<Api, ProduceApi>) {
    return {kApi, Where::produce, kIndex, nullptr};
  } else if constexpr (std::is_same_v<Api, FetchApi>) {
    return {kApi, Where::fetch, kIndex, nullptr};
  } else if constexpr (AnsweredLater<Api>) {
    return {kApi, Where::later, kIndex, nullptr, begin<Api>};
  } else if constexpr (std::is_same_v<Api, ApiVersionsApi> || std::is_same_v<Api, HeartbeatApi>) {
    return {kApi, Where::loop, kIndex, answer<Api>};
  } else {
    return {kApi, Where::pool, kIndex, answer<Api>};
  }
}

const std::array<Route, kApiCount> kRoutes =
    for_each_api([](auto api) { return route<decltype(api)>(); });

}  // namespace

const Route* find_route(int16_t api_key) {
  for (const Route& route : kRoutes) {
    if (route.api.key == api_key) return &route;
  }
  return nullptr;
}

}  // namespace efd::kafka
