// SPDX-License-Identifier: MIT
#include "broker/log/batch_rules.h"

#include <algorithm>

namespace efd::broker {
namespace {

BatchVerdict refuse(AppendError error, std::string message) {
  return {error, std::move(message), {}};
}

// Size, magic, length, CRC.
BatchVerdict check_frame(std::string_view batch, const TopicSettings& settings) {
  if (batch.size() > static_cast<size_t>(settings.message_bytes_max))
    return refuse(AppendError::message_too_large,
                  fmt::format("the batch has {} bytes, max.message.bytes is {}", batch.size(),
                              int32_t{settings.message_bytes_max}));
  if (batch.size() > kBatchPrefixBytes + 4 && batch[16] != 2)
    return refuse(AppendError::invalid_record, "only record batches of magic 2 are taken");
  if (batch.size() < kBatchHeaderBytes)
    return refuse(AppendError::corrupt_message, "the batch is shorter than its header");
  BatchHeader header = BatchHeader::read(batch.data());
  if (header.length < 0 || header.size() != batch.size())
    return refuse(AppendError::corrupt_message, "exactly one batch is taken for a partition");
  if (computed_batch_crc(batch) != header.crc)
    return refuse(AppendError::corrupt_message, "the batch has a wrong CRC");
  return {AppendError::none, {}, header};
}

// Counts, flags, compression, sequence. As in Kafka, a topic that keeps the producers' times
// takes the flag of append time off a batch: what its records say holds.
BatchVerdict check_header(BatchHeader header, const TopicSettings& settings) {
  if (header.record_count < 1 || header.last_offset_delta != header.record_count - 1)
    return refuse(AppendError::invalid_record,
                  fmt::format("the batch has {} records and a last offset of {}",
                              header.record_count, header.last_offset_delta));
  if (header.is_control())
    return refuse(AppendError::invalid_record, "producers may not write control batches");
  if (header.is_transactional())
    return refuse(AppendError::invalid_record, "transactions are not supported");
  if (header.compression_number() > 4)
    return refuse(AppendError::unsupported_compression, "unknown compression");
  if (header.producer_id < -1)
    return refuse(AppendError::invalid_record, "the producer id is below -1");
  if (header.producer_id >= 0 && header.base_sequence < 0)
    return refuse(AppendError::invalid_record, "a producer id without a sequence");
  if (header.has_append_time() && settings.has_append_time)
    return refuse(AppendError::invalid_timestamp,
                  "the append time is the log's to say, not the producer's");
  header.attributes &= ~kAppendTimeAttribute;
  return {AppendError::none, {}, header};
}

bool is_in_time(int64_t timestamp_ms, const TopicSettings& settings, int64_t now_ms) {
  if (timestamp_ms < 0) return true;  // has none
  return now_ms - timestamp_ms <= settings.before_max_ms &&
         timestamp_ms - now_ms <= settings.after_max_ms;
}

BatchVerdict check_timestamp(int64_t timestamp_ms, const TopicSettings& settings, int64_t now_ms) {
  if (settings.has_append_time || is_in_time(timestamp_ms, settings, now_ms)) return {};
  return refuse(AppendError::invalid_timestamp,
                fmt::format("the timestamp {} is out of the topic's range", timestamp_ms));
}

// Looks at each record, and takes the greatest of their times for the header, as Kafka does: some
// clients write -1 there (Sarama before 1.45.1), or what they like.
BatchVerdict check_records(std::string_view batch, BatchHeader header,
                           const TopicSettings& settings, int64_t now_ms) {
  // Kept from batch to batch, for its memory.
  thread_local Records records;
  records.clear();
  // The producer's offset means nothing.
  BatchHeader from_zero = header;
  from_zero.base_offset = 0;
  auto decoded = decode_batch(batch, from_zero, Offset(0), records);
  if (!decoded) return refuse(AppendError::invalid_record, decoded.error().message);
  header.max_timestamp_ms = -1;
  for (const RecordView& record : records.views) {
    if (settings.is_compacted && !record.key)
      return refuse(AppendError::invalid_record, "a compacted topic takes no record without a key");
    BatchVerdict in_time = check_timestamp(record.timestamp_ms, settings, now_ms);
    if (in_time.error != AppendError::none) return in_time;
    header.max_timestamp_ms = std::max(header.max_timestamp_ms, record.timestamp_ms);
  }
  return {AppendError::none, {}, header};
}

}  // namespace

BatchVerdict check_new_batch(std::string_view batch, const TopicSettings& settings,
                             int64_t now_ms) {
  BatchVerdict verdict = check_frame(batch, settings);
  if (verdict.error == AppendError::none) verdict = check_header(verdict.header, settings);
  if (verdict.error != AppendError::none) return verdict;
  return check_records(batch, verdict.header, settings, now_ms);
}

void add_to_tail(LogPartition& partition, Chunk& chunk, std::string_view batch) {
  BatchHeader header = BatchHeader::read(batch.data());
  bool is_first = partition.tail.empty() || (partition.tail.end() - 1)->chunk != &chunk;
  if (is_first) chunk.partitions.push_back(partition.shared_from_this());
  partition.tail.push({header.base_offset, header.next_offset().value(), header.max_timestamp_ms,
                       batch.data(), batch.size(), &chunk});
  partition.log_end = header.next_offset();
}

void note_producer(LogPartition& partition, const BatchHeader& header, ProducerBatch batch,
                   int64_t now_ms) {
  batch.first_sequence = header.base_sequence;
  batch.last_sequence = last_sequence(header);
  if (!partition.producers) partition.producers = std::make_unique<ProducerTable>();
  partition.producers->note(header, batch, now_ms);
}

}  // namespace efd::broker
