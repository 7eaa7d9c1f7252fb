// SPDX-License-Identifier: MIT
#include "kafka/handlers/group_member.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {

HeartbeatResponse handle(Call& call, const HeartbeatRequest& request) {
  HeartbeatResponse response;
  if (!may_use_group(call.caller, Action::read, request.group_id)) {
    response.error_code = KafkaError::group_authorization_failed;
    return response;
  }
  groups::GroupMember member = group_member(request, request.generation_id);
  response.error_code = kafka_error(call.service.groups.heartbeat(member));
  return response;
}

}  // namespace efd::kafka
