// SPDX-License-Identifier: MIT
#include "kafka/handlers/group_member.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

constexpr int16_t kKnownMembersSince = 4;    // KIP-394: a new member comes twice
constexpr int16_t kSkipAssignmentSince = 9;  // KIP-814

// "/127.0.0.1", as Kafka writes it.
std::string client_host(const Caller& caller) {
  return "/" + caller.address.substr(0, caller.address.rfind(':'));
}

groups::JoinGroup join_of(const LaterCall& call, const JoinGroupRequest& request) {
  int16_t version = call.header.request_api_version;
  groups::JoinGroup join;
  join.group = request.group_id;
  join.member = request.member_id;
  join.instance = owned(request.group_instance_id);
  join.client_id = call.client_id();
  join.client_host = client_host(call.caller);
  join.protocol_type = request.protocol_type;
  for (const JoinGroupRequestProtocol& protocol : request.protocols)
    join.protocols.push_back({std::string(protocol.name), std::string(protocol.metadata.view)});
  join.session_timeout_ms = request.session_timeout_ms;
  join.rebalance_timeout_ms = request.rebalance_timeout_ms;
  join.requires_known_member = version >= kKnownMembersSince;
  join.knows_skip_assignment = version >= kSkipAssignmentSince;
  return join;
}

void answer_joined(LaterCall& call, const groups::Joined& joined) {
  JoinGroupResponse response;
  response.error_code = kafka_error(joined.error);
  response.generation_id = joined.generation;
  response.protocol_type = joined.protocol_type;
  response.protocol_name = joined.protocol;
  response.leader = joined.leader;
  response.skip_assignment = joined.skip_assignment;
  response.member_id = joined.member;
  response.members = call.arena.array<JoinGroupResponseMember>(joined.members.size());
  for (size_t i = 0; i < joined.members.size(); ++i) {
    const groups::JoinedMember& member = joined.members[i];
    response.members[i] = {member.member, member.instance, Bytes{member.metadata}};
  }
  answer<JoinGroupApi>(call, response);
}

}  // namespace

void handle_later(LaterCallPointer call, const JoinGroupRequest& request) {
  if (!may_use_group(call->caller, Action::read, request.group_id)) {
    JoinGroupResponse response;
    response.error_code = KafkaError::group_authorization_failed;
    return answer<JoinGroupApi>(*call, response);
  }
  groups::JoinGroup join = join_of(*call, request);
  call->groups().join(std::move(join),
                      [call](const groups::Joined& joined) { answer_joined(*call, joined); });
}

}  // namespace efd::kafka
