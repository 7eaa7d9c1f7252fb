// SPDX-License-Identifier: MIT
#include "kafka/handlers/group_member.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

constexpr int16_t kManySince = 3;

std::vector<groups::Leaver> leavers_of(const LeaveGroupRequest& request, bool are_many) {
  std::vector<groups::Leaver> leavers;
  if (!are_many) leavers.push_back({std::string(request.member_id), std::nullopt});
  for (const MemberIdentity& member : request.members)
    leavers.push_back({std::string(member.member_id), owned(member.group_instance_id)});
  return leavers;
}

void answer_left(LaterCall& call, const std::vector<groups::Leaver>& leavers, bool are_many,
                 const std::vector<groups::GroupError>& errors) {
  LeaveGroupResponse response;
  if (!are_many) {
    response.error_code = kafka_error(errors[0]);
    return answer<LeaveGroupApi>(call, response);
  }
  response.members = call.arena.array<MemberResponse>(leavers.size());
  for (size_t i = 0; i < leavers.size(); ++i)
    response.members[i] = {leavers[i].member, leavers[i].instance, kafka_error(errors[i])};
  answer<LeaveGroupApi>(call, response);
}

}  // namespace

void handle_later(LaterCallPointer call, const LeaveGroupRequest& request) {
  if (!may_use_group(call->caller, Action::read, request.group_id)) {
    LeaveGroupResponse response;
    response.error_code = KafkaError::group_authorization_failed;
    return answer<LeaveGroupApi>(*call, response);
  }
  bool are_many = call->header.request_api_version >= kManySince;
  std::vector<groups::Leaver> leavers = leavers_of(request, are_many);
  call->groups().leave(std::string(request.group_id), leavers,
                       [call, leavers, are_many](const std::vector<groups::GroupError>& errors) {
                         answer_left(*call, leavers, are_many, errors);
                       });
}

}  // namespace efd::kafka
