// SPDX-License-Identifier: MIT
#include "kafka/fetch_sessions.h"

#include <algorithm>
#include <random>

namespace efd::kafka {
namespace {

// Session epochs with a meaning of their own.
constexpr int32_t kNoSession = -1;
constexpr int32_t kNewSession = 0;

// By name before version 13, by id from then on; a session does not change between them.
struct TopicKey {
  std::string name;
  Uuid id;
  auto operator<=>(const TopicKey&) const = default;
};

struct Cached {
  FetchPartition asked;
  int64_t high_watermark = -1;  // as the client knows them
  int64_t log_start_offset = -1;
};

int32_t epoch_after(int32_t epoch) {
  return epoch == INT32_MAX ? 1 : epoch + 1;
}

bool is_news(const PartitionData& data, const Cached& known) {
  bool has_records = false;
  if (data.records)
    for (std::string_view part : data.records->parts) has_records |= !part.empty();
  return has_records || data.error_code != KafkaError::none ||
         data.high_watermark != known.high_watermark ||
         data.log_start_offset != known.log_start_offset;
}

size_t partition_count(const FetchRequest& request) {
  size_t count = 0;
  for (const FetchTopic& topic : request.topics) count += topic.partitions.size();
  return count;
}

}  // namespace

class FetchSession {
 public:
  int32_t id = 0;
  int32_t next_epoch = 1;
  bool by_id = false;
  std::chrono::steady_clock::time_point used;
  std::map<TopicKey, std::map<int32_t, Cached>> topics;
  size_t partitions = 0;
};

int32_t FetchSessions::id(const FetchSession& session) {
  return session.id;
}

FetchSessions::Found FetchSessions::find(const FetchRequest& request, bool by_id) {
  std::lock_guard lock(mutex_);
  bool is_full = request.session_epoch == kNoSession || request.session_epoch == kNewSession;
  if (is_full && request.session_id != 0) close(request.session_id);
  if (request.session_epoch == kNoSession) return {};
  if (is_full) return {KafkaError::none, make(request, by_id)};
  auto found = sessions_.find(request.session_id);
  if (found == sessions_.end()) return {KafkaError::fetch_session_id_not_found, nullptr};
  FetchSession& session = *found->second;
  if (session.next_epoch != request.session_epoch)
    return {KafkaError::invalid_fetch_session_epoch, nullptr};
  if (session.by_id != by_id) return {KafkaError::fetch_session_topic_id_error, nullptr};
  if (partitions_ + partition_count(request) > limits_.partitions_max) {
    close(request.session_id);  // the client goes on without
    return {KafkaError::fetch_session_id_not_found, nullptr};
  }
  session.next_epoch = epoch_after(session.next_epoch);
  apply(session, request);
  return {KafkaError::none, found->second};
}

FetchSessionPointer FetchSessions::make(const FetchRequest& request, bool by_id) {
  if (!make_room(partition_count(request))) return nullptr;
  auto session = std::make_shared<FetchSession>();
  session->id = new_id();
  session->by_id = by_id;
  apply(*session, request);
  sessions_[session->id] = session;
  return session;
}

bool FetchSessions::make_room(size_t partitions) {
  if (partitions > limits_.partitions_max) return false;
  while (sessions_.size() >= limits_.sessions_max ||
         partitions_ + partitions > limits_.partitions_max) {
    auto oldest = std::min_element(
        sessions_.begin(), sessions_.end(),
        [](const auto& a, const auto& b) { return a.second->used < b.second->used; });
    if (oldest == sessions_.end()) return false;
    if (Clock::now() - oldest->second->used < limits_.kept_for) return false;
    close(oldest->first);
  }
  return true;
}

void FetchSessions::close(int32_t id) {
  auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  partitions_ -= found->second->partitions;
  found->second->partitions = 0;
  sessions_.erase(found);
}

// Not to be guessed: another client's session is nobody's business.
int32_t FetchSessions::new_id() const {
  thread_local std::random_device random;
  int32_t id = 0;
  while (id == 0 || sessions_.contains(id)) id = static_cast<int32_t>(random() & INT32_MAX);
  return id;
}

void FetchSessions::apply(FetchSession& session, const FetchRequest& request) {
  session.used = Clock::now();
  for (const FetchTopic& topic : request.topics) {
    if (topic.partitions.empty()) continue;
    auto& partitions = session.topics[{std::string(topic.topic), topic.topic_id}];
    for (const FetchPartition& asked : topic.partitions) partitions[asked.partition].asked = asked;
  }
  for (const ForgottenTopic& topic : request.forgotten_topics_data) {
    auto found = session.topics.find({std::string(topic.topic), topic.topic_id});
    if (found == session.topics.end()) continue;
    for (int32_t partition : topic.partitions) found->second.erase(partition);
    if (found->second.empty()) session.topics.erase(found);
  }
  partitions_ -= session.partitions;
  session.partitions = 0;
  for (const auto& [key, partitions] : session.topics) session.partitions += partitions.size();
  partitions_ += session.partitions;
}

std::span<FetchTopic> FetchSessions::topics(const FetchSession& session, Arena& arena) const {
  std::lock_guard lock(mutex_);
  std::span<FetchTopic> topics = arena.array<FetchTopic>(session.topics.size());
  size_t count = 0;
  for (const auto& [key, partitions] : session.topics) {
    FetchTopic& topic = topics[count++];
    topic.topic = arena.copy(key.name);
    topic.topic_id = key.id;
    topic.partitions = arena.array<FetchPartition>(partitions.size());
    size_t i = 0;
    for (const auto& [number, cached] : partitions) topic.partitions[i++] = cached.asked;
  }
  return topics;
}

void FetchSessions::leave_news(FetchSession& session, FetchResponse& response) {
  std::lock_guard lock(mutex_);
  size_t topics = 0;
  for (FetchableTopicResponse& topic : response.responses) {
    auto known = session.topics.find({std::string(topic.topic), topic.topic_id});
    if (known == session.topics.end()) continue;
    size_t count = 0;
    for (PartitionData& data : topic.partitions) {
      auto cached = known->second.find(data.partition_index);
      if (cached == known->second.end() || !is_news(data, cached->second)) continue;
      bool is_error = data.error_code != KafkaError::none;
      cached->second.high_watermark = is_error ? -1 : data.high_watermark;
      cached->second.log_start_offset = data.log_start_offset;
      topic.partitions[count++] = data;
    }
    topic.partitions = topic.partitions.first(count);
    if (count > 0) response.responses[topics++] = topic;
  }
  response.responses = response.responses.first(topics);
}

size_t FetchSessions::size() const {
  std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace efd::kafka
