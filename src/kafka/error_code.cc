// SPDX-License-Identifier: MIT
#include "kafka/error_code.h"

namespace efd::kafka {
namespace {

struct Name {
  KafkaError error;
  const char* text;
};

constexpr Name kNames[] = {
    {KafkaError::unknown_server_error, "unknown server error"},
    {KafkaError::none, "none"},
    {KafkaError::offset_out_of_range, "offset out of range"},
    {KafkaError::corrupt_message, "corrupt message"},
    {KafkaError::unknown_topic_or_partition, "unknown topic or partition"},
    {KafkaError::leader_not_available, "leader not available"},
    {KafkaError::request_timed_out, "request timed out"},
    {KafkaError::message_too_large, "message too large"},
    {KafkaError::offset_metadata_too_large, "offset metadata too large"},
    {KafkaError::coordinator_not_available, "coordinator not available"},
    {KafkaError::invalid_topic, "invalid topic"},
    {KafkaError::invalid_required_acks, "invalid required acks"},
    {KafkaError::illegal_generation, "illegal generation"},
    {KafkaError::inconsistent_group_protocol, "inconsistent group protocol"},
    {KafkaError::invalid_group_id, "invalid group id"},
    {KafkaError::unknown_member_id, "unknown member id"},
    {KafkaError::invalid_session_timeout, "invalid session timeout"},
    {KafkaError::rebalance_in_progress, "rebalance in progress"},
    {KafkaError::invalid_commit_offset_size, "no room for offsets"},
    {KafkaError::topic_authorization_failed, "topic authorization failed"},
    {KafkaError::group_authorization_failed, "group authorization failed"},
    {KafkaError::cluster_authorization_failed, "cluster authorization failed"},
    {KafkaError::invalid_timestamp, "invalid timestamp"},
    {KafkaError::unsupported_version, "unsupported version"},
    {KafkaError::topic_already_exists, "topic already exists"},
    {KafkaError::invalid_partitions, "invalid partitions"},
    {KafkaError::invalid_replication_factor, "invalid replication factor"},
    {KafkaError::invalid_replica_assignment, "invalid replica assignment"},
    {KafkaError::invalid_config, "invalid config"},
    {KafkaError::invalid_request, "invalid request"},
    {KafkaError::policy_violation, "against the topic's policy"},
    {KafkaError::out_of_order_sequence_number, "out of order sequence number"},
    {KafkaError::invalid_producer_epoch, "invalid producer epoch"},
    {KafkaError::transactional_id_authorization_failed, "transactional id refused"},
    {KafkaError::security_disabled, "no access control"},
    {KafkaError::kafka_storage_error, "storage error"},
    {KafkaError::non_empty_group, "group has members"},
    {KafkaError::group_id_not_found, "group not found"},
    {KafkaError::fetch_session_id_not_found, "fetch session id not found"},
    {KafkaError::invalid_fetch_session_epoch, "invalid fetch session epoch"},
    {KafkaError::topic_deletion_disabled, "topic deletion disabled"},
    {KafkaError::fenced_leader_epoch, "fenced leader epoch"},
    {KafkaError::unknown_leader_epoch, "unknown leader epoch"},
    {KafkaError::unsupported_compression_type, "unsupported compression type"},
    {KafkaError::member_id_required, "member id required"},
    {KafkaError::group_max_size_reached, "group is full"},
    {KafkaError::fenced_instance_id, "fenced instance id"},
    {KafkaError::group_subscribed_to_topic, "group is subscribed to topic"},
    {KafkaError::invalid_record, "invalid record"},
    {KafkaError::throttling_quota_exceeded, "overloaded"},
    {KafkaError::unknown_topic_id, "unknown topic id"},
    {KafkaError::fetch_session_topic_id_error, "fetch session names topics otherwise"},
};

}  // namespace

const char* to_string(KafkaError error) {
  for (const Name& name : kNames)
    if (name.error == error) return name.text;
  return "unlisted error";
}

KafkaError kafka_error(broker::AppendError error) {
  using broker::AppendError;
  switch (error) {
    case AppendError::none:
      return KafkaError::none;
    case AppendError::unknown_topic_or_partition:
      return KafkaError::unknown_topic_or_partition;
    case AppendError::message_too_large:
      return KafkaError::message_too_large;
    case AppendError::corrupt_message:
      return KafkaError::corrupt_message;
    case AppendError::invalid_record:
      return KafkaError::invalid_record;
    case AppendError::unsupported_compression:
      return KafkaError::unsupported_compression_type;
    case AppendError::invalid_timestamp:
      return KafkaError::invalid_timestamp;
    case AppendError::invalid_producer_epoch:
      return KafkaError::invalid_producer_epoch;
    case AppendError::out_of_order_sequence:
      return KafkaError::out_of_order_sequence_number;
    case AppendError::storage:
      return KafkaError::kafka_storage_error;
    case AppendError::overload:
      return KafkaError::request_timed_out;  // clients send again
  }
  return KafkaError::unknown_server_error;
}

KafkaError kafka_error(groups::GroupError error) {
  using groups::GroupError;
  switch (error) {
    case GroupError::none:
      return KafkaError::none;
    case GroupError::coordinator_not_available:
      return KafkaError::coordinator_not_available;
    case GroupError::illegal_generation:
      return KafkaError::illegal_generation;
    case GroupError::inconsistent_group_protocol:
      return KafkaError::inconsistent_group_protocol;
    case GroupError::invalid_group_id:
      return KafkaError::invalid_group_id;
    case GroupError::unknown_member_id:
      return KafkaError::unknown_member_id;
    case GroupError::invalid_session_timeout:
      return KafkaError::invalid_session_timeout;
    case GroupError::rebalance_in_progress:
      return KafkaError::rebalance_in_progress;
    case GroupError::invalid_commit_offset_size:
      return KafkaError::invalid_commit_offset_size;
    case GroupError::offset_metadata_too_large:
      return KafkaError::offset_metadata_too_large;
    case GroupError::unknown_topic_or_partition:
      return KafkaError::unknown_topic_or_partition;
    case GroupError::non_empty_group:
      return KafkaError::non_empty_group;
    case GroupError::group_id_not_found:
      return KafkaError::group_id_not_found;
    case GroupError::member_id_required:
      return KafkaError::member_id_required;
    case GroupError::group_max_size_reached:
      return KafkaError::group_max_size_reached;
    case GroupError::fenced_instance_id:
      return KafkaError::fenced_instance_id;
    case GroupError::group_subscribed_to_topic:
      return KafkaError::group_subscribed_to_topic;
  }
  return KafkaError::unknown_server_error;
}

KafkaError kafka_error(const Error& error) {
  switch (error.code) {
    case ErrorCode::retry:
    case ErrorCode::overload:
      return KafkaError::request_timed_out;
    case ErrorCode::give_up:
      return KafkaError::kafka_storage_error;
    case ErrorCode::bad_input:
      return KafkaError::invalid_request;
    case ErrorCode::not_found:
      return KafkaError::unknown_topic_or_partition;
    case ErrorCode::conflict:
      return KafkaError::topic_already_exists;
    case ErrorCode::cancelled:
      return KafkaError::unknown_server_error;
  }
  return KafkaError::unknown_server_error;
}

}  // namespace efd::kafka
