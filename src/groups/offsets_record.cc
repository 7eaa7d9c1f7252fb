// SPDX-License-Identifier: MIT
#include "groups/offsets_record.h"

#include <algorithm>

#include "base/bytes.h"

namespace efd::groups {
namespace {

constexpr int16_t kOffsetKeyVersionMax = 1;
constexpr int16_t kGroupKeyVersion = 2;
// Beyond Kafka's own: its tools pass over it.
constexpr int16_t kMarkKeyVersion = 0x7efd;
constexpr std::string_view kStateBegins = "state begins";
constexpr std::string_view kStateComplete = "state complete";

constexpr int16_t kValueVersion = 3;
// What a member takes at least: strings and bytes without letters.
constexpr size_t kMemberBytesMin = 18;

void write_string(std::string_view text, ByteWriter& writer) {
  writer.big<int16_t>(static_cast<int16_t>(text.size()));
  writer.raw(text);
}

void write_nullable(const std::optional<std::string>& text, ByteWriter& writer) {
  if (text) return write_string(*text, writer);
  writer.big<int16_t>(-1);
}

void write_bytes(std::string_view bytes, ByteWriter& writer) {
  writer.big<int32_t>(static_cast<int32_t>(bytes.size()));
  writer.raw(bytes);
}

std::optional<std::string> read_nullable(ByteReader& reader) {
  int16_t size = reader.big<int16_t>();
  if (size < 0) return std::nullopt;
  return std::string(reader.take(static_cast<size_t>(size)));
}

std::string read_string(ByteReader& reader) {
  std::optional<std::string> text = read_nullable(reader);
  if (!text) reader.spoil();
  return text.value_or("");
}

std::string read_bytes(ByteReader& reader) {
  int32_t size = reader.big<int32_t>();
  if (size < 0) return reader.spoil(), std::string();
  return std::string(reader.take(static_cast<size_t>(size)));
}

struct KeyWriter {
  ByteWriter& writer;

  void operator()(const OffsetKey& key) {
    writer.big<int16_t>(kOffsetKeyVersionMax);
    write_string(key.group, writer);
    write_string(key.partition.topic.value(), writer);
    writer.big<int32_t>(key.partition.partition.value());
  }
  void operator()(const GroupKey& key) {
    writer.big<int16_t>(kGroupKeyVersion);
    write_string(key.group, writer);
  }
  void operator()(const StateMark& mark) {
    writer.big<int16_t>(kMarkKeyVersion);
    write_string(mark.is_end ? kStateComplete : kStateBegins, writer);
  }
};

void write_member(const StoredMember& member, ByteWriter& writer) {
  write_string(member.id, writer);
  write_nullable(member.instance, writer);
  write_string(member.client_id, writer);
  write_string(member.client_host, writer);
  writer.big<int32_t>(member.rebalance_timeout_ms);
  writer.big<int32_t>(member.session_timeout_ms);
  write_bytes(member.subscription, writer);
  write_bytes(member.assignment, writer);
}

StoredMember read_member(ByteReader& reader, int16_t version) {
  StoredMember member;
  member.id = read_string(reader);
  if (version >= 3) member.instance = read_nullable(reader);
  member.client_id = read_string(reader);
  member.client_host = read_string(reader);
  if (version >= 1) member.rebalance_timeout_ms = reader.big<int32_t>();
  member.session_timeout_ms = reader.big<int32_t>();
  if (version < 1) member.rebalance_timeout_ms = member.session_timeout_ms;
  member.subscription = read_bytes(reader);
  member.assignment = read_bytes(reader);
  return member;
}

TopicId topic_id_of(std::span<const broker::HeaderView> headers) {
  for (const broker::HeaderView& header : headers) {
    if (header.key != kTopicIdHeader || !header.value) continue;
    std::array<uint8_t, 16> id{};
    if (header.value->size() != id.size()) break;
    std::copy(header.value->begin(), header.value->end(), id.begin());
    return TopicId(Uuid(id));
  }
  return {};
}

Result<int16_t> read_version(ByteReader& reader) {
  int16_t version = reader.big<int16_t>();
  if (reader.ok() && version >= 0 && version <= kValueVersion) return version;
  return fail(ErrorCode::bad_input, "version {} of a value, known are 0 to {}", version,
              kValueVersion);
}

}  // namespace

std::string encode_key(const OffsetsKey& key) {
  std::string out;
  ByteWriter writer(out);
  std::visit(KeyWriter{writer}, key);
  return out;
}

std::string encode_value(const StoredOffset& offset) {
  std::string out;
  ByteWriter writer(out);
  writer.big<int16_t>(kValueVersion);
  writer.big<int64_t>(offset.next);
  writer.big<int32_t>(offset.leader_epoch);
  write_string(offset.metadata, writer);
  writer.big<int64_t>(offset.commit_time_ms);
  return out;
}

std::string encode_value(const StoredGroup& group) {
  std::string out;
  ByteWriter writer(out);
  writer.big<int16_t>(kValueVersion);
  write_string(group.protocol_type, writer);
  writer.big<int32_t>(group.generation);
  write_nullable(group.protocol, writer);
  write_nullable(group.leader, writer);
  writer.big<int64_t>(group.state_time_ms);
  writer.big<int32_t>(static_cast<int32_t>(group.members.size()));
  for (const StoredMember& member : group.members) write_member(member, writer);
  return out;
}

Result<OffsetsKey> decode_key(std::string_view bytes) {
  ByteReader reader(bytes);
  int16_t version = reader.big<int16_t>();
  OffsetsKey key;
  if (version >= 0 && version <= kOffsetKeyVersionMax) {
    OffsetKey offset{read_string(reader), {}};
    offset.partition.topic = TopicName(read_string(reader));
    offset.partition.partition = Partition(reader.big<int32_t>());
    key = std::move(offset);
  } else if (version == kGroupKeyVersion) {
    key = GroupKey{read_string(reader)};
  } else if (version == kMarkKeyVersion) {
    key = StateMark{read_string(reader) == kStateComplete};
  } else {
    return fail(ErrorCode::not_found, "a key of version {}", version);
  }
  if (!reader.ok()) return fail(ErrorCode::bad_input, "a malformed key of version {}", version);
  return key;
}

Result<StoredOffset> decode_offset(std::string_view bytes,
                                   std::span<const broker::HeaderView> headers) {
  ByteReader reader(bytes);
  EFD_ASSIGN(int16_t version, read_version(reader));
  StoredOffset offset;
  offset.next = reader.big<int64_t>();
  if (version >= 3) offset.leader_epoch = reader.big<int32_t>();
  offset.metadata = read_string(reader);
  offset.commit_time_ms = reader.big<int64_t>();
  if (version == 1) reader.big<int64_t>();  // when it expires: retention decides that now
  offset.topic = topic_id_of(headers);
  if (!reader.ok()) return fail(ErrorCode::bad_input, "a malformed offset");
  return offset;
}

Result<StoredGroup> decode_group(std::string_view bytes) {
  ByteReader reader(bytes);
  EFD_ASSIGN(int16_t version, read_version(reader));
  StoredGroup group;
  group.protocol_type = read_string(reader);
  group.generation = reader.big<int32_t>();
  group.protocol = read_nullable(reader);
  group.leader = read_nullable(reader);
  if (version >= 2) group.state_time_ms = reader.big<int64_t>();
  int32_t count = reader.big<int32_t>();
  if (count < 0 || static_cast<size_t>(count) > reader.remaining() / kMemberBytesMin)
    return fail(ErrorCode::bad_input, "a group of {} members in {} bytes", count, bytes.size());
  for (int32_t i = 0; i < count; ++i) group.members.push_back(read_member(reader, version));
  if (!reader.ok()) return fail(ErrorCode::bad_input, "a malformed group");
  return group;
}

}  // namespace efd::groups
