// SPDX-License-Identifier: MIT
#include "kafka/handlers/fetch.h"

#include <algorithm>

#include "kafka/protocol/frame.h"

namespace efd::kafka {
namespace {

using broker::FetchedBatches;
using broker::PartitionState;
using broker::See;

constexpr int32_t kLeaderEpoch = 0;
constexpr int16_t kTopicIdsSince = 13;
constexpr int8_t kReadCommitted = 1;

void fill(const PartitionState& state, PartitionData& answer) {
  answer.high_watermark = state.high_watermark.value();
  answer.last_stable_offset = state.high_watermark.value();  // no transactions
  answer.log_start_offset = state.log_start.value();
}

KafkaError read_error(const Error& error) {
  if (error.code == ErrorCode::bad_input) return KafkaError::offset_out_of_range;
  return kafka_error(error);
}

}  // namespace

Fetch::Fetch(Service& service, Caller caller, std::string frame)
    : service_(service), caller_(std::move(caller)), frame_(std::move(frame)) {}

bool Fetch::decode() {
  RequestKey key = request_key(frame_);
  version_ = key.version;
  correlation_id_ = key.correlation_id;
  auto body = request_body(frame_, FetchApi::kDescription.is_flexible(version_), arena_);
  if (!body || !decode_request<FetchApi>(*body, version_, arena_, request_)) return false;
  find_session();
  if (has_error_) return true;
  response_.responses = arena_.array<FetchableTopicResponse>(request_.topics.size());
  for (size_t i = 0; i < request_.topics.size(); ++i) {
    add_topic(request_.topics[i], response_.responses[i]);
  }
  return true;
}

// A session that goes on fetches all that it has, whatever this request names.
void Fetch::find_session() {
  auto found = service_.fetch_sessions.find(request_, version_ >= kTopicIdsSince);
  response_.error_code = found.error;
  has_error_ = found.error != KafkaError::none;
  session_ = std::move(found.session);
  if (!session_) return;
  response_.session_id = FetchSessions::id(*session_);
  if (request_.session_epoch > 0)
    request_.topics = service_.fetch_sessions.topics(*session_, arena_);
}

void Fetch::add_topic(const FetchTopic& asked, FetchableTopicResponse& answer) {
  answer.topic = asked.topic;
  answer.topic_id = asked.topic_id;
  answer.partitions = arena_.array<PartitionData>(asked.partitions.size());
  for (size_t i = 0; i < asked.partitions.size(); ++i) {
    Part part{&asked.partitions[i], &answer.partitions[i], nullptr, {}};
    part.answer->partition_index = part.asked->partition;
    part.answer->high_watermark = -1;  // until the partition is found
    if (request_.isolation_level == kReadCommitted) part.answer->aborted_transactions.emplace();
    KafkaError error = find(asked, *part.asked, part);
    if (error != KafkaError::none) {
      refuse(part, error);
    } else {
      parts_.push_back(std::move(part));
    }
  }
}

KafkaError Fetch::find(const FetchTopic& topic, const FetchPartition& asked, Part& part) const {
  bool by_id = version_ >= kTopicIdsSince;
  Partition index(asked.partition);
  if (by_id) {
    TopicId id(topic.topic_id);
    part.partition = service_.log.partition(id, index);
    if (!part.partition && !service_.log.find_topic(id)) return KafkaError::unknown_topic_id;
  } else {
    part.partition = service_.log.partition(TopicName(std::string(topic.topic)), index);
  }
  if (!part.partition) return KafkaError::unknown_topic_or_partition;
  if (!may(caller_, Action::read, topic_name(*part.partition).value())) {
    return by_id ? KafkaError::unknown_topic_id : KafkaError::topic_authorization_failed;
  }
  return asked.current_leader_epoch > kLeaderEpoch ? KafkaError::unknown_leader_epoch
                                                   : KafkaError::none;
}

void Fetch::refuse(Part& part, KafkaError error) {
  has_error_ = true;
  part.answer->error_code = error;
  part.answer->records = BytesParts{};
}

// When the clients do not take their answers fast enough each gets one batch at a time.
size_t Fetch::bytes_max() const {
  size_t asked = static_cast<size_t>(std::max(request_.max_bytes, 0));
  if (*service_.unsent_bytes >= service_.options.unsent_bytes_max) return 0;
  return std::min(asked, service_.options.fetch_bytes_max);
}

void Fetch::read(size_t rotation) {
  bytes_max_ = bytes_max();
  bytes_ = 0;
  needs_disk_ = false;
  for (size_t i = 0; i < parts_.size(); ++i) read(parts_[(rotation + i) % parts_.size()]);
}

size_t Fetch::room_for(const Part& part) const {
  size_t of_partition = static_cast<size_t>(std::max(part.asked->partition_max_bytes, 0));
  return std::min(of_partition, bytes_max_ - std::min(bytes_, bytes_max_));
}

void Fetch::read(Part& part) {
  part.found = {};
  size_t room = room_for(part);
  if (room == 0 && bytes_ > 0) {
    part.answer->records = BytesParts{};
    return fill(service_.log.state(*part.partition), *part.answer);
  }
  Offset from(part.asked->fetch_offset);
  take(part, service_.log.read(*part.partition, from, room, See::durable), room);
}

// The log gives at least one batch, however little room there is; only the first of an answer may
// exceed its bounds so (KIP-74).
void Fetch::take(Part& part, Result<FetchedBatches> found, size_t room) {
  part.answer->records = BytesParts{};
  if (!found) {
    fill(service_.log.state(*part.partition), *part.answer);
    return refuse(part, read_error(found.error()));
  }
  fill(found->state, *part.answer);
  if (found->rotten) return refuse(part, KafkaError::corrupt_message);
  needs_disk_ |= found->is_cold;
  part.found.is_cold = found->is_cold;
  if (found->bytes > room && bytes_ > 0) return;
  part.found = std::move(*found);
  bytes_ += part.found.bytes;
  part.answer->records->parts = part.found.batches;
}

void Fetch::read_cold() {
  for (Part& part : parts_) {
    if (!part.found.is_cold) continue;
    size_t room = room_for(part);
    Offset from(part.asked->fetch_offset);
    take(part, service_.log.read_cold(*part.partition, from, room, See::durable), room);
  }
}

bool Fetch::is_satisfied() const {
  auto wanted = static_cast<size_t>(std::max(request_.min_bytes, 0));
  return has_error_ || parts_.empty() || request_.max_wait_ms <= 0 ||
         bytes_ >= std::min(wanted, std::max<size_t>(bytes_max_, 1));
}

std::vector<broker::PartitionHandle> Fetch::partitions() const {
  std::vector<broker::PartitionHandle> partitions;
  partitions.reserve(parts_.size());
  for (const Part& part : parts_) partitions.push_back(part.partition);
  return partitions;
}

void Fetch::encode(std::string& out) {
  if (session_) service_.fetch_sessions.leave_news(*session_, response_);
  append_answer<FetchApi>(response_, version_, correlation_id_, out);
}

}  // namespace efd::kafka
