// SPDX-License-Identifier: MIT
#include "kafka/handlers/group_member.h"
#include "kafka/handlers/handlers.h"

namespace efd::kafka {
namespace {

void answer_synced(LaterCall& call, const groups::Synced& synced) {
  SyncGroupResponse response;
  response.error_code = kafka_error(synced.error);
  response.protocol_type = synced.protocol_type;
  response.protocol_name = synced.protocol;
  response.assignment = Bytes{synced.assignment};
  answer<SyncGroupApi>(call, response);
}

}  // namespace

void handle_later(LaterCallPointer call, const SyncGroupRequest& request) {
  if (!may_use_group(call->caller, Action::read, request.group_id)) {
    SyncGroupResponse response;
    response.error_code = KafkaError::group_authorization_failed;
    return answer<SyncGroupApi>(*call, response);
  }
  groups::SyncGroup sync;
  sync.who = group_member(request, request.generation_id);
  sync.protocol_type = owned(request.protocol_type);
  sync.protocol = owned(request.protocol_name);
  for (const SyncGroupRequestAssignment& assignment : request.assignments)
    sync.assignments[std::string(assignment.member_id)] = assignment.assignment.view;
  call->groups().sync(std::move(sync),
                      [call](const groups::Synced& synced) { answer_synced(*call, synced); });
}

}  // namespace efd::kafka
