// SPDX-License-Identifier: MIT
#include "groups/consumer_protocol.h"

#include <algorithm>

#include "base/bytes.h"

namespace efd::groups {
namespace {

void write_string(std::string_view text, ByteWriter& writer) {
  writer.big<int16_t>(static_cast<int16_t>(text.size()));
  writer.raw(text);
}

void write_count(size_t count, ByteWriter& writer) {
  writer.big<int32_t>(static_cast<int32_t>(count));
}

void write_bytes(const std::optional<std::string>& bytes, ByteWriter& writer) {
  writer.big<int32_t>(bytes ? static_cast<int32_t>(bytes->size()) : -1);
  if (bytes) writer.raw(*bytes);
}

void write_partitions(const std::vector<TopicPartitions>& topics, ByteWriter& writer) {
  write_count(topics.size(), writer);
  for (const TopicPartitions& topic : topics) {
    write_string(topic.topic, writer);
    write_count(topic.partitions.size(), writer);
    for (int32_t partition : topic.partitions) writer.big<int32_t>(partition);
  }
}

std::string read_string(ByteReader& reader) {
  int16_t size = reader.big<int16_t>();
  if (size < 0) return reader.spoil(), std::string();
  return std::string(reader.take(static_cast<size_t>(size)));
}

std::optional<std::string> read_nullable_string(ByteReader& reader) {
  int16_t size = reader.big<int16_t>();
  if (size < 0) return std::nullopt;
  return std::string(reader.take(static_cast<size_t>(size)));
}

// Of elements with at least so many bytes each: nothing is allocated that cannot be there.
size_t read_count(ByteReader& reader, size_t element_bytes_min) {
  int32_t count = reader.big<int32_t>();
  if (count < 0 || static_cast<size_t>(count) > reader.remaining() / element_bytes_min)
    return reader.spoil(), 0;
  return static_cast<size_t>(count);
}

std::optional<std::string> read_bytes(ByteReader& reader) {
  int32_t size = reader.big<int32_t>();
  if (size < 0) return std::nullopt;
  return std::string(reader.take(static_cast<size_t>(size)));
}

std::vector<TopicPartitions> read_partitions(ByteReader& reader) {
  std::vector<TopicPartitions> topics(read_count(reader, 6));
  for (TopicPartitions& topic : topics) {
    topic.topic = read_string(reader);
    topic.partitions.resize(read_count(reader, 4));
    for (int32_t& partition : topic.partitions) partition = reader.big<int32_t>();
  }
  return topics;
}

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::bad_input, "malformed {} of a group's member", what);
}

}  // namespace

std::string encode(const Subscription& subscription, int16_t version) {
  std::string out;
  ByteWriter writer(out);
  writer.big<int16_t>(version);
  write_count(subscription.topics.size(), writer);
  for (const std::string& topic : subscription.topics) write_string(topic, writer);
  write_bytes(subscription.user_data, writer);
  if (version >= 1) write_partitions(subscription.owned, writer);
  if (version >= 2) writer.big<int32_t>(subscription.generation);
  if (version < 3) return out;
  if (!subscription.rack) return writer.big<int16_t>(-1), out;
  write_string(*subscription.rack, writer);
  return out;
}

std::string encode(const Assignment& assignment, int16_t version) {
  std::string out;
  ByteWriter writer(out);
  writer.big<int16_t>(version);
  write_partitions(assignment.partitions, writer);
  write_bytes(assignment.user_data, writer);
  return out;
}

Result<Subscription> decode_subscription(std::string_view bytes) {
  ByteReader reader(bytes);
  int16_t version = reader.big<int16_t>();
  if (version < 0) return malformed("subscription");
  Subscription subscription;
  subscription.topics.resize(read_count(reader, 2));
  for (std::string& topic : subscription.topics) topic = read_string(reader);
  subscription.user_data = read_bytes(reader);
  // Old librdkafka says version 1 and ends here.
  if (version >= 1 && reader.remaining() > 0) subscription.owned = read_partitions(reader);
  if (version >= 2 && reader.remaining() > 0) subscription.generation = reader.big<int32_t>();
  if (version >= 3 && reader.remaining() > 0) subscription.rack = read_nullable_string(reader);
  if (!reader.ok()) return malformed("subscription");
  return subscription;
}

Result<Assignment> decode_assignment(std::string_view bytes) {
  Assignment assignment;
  if (bytes.empty()) return assignment;
  ByteReader reader(bytes);
  int16_t version = reader.big<int16_t>();
  if (version < 0) return malformed("assignment");
  assignment.partitions = read_partitions(reader);
  assignment.user_data = read_bytes(reader);
  if (!reader.ok()) return malformed("assignment");
  return assignment;
}

bool wants_same_topics(std::string_view a, std::string_view b) {
  if (a == b) return true;
  auto one = decode_subscription(a), other = decode_subscription(b);
  if (!one || !other) return false;
  std::sort(one->topics.begin(), one->topics.end());
  std::sort(other->topics.begin(), other->topics.end());
  return one->topics == other->topics;
}

}  // namespace efd::groups
