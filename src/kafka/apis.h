// SPDX-License-Identifier: MIT
// Every API that the server speaks. From this list come the answer to ApiVersions, the dispatch of
// requests, and the vectors' test.
#pragma once

#include <array>
#include <tuple>

#include "kafka/messages/alter_configs.h"
#include "kafka/messages/api_versions.h"
#include "kafka/messages/create_partitions.h"
#include "kafka/messages/create_topics.h"
#include "kafka/messages/delete_groups.h"
#include "kafka/messages/delete_records.h"
#include "kafka/messages/delete_topics.h"
#include "kafka/messages/describe_acls.h"
#include "kafka/messages/describe_configs.h"
#include "kafka/messages/describe_groups.h"
#include "kafka/messages/fetch.h"
#include "kafka/messages/find_coordinator.h"
#include "kafka/messages/heartbeat.h"
#include "kafka/messages/incremental_alter_configs.h"
#include "kafka/messages/init_producer_id.h"
#include "kafka/messages/join_group.h"
#include "kafka/messages/leave_group.h"
#include "kafka/messages/list_groups.h"
#include "kafka/messages/list_offsets.h"
#include "kafka/messages/metadata.h"
#include "kafka/messages/offset_commit.h"
#include "kafka/messages/offset_delete.h"
#include "kafka/messages/offset_fetch.h"
#include "kafka/messages/produce.h"
#include "kafka/messages/sync_group.h"

namespace efd::kafka {

// In the order of their keys.
using Apis =
    std::tuple<ProduceApi, FetchApi, ListOffsetsApi, MetadataApi, OffsetCommitApi, OffsetFetchApi,
               FindCoordinatorApi, JoinGroupApi, HeartbeatApi, LeaveGroupApi, SyncGroupApi,
               DescribeGroupsApi, ListGroupsApi, ApiVersionsApi, CreateTopicsApi, DeleteTopicsApi,
               DeleteRecordsApi, InitProducerIdApi, DescribeAclsApi, DescribeConfigsApi,
               AlterConfigsApi, CreatePartitionsApi, DeleteGroupsApi, IncrementalAlterConfigsApi,
               OffsetDeleteApi>;

constexpr size_t kApiCount = std::tuple_size_v<Apis>;

// make(Api()) for each API, as one array.
template <class Make>
constexpr auto for_each_api(Make make) {
  return std::apply([&](auto... apis) { return std::array{make(apis)...}; }, Apis());
}

constexpr std::array<ApiDescription, kApiCount> kApiDescriptions =
    for_each_api([](auto api) { return decltype(api)::kDescription; });

}  // namespace efd::kafka
