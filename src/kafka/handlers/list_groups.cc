// SPDX-License-Identifier: MIT
#include <algorithm>

#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

constexpr std::string_view kGroupType = "classic";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// An empty filter lets everything through.
bool passes(std::span<const std::string_view> filter, std::string_view word) {
  return filter.empty() || std::any_of(filter.begin(), filter.end(), [&](std::string_view wanted) {
           return is_same_word(wanted, word);
         });
}

}  // namespace

ListGroupsResponse handle(Call& call, const ListGroupsRequest& request) {
  ListGroupsResponse response;
  if (call.service.groups.unreadable()) {
    response.error_code = KafkaError::coordinator_not_available;
    return response;
  }
  if (!passes(request.types_filter, kGroupType)) return response;
  std::vector<groups::GroupListing> groups = call.service.groups.list();
  response.groups = call.arena.array<ListedGroup>(groups.size());
  size_t count = 0;
  for (const groups::GroupListing& group : groups) {
    std::string_view state = to_string(group.state);
    if (!passes(request.states_filter, state)) continue;
    if (!may_use_group(call.caller, Action::describe, group.group)) continue;
    response.groups[count++] = {call.arena.copy(group.group), call.arena.copy(group.protocol_type),
                                state, kGroupType};
  }
  response.groups = response.groups.first(count);
  return response;
}

}  // namespace efd::kafka
