// SPDX-License-Identifier: MIT
// KafkaError: the error codes of the Kafka protocol that this server answers, and what becomes
// which of them. The numbers are Kafka's (org.apache.kafka.common.protocol.Errors).
#pragma once

#include <cstdint>

#include "base/result.h"
#include "broker/commit_log.h"
#include "groups/group_messages.h"

namespace efd::kafka {

enum class KafkaError : int16_t {
  unknown_server_error = -1,
  none = 0,
  offset_out_of_range = 1,
  corrupt_message = 2,
  unknown_topic_or_partition = 3,
  leader_not_available = 5,
  request_timed_out = 7,
  message_too_large = 10,
  offset_metadata_too_large = 12,
  coordinator_not_available = 15,
  invalid_topic = 17,
  invalid_required_acks = 21,
  illegal_generation = 22,
  inconsistent_group_protocol = 23,
  invalid_group_id = 24,
  unknown_member_id = 25,
  invalid_session_timeout = 26,
  rebalance_in_progress = 27,
  invalid_commit_offset_size = 28,
  topic_authorization_failed = 29,
  group_authorization_failed = 30,
  cluster_authorization_failed = 31,
  invalid_timestamp = 32,
  unsupported_version = 35,
  topic_already_exists = 36,
  invalid_partitions = 37,
  invalid_replication_factor = 38,
  invalid_replica_assignment = 39,
  invalid_config = 40,
  invalid_request = 42,
  policy_violation = 44,
  out_of_order_sequence_number = 45,
  invalid_producer_epoch = 47,
  transactional_id_authorization_failed = 53,
  security_disabled = 54,
  kafka_storage_error = 56,
  non_empty_group = 68,
  group_id_not_found = 69,
  fetch_session_id_not_found = 70,
  invalid_fetch_session_epoch = 71,
  topic_deletion_disabled = 73,
  fenced_leader_epoch = 74,
  unknown_leader_epoch = 75,
  unsupported_compression_type = 76,
  member_id_required = 79,
  group_max_size_reached = 81,
  fenced_instance_id = 82,
  group_subscribed_to_topic = 86,
  invalid_record = 87,
  throttling_quota_exceeded = 89,
  unknown_topic_id = 100,
  fetch_session_topic_id_error = 106,
};

// "INVALID_TOPIC" and so on is what Kafka prints; ours are for logs and tests.
const char* to_string(KafkaError error);

KafkaError kafka_error(broker::AppendError error);
KafkaError kafka_error(groups::GroupError error);
// For an Error without a code of its own where it arises.
KafkaError kafka_error(const Error& error);

}  // namespace efd::kafka
