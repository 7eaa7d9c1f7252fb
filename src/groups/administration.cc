// SPDX-License-Identifier: MIT
#include <algorithm>

#include "groups/coordinator_state.h"

namespace efd::groups {

using State = GroupCoordinator::State;

std::vector<GroupListing> State::list() const {
  std::vector<GroupListing> listings;
  {
    std::lock_guard lock(mutex);
    for (const auto& [name, group] : groups)
      listings.push_back({name, group->protocol_type(), group->state()});
  }
  std::sort(listings.begin(), listings.end(),
            [](const GroupListing& a, const GroupListing& b) { return a.group < b.group; });
  return listings;
}

GroupDescription State::describe(const std::string& name) const {
  std::lock_guard lock(mutex);
  auto found = groups.find(name);
  return found == groups.end() ? GroupDescription() : found->second->describe();
}

void State::delete_groups(const std::vector<std::string>& names, OnGroupsDeleted done) {
  std::vector<GroupError> errors;
  Result<uint64_t> stored = uint64_t{0};
  {
    std::lock_guard lock(mutex);
    for (const std::string& name : names) errors.push_back(delete_group(name));
    stored = append();
  }
  answer_stored(stored, std::move(errors), std::move(done));
}

GroupError State::delete_group(const std::string& name) {
  Group* group = find(name);
  if (!group) return GroupError::group_id_not_found;
  if (group->state() != GroupState::empty) return GroupError::non_empty_group;
  erase_group(*group);
  return GroupError::none;
}

// Gathered for the topic: append() is the caller's.
void State::erase_group(Group& group) {
  for (auto offset = group.offsets.begin(); offset != group.offsets.end();)
    offset = erase_offset(group, offset);
  if (group.is_stored) topic.add_tombstone(GroupKey{group.name()}, clock.now().ms());
  disarm(group);
  member_bytes -= group.counted_bytes;
  groups.erase(std::string(group.name()));
}

}  // namespace efd::groups
