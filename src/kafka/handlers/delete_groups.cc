// SPDX-License-Identifier: MIT
#include "kafka/handlers/handlers.h"

namespace efd::kafka {

void handle_later(LaterCallPointer call, const DeleteGroupsRequest& request) {
  auto results = call->arena.array<DeletableGroupResult>(request.groups_names.size());
  std::vector<DeletableGroupResult*> asked;
  std::vector<std::string> names;
  for (size_t i = 0; i < results.size(); ++i) {
    results[i] = {request.groups_names[i], KafkaError::group_authorization_failed};
    if (!may_use_group(call->caller, Action::remove, request.groups_names[i])) continue;
    asked.push_back(&results[i]);
    names.emplace_back(request.groups_names[i]);
  }
  auto answer_deleted = [call, results, asked](const std::vector<groups::GroupError>& errors) {
    for (size_t i = 0; i < errors.size(); ++i) asked[i]->error_code = kafka_error(errors[i]);
    DeleteGroupsResponse response;
    response.results = results;
    answer<DeleteGroupsApi>(*call, response);
  };
  call->groups().delete_groups(names, answer_deleted);
}

}  // namespace efd::kafka
