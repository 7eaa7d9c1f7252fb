// SPDX-License-Identifier: MIT
// What the handlers of groups have in common: names of the protocol to names of the coordinator.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "groups/group_messages.h"

namespace efd::kafka {

inline std::optional<std::string> owned(const std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

// Of a request that says who speaks.
template <class Request>
groups::GroupMember group_member(const Request& request, int32_t generation) {
  return {std::string(request.group_id), std::string(request.member_id),
          owned(request.group_instance_id), generation};
}

}  // namespace efd::kafka
