// SPDX-License-Identifier: MIT
#include "kafka/error_code.h"

namespace efd::kafka {

const char* to_string(KafkaError error) {
  switch (error) {
    case KafkaError::unknown_server_error:
      return "unknown server error";
    case KafkaError::none:
      return "none";
    case KafkaError::offset_out_of_range:
      return "offset out of range";
    case KafkaError::corrupt_message:
      return "corrupt message";
    case KafkaError::unknown_topic_or_partition:
      return "unknown topic or partition";
    case KafkaError::leader_not_available:
      return "leader not available";
    case KafkaError::request_timed_out:
      return "request timed out";
    case KafkaError::message_too_large:
      return "message too large";
    case KafkaError::coordinator_not_available:
      return "coordinator not available";
    case KafkaError::invalid_topic:
      return "invalid topic";
    case KafkaError::invalid_required_acks:
      return "invalid required acks";
    case KafkaError::topic_authorization_failed:
      return "topic authorization failed";
    case KafkaError::group_authorization_failed:
      return "group authorization failed";
    case KafkaError::cluster_authorization_failed:
      return "cluster authorization failed";
    case KafkaError::invalid_timestamp:
      return "invalid timestamp";
    case KafkaError::unsupported_version:
      return "unsupported version";
    case KafkaError::topic_already_exists:
      return "topic already exists";
    case KafkaError::invalid_partitions:
      return "invalid partitions";
    case KafkaError::invalid_replication_factor:
      return "invalid replication factor";
    case KafkaError::invalid_replica_assignment:
      return "invalid replica assignment";
    case KafkaError::invalid_config:
      return "invalid config";
    case KafkaError::invalid_request:
      return "invalid request";
    case KafkaError::out_of_order_sequence_number:
      return "out of order sequence number";
    case KafkaError::invalid_producer_epoch:
      return "invalid producer epoch";
    case KafkaError::transactional_id_authorization_failed:
      return "transactional id refused";
    case KafkaError::kafka_storage_error:
      return "storage error";
    case KafkaError::fetch_session_id_not_found:
      return "fetch session id not found";
    case KafkaError::invalid_fetch_session_epoch:
      return "invalid fetch session epoch";
    case KafkaError::fenced_leader_epoch:
      return "fenced leader epoch";
    case KafkaError::unknown_leader_epoch:
      return "unknown leader epoch";
    case KafkaError::unsupported_compression_type:
      return "unsupported compression type";
    case KafkaError::invalid_record:
      return "invalid record";
    case KafkaError::throttling_quota_exceeded:
      return "overloaded";
    case KafkaError::unknown_topic_id:
      return "unknown topic id";
    case KafkaError::offset_metadata_too_large:
      return "offset metadata too large";
    case KafkaError::illegal_generation:
      return "illegal generation";
    case KafkaError::inconsistent_group_protocol:
      return "inconsistent group protocol";
    case KafkaError::invalid_group_id:
      return "invalid group id";
    case KafkaError::unknown_member_id:
      return "unknown member id";
    case KafkaError::invalid_session_timeout:
      return "invalid session timeout";
    case KafkaError::rebalance_in_progress:
      return "rebalance in progress";
    case KafkaError::invalid_commit_offset_size:
      return "no room for offsets";
    case KafkaError::non_empty_group:
      return "group has members";
    case KafkaError::group_id_not_found:
      return "group not found";
    case KafkaError::member_id_required:
      return "member id required";
    case KafkaError::group_max_size_reached:
      return "group is full";
    case KafkaError::fenced_instance_id:
      return "fenced instance id";
    case KafkaError::group_subscribed_to_topic:
      return "group is subscribed to topic";
    case KafkaError::fetch_session_topic_id_error:
      return "fetch session names topics otherwise";
  }
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

KafkaError kafka_error(broker::GroupError error) {
  using broker::GroupError;
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
