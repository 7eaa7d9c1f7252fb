// SPDX-License-Identifier: MIT
// The handlers of all APIs that are one function of request and call, each in its own file. They
// may block (on the log's folder, on old segments), except handle(ApiVersionsRequest) and
// handle(HeartbeatRequest). Answers are views into the call's arena, the request and
// constants. Produce (produce.h) and Fetch (fetch.h) have state and headers of their own.
#pragma once

#include "kafka/apis.h"
#include "kafka/later_call.h"
#include "kafka/service.h"

namespace efd::kafka {

ApiVersionsResponse handle(Call& call, const ApiVersionsRequest& request);
MetadataResponse handle(Call& call, const MetadataRequest& request);
ListOffsetsResponse handle(Call& call, const ListOffsetsRequest& request);
FindCoordinatorResponse handle(Call& call, const FindCoordinatorRequest& request);
CreateTopicsResponse handle(Call& call, const CreateTopicsRequest& request);
DeleteTopicsResponse handle(Call& call, const DeleteTopicsRequest& request);
DeleteRecordsResponse handle(Call& call, const DeleteRecordsRequest& request);
CreatePartitionsResponse handle(Call& call, const CreatePartitionsRequest& request);
AlterConfigsResponse handle(Call& call, const AlterConfigsRequest& request);
IncrementalAlterConfigsResponse handle(Call& call, const IncrementalAlterConfigsRequest& request);
DescribeAclsResponse handle(Call& call, const DescribeAclsRequest& request);
InitProducerIdResponse handle(Call& call, const InitProducerIdRequest& request);
DescribeConfigsResponse handle(Call& call, const DescribeConfigsRequest& request);
HeartbeatResponse handle(Call& call, const HeartbeatRequest& request);
ListGroupsResponse handle(Call& call, const ListGroupsRequest& request);
DescribeGroupsResponse handle(Call& call, const DescribeGroupsRequest& request);

// These never block: the answer comes when the group, or the disk, has done its part.
void handle_later(LaterCallPointer call, const JoinGroupRequest& request);
void handle_later(LaterCallPointer call, const SyncGroupRequest& request);
void handle_later(LaterCallPointer call, const LeaveGroupRequest& request);
void handle_later(LaterCallPointer call, const OffsetCommitRequest& request);
void handle_later(LaterCallPointer call, const OffsetFetchRequest& request);
void handle_later(LaterCallPointer call, const OffsetDeleteRequest& request);
void handle_later(LaterCallPointer call, const DeleteGroupsRequest& request);

// The answer to a version of ApiVersions that we do not know, in the form of version 0: from it a
// client learns which one to try next (KIP-35).
ApiVersionsResponse unknown_version_answer(Arena& arena);

}  // namespace efd::kafka
