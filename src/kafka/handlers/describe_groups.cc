// SPDX-License-Identifier: MIT
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

using groups::GroupDescription;
using groups::MemberDescription;

// Kafka's bits of what may be done to a group: READ, DELETE, DESCRIBE.
constexpr int32_t kGroupOperations = 1 << 3 | 1 << 6 | 1 << 8;

DescribedGroupMember described(Arena& arena, const MemberDescription& member) {
  DescribedGroupMember answer;
  answer.member_id = arena.copy(member.member);
  if (member.instance) answer.group_instance_id = arena.copy(*member.instance);
  answer.client_id = arena.copy(member.client_id);
  answer.client_host = arena.copy(member.client_host);
  answer.member_metadata = Bytes{arena.copy(member.metadata)};
  answer.member_assignment = Bytes{arena.copy(member.assignment)};
  return answer;
}

DescribedGroup described(Call& call, std::string_view name) {
  DescribedGroup answer;
  answer.group_id = name;
  if (!may_use_group(call.caller, Action::describe, name)) {
    answer.error_code = KafkaError::group_authorization_failed;
    return answer;
  }
  if (call.service.groups.unreadable()) {
    answer.error_code = KafkaError::coordinator_not_available;
    return answer;
  }
  GroupDescription group = call.service.groups.describe(std::string(name));
  answer.group_state = to_string(group.state);
  answer.protocol_type = call.arena.copy(group.protocol_type);
  answer.protocol_data = call.arena.copy(group.protocol);
  answer.members = call.arena.array<DescribedGroupMember>(group.members.size());
  for (size_t i = 0; i < group.members.size(); ++i)
    answer.members[i] = described(call.arena, group.members[i]);
  return answer;
}

}  // namespace

DescribeGroupsResponse handle(Call& call, const DescribeGroupsRequest& request) {
  DescribeGroupsResponse response;
  response.groups = call.arena.array<DescribedGroup>(request.groups.size());
  for (size_t i = 0; i < request.groups.size(); ++i) {
    response.groups[i] = described(call, request.groups[i]);
    if (request.include_authorized_operations)
      response.groups[i].authorized_operations = kGroupOperations;
  }
  return response;
}

}  // namespace efd::kafka
