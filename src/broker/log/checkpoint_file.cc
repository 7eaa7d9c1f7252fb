// SPDX-License-Identifier: MIT
#include "broker/log/checkpoint_file.h"

#include <algorithm>

#include "codec/checksum.h"

namespace efd::broker {
namespace {

constexpr std::string_view kMagic = "EFDCKPT2";
// The least that one of each takes in the file: no count is believed that could not fit.
constexpr size_t kSegmentBytes = 72;
constexpr size_t kProducerBytes = 19;
constexpr size_t kPartitionBytes = 24;
constexpr size_t kTopicBytes = 26;
constexpr size_t kConfigBytes = 8;

void encode_id(const Uuid& id, ByteWriter& writer) {
  writer.raw({reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()});
}

Uuid decode_id(ByteReader& reader) {
  std::array<uint8_t, 16> bytes{};
  std::string_view raw = reader.take(bytes.size());
  std::copy(raw.begin(), raw.end(), bytes.begin());
  return Uuid(bytes);
}

void encode_text(std::string_view text, ByteWriter& writer) {
  writer.little<uint32_t>(static_cast<uint32_t>(text.size()));
  writer.raw(text);
}

std::string decode_text(ByteReader& reader) {
  return std::string(reader.take(reader.little<uint32_t>()));
}

void encode_count(size_t count, ByteWriter& writer) {
  writer.little<uint32_t>(static_cast<uint32_t>(count));
}

size_t decode_count(ByteReader& reader, size_t bytes_each) {
  size_t count = reader.little<uint32_t>();
  if (count > reader.remaining() / bytes_each) return reader.spoil(), 0;
  return count;
}

void encode_segment(const Segment& segment, ByteWriter& writer) {
  writer.little<int64_t>(segment.base_offset);
  writer.little<int64_t>(segment.end_offset);
  writer.little<uint64_t>(segment.length);
  writer.little<int64_t>(segment.max_timestamp_ms);
  writer.little<int64_t>(segment.first_append_ms);
  writer.little<int64_t>(segment.last_append_ms);
  writer.little<int64_t>(segment.age_from_ms);
  writer.little<uint32_t>(segment.first_crc);
  writer.little<uint32_t>(segment.last_crc);
  writer.little<uint64_t>(segment.last_position);
}

Segment decode_segment(ByteReader& reader) {
  Segment segment;
  segment.base_offset = reader.little<int64_t>();
  segment.end_offset = reader.little<int64_t>();
  segment.length = reader.little<uint64_t>();
  segment.max_timestamp_ms = reader.little<int64_t>();
  segment.first_append_ms = reader.little<int64_t>();
  segment.last_append_ms = reader.little<int64_t>();
  segment.age_from_ms = reader.little<int64_t>();
  segment.first_crc = reader.little<uint32_t>();
  segment.last_crc = reader.little<uint32_t>();
  segment.last_position = reader.little<uint64_t>();
  return segment;
}

void encode_producer(ProducerId id, const ProducerState& state, ByteWriter& writer) {
  writer.little<int64_t>(id.value());
  writer.little<int16_t>(state.epoch);
  writer.little<int64_t>(state.last_append_ms);
  writer.little<uint8_t>(state.batch_count);
  for (size_t i = 0; i < state.batch_count; ++i) {
    writer.little<int32_t>(state.batches[i].first_sequence);
    writer.little<int32_t>(state.batches[i].last_sequence);
    writer.little<int64_t>(state.batches[i].base_offset.value());
    writer.little<int64_t>(state.batches[i].append_time_ms);
  }
}

std::pair<ProducerId, ProducerState> decode_producer(ByteReader& reader) {
  ProducerId id(reader.little<int64_t>());
  ProducerState state;
  state.epoch = reader.little<int16_t>();
  state.last_append_ms = reader.little<int64_t>();
  size_t count = reader.little<uint8_t>();
  if (count > ProducerState::kBatchesMax) return reader.spoil(), std::pair(id, state);
  for (size_t i = 0; i < count; ++i) {
    ProducerBatch batch;
    batch.first_sequence = reader.little<int32_t>();
    batch.last_sequence = reader.little<int32_t>();
    batch.base_offset = Offset(reader.little<int64_t>());
    batch.append_time_ms = reader.little<int64_t>();
    state.push(batch);
  }
  return {id, state};
}

void encode_partition(const PartitionImage& partition, ByteWriter& writer) {
  writer.little<int64_t>(partition.log_start.value());
  writer.little<int64_t>(partition.end.value());
  encode_count(partition.segments.size(), writer);
  for (const Segment& segment : partition.segments) encode_segment(segment, writer);
  encode_count(partition.producers.size(), writer);
  for (const auto& [id, state] : partition.producers) encode_producer(id, state, writer);
}

PartitionImage decode_partition(ByteReader& reader) {
  PartitionImage partition;
  partition.log_start = Offset(reader.little<int64_t>());
  partition.end = Offset(reader.little<int64_t>());
  size_t segments = decode_count(reader, kSegmentBytes);
  for (size_t i = 0; i < segments; ++i) partition.segments.push_back(decode_segment(reader));
  size_t producers = decode_count(reader, kProducerBytes);
  for (size_t i = 0; i < producers; ++i) partition.producers.push_back(decode_producer(reader));
  return partition;
}

bool is_sane(const PartitionImage& partition) {
  if (partition.log_start < Offset(0) || partition.end < partition.log_start) return false;
  int64_t end = -1;
  for (const Segment& segment : partition.segments) {
    if (segment.base_offset < std::max<int64_t>(end, 0)) return false;
    if (segment.end_offset <= segment.base_offset) return false;
    if (segment.end_offset > partition.end.value()) return false;
    if (segment.length < kBatchHeaderBytes) return false;
    if (segment.last_position > segment.length - kBatchHeaderBytes) return false;
    end = segment.end_offset;
  }
  return true;
}

TopicImage decode_topic_image(ByteReader& reader) {
  TopicImage topic;
  topic.description = decode_topic(reader);
  auto count = static_cast<size_t>(topic.description.partitions);
  if (count > reader.remaining() / kPartitionBytes) reader.spoil();
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    topic.partitions.push_back(decode_partition(reader));
    if (!is_sane(topic.partitions.back())) reader.spoil();
  }
  return topic;
}

}  // namespace

void encode_topic(const TopicDescription& topic, ByteWriter& writer) {
  encode_id(topic.id.value(), writer);
  encode_text(topic.name.value(), writer);
  writer.little<int32_t>(topic.partitions);
  encode_count(topic.config.size(), writer);
  for (const auto& [name, value] : topic.config) {
    encode_text(name, writer);
    encode_text(value, writer);
  }
}

TopicDescription decode_topic(ByteReader& reader) {
  TopicDescription topic;
  topic.id = TopicId(decode_id(reader));
  topic.name = TopicName(decode_text(reader));
  topic.partitions = reader.little<int32_t>();
  if (topic.partitions < 1) reader.spoil();
  size_t settings = decode_count(reader, kConfigBytes);
  for (size_t i = 0; i < settings; ++i) {
    std::string name = decode_text(reader);
    topic.config[name] = decode_text(reader);
  }
  return topic;
}

std::string encode_checkpoint(const CheckpointImage& image) {
  std::string bytes(kMagic);
  ByteWriter writer(bytes);
  encode_id(image.log_id, writer);
  writer.little<uint64_t>(image.wal_number);
  writer.little<uint64_t>(image.next_sequence);
  writer.little<int64_t>(image.next_producer_id);
  encode_count(image.topics.size(), writer);
  for (const TopicImage& topic : image.topics) {
    encode_topic(topic.description, writer);
    for (const PartitionImage& partition : topic.partitions) encode_partition(partition, writer);
  }
  writer.little<uint32_t>(codec::crc32c(bytes));
  return bytes;
}

Result<CheckpointImage> decode_checkpoint(std::string_view bytes) {
  auto damaged = [](const char* what) {
    return fail(ErrorCode::give_up, "the checkpoint is damaged ({})", what);
  };
  if (!bytes.starts_with(kMagic) || bytes.size() < kMagic.size() + 4) return damaged("no header");
  std::string_view body = bytes.substr(0, bytes.size() - 4);
  if (codec::crc32c(body) != load_little<uint32_t>(bytes.data() + body.size()))
    return damaged("wrong CRC");
  ByteReader reader(body.substr(kMagic.size()));
  CheckpointImage image;
  image.log_id = decode_id(reader);
  image.wal_number = reader.little<uint64_t>();
  image.next_sequence = reader.little<uint64_t>();
  image.next_producer_id = reader.little<int64_t>();
  size_t topics = decode_count(reader, kTopicBytes);
  for (size_t i = 0; i < topics && reader.ok(); ++i)
    image.topics.push_back(decode_topic_image(reader));
  if (!reader.ok() || reader.remaining()) return damaged("its numbers do not fit");
  return image;
}

}  // namespace efd::broker
