// SPDX-License-Identifier: MIT
#include "groups/offsets_topic.h"

#include "broker/internal_topics.h"
#include "observe/log.h"

namespace efd::groups {
namespace {

// One batch of the records that were gathered; a larger record has one of its own.
constexpr size_t kBatchBytes = 256u << 10;
constexpr size_t kReadBytes = 1u << 20;

// `compact` keeps retention away: what is old is dropped here. A group of many members is one
// record.
broker::TopicConfig offsets_topic_config() {
  return {{"cleanup.policy", "compact"},
          {"compression.type", "producer"},
          {"max.message.bytes", std::to_string(64 << 20)},
          {"segment.bytes", std::to_string(4 << 20)}};
}

ErrorCode code_of(broker::AppendError error) {
  return error == broker::AppendError::overload ? ErrorCode::overload : ErrorCode::give_up;
}

}  // namespace

Result<bool> OffsetsTopic::find() {
  TopicName name{std::string(broker::kOffsetsTopic)};
  auto topic = log_.find_topic(name);
  if (!topic) return false;
  auto policy = topic->config.find("cleanup.policy");
  bool is_kept = policy != topic->config.end() && policy->second == "compact";
  if (topic->partitions != 1 || !is_kept)
    return fail(ErrorCode::give_up,
                "topic '{}' was not made by this program: it has {} partitions, and its records "
                "are {}kept; delete it with the version that made it, or move the log away",
                broker::kOffsetsTopic, topic->partitions, is_kept ? "" : "not ");
  partition_ = log_.partition(name, Partition(0));
  return partition_ != nullptr;
}

Result<> OffsetsTopic::make() {
  broker::NewTopic topic{TopicName{std::string(broker::kOffsetsTopic)}, 1, 1,
                         offsets_topic_config()};
  auto made = log_.create_topic(topic);
  if (!made && made.error().code != ErrorCode::conflict) return fail(made.error());
  return {};
}

// ---------------------------------------------------------------------------------------- reading

Result<> OffsetsTopic::read(const Visitor& visitor) {
  Offset start = log_.state(*partition_).log_start;
  std::optional<broker::RottenRecords> rot;
  EFD_TRY(read_from(start, visitor, rot));
  if (rot && last_state_begin_ >= rot->next) {
    start = last_state_begin_;
    visitor.on_restart();
    rot.reset();
    EFD_TRY(read_from(start, visitor, rot));
  }
  if (rot)
    return fail(ErrorCode::give_up, "{} from offset {} on: {}", broker::kOffsetsTopic,
                rot->from.value(), rot->what);
  bool is_whole = start == Offset(0) || (is_state_complete_ && state_begin_ >= start);
  if (!is_whole)
    observe::error("groups", "{}: no complete state from offset {} on: offsets may be missing",
                   broker::kOffsetsTopic, start.value());
  return {};
}

// Everything from there on but what is rotten, of which `rot` tells the last.
Result<> OffsetsTopic::read_from(Offset next, const Visitor& visitor,
                                 std::optional<broker::RottenRecords>& rot) {
  const Offset end = log_.state(*partition_).log_end;
  state_begin_ = mark_begin_ = last_state_begin_ = Offset(-1);
  is_state_complete_ = false;
  bytes_since_state_ = bytes_at_begin_ = state_bytes_ = 0;
  while (next < end) {
    auto fetched = log_.read(*partition_, next, kReadBytes, broker::See::appended);
    if (fetched && fetched->is_cold)
      fetched = log_.read_cold(*partition_, next, kReadBytes, broker::See::appended);
    if (!fetched) return fail_in(broker::kOffsetsTopic, fetched.error());
    if (fetched->rotten) {
      rot = std::move(*fetched->rotten);
      next = rot->next;
      mark_begin_ = Offset(-1);  // a state that it is a part of is not whole
    }
    for (std::string_view batch : fetched->batches) {
      broker::BatchHeader header = broker::BatchHeader::read(batch.data());
      if (header.record_count == 0)
        observe::warn("groups",
                      "{}: offsets {} to {} were dropped by a repair: what groups have committed "
                      "there counts no more",
                      broker::kOffsetsTopic, header.base_offset, header.next_offset().value() - 1);
      EFD_TRY(read_batch(batch, visitor));
      next = header.next_offset();
    }
    if (!fetched->rotten && fetched->batches.empty()) break;
  }
  return {};
}

Result<> OffsetsTopic::read_batch(std::string_view batch, const Visitor& visitor) {
  broker::BatchHeader header = broker::BatchHeader::read(batch.data());
  if (header.is_control()) return {};
  broker::Records records;
  Offset from = std::max(Offset(header.base_offset), log_.state(*partition_).log_start);
  if (auto decoded = broker::decode_batch(batch, from, records); !decoded)
    return fail(ErrorCode::give_up, "{} at offset {}: {}", broker::kOffsetsTopic,
                header.base_offset, decoded.error().message);
  bytes_since_state_ += batch.size();
  for (const broker::RecordView& record : records.views) read_record(record, visitor);
  return {};
}

void OffsetsTopic::read_record(const broker::RecordView& record, const Visitor& visitor) {
  auto pass_over = [&](const Error& error) {
    observe::warn("groups", "{}: the record at offset {} is passed over: {}", broker::kOffsetsTopic,
                  record.offset.value(), error.message);
  };
  auto key = decode_key(record.key.value_or(""));
  if (!key) return pass_over(key.error());
  if (auto* mark = std::get_if<StateMark>(&*key)) return note_mark(*mark, record);
  if (auto* offset = std::get_if<OffsetKey>(&*key)) {
    if (!record.value) return visitor.on_offset(*offset, std::nullopt);
    auto value = decode_offset(*record.value, record.headers);
    return value ? visitor.on_offset(*offset, std::move(*value)) : pass_over(value.error());
  }
  const auto& group = std::get<GroupKey>(*key);
  if (!record.value) return visitor.on_group(group, std::nullopt);
  auto value = decode_group(*record.value);
  return value ? visitor.on_group(group, std::move(*value)) : pass_over(value.error());
}

void OffsetsTopic::note_mark(const StateMark& mark, const broker::RecordView& record) {
  if (!mark.is_end) {
    bytes_at_begin_ = bytes_since_state_;
    mark_begin_ = record.offset;
    if (!is_state_complete_) state_begin_ = record.offset;
    return;
  }
  is_state_complete_ = true;
  last_state_begin_ = mark_begin_;
  note_state_end();
}

void OffsetsTopic::note_state_end() {
  state_bytes_ = bytes_since_state_ - std::exchange(bytes_at_begin_, 0);
  bytes_since_state_ = state_bytes_;
}

// ---------------------------------------------------------------------------------------- writing

void OffsetsTopic::add(const OffsetsKey& key, const StoredOffset& offset, int64_t now_ms) {
  std::string key_bytes = encode_key(key), value = encode_value(offset);
  const auto& id = offset.topic.value().bytes();
  std::string_view id_bytes(reinterpret_cast<const char*>(id.data()), id.size());
  broker::HeaderView header{kTopicIdHeader, id_bytes};
  append_if_large();
  batch_.add({now_ms, key_bytes, value}, std::span<const broker::HeaderView>(&header, 1));
}

void OffsetsTopic::add(const OffsetsKey& key, const StoredGroup& group, int64_t now_ms) {
  append_if_large();
  batch_.add({now_ms, encode_key(key), encode_value(group)});
}

void OffsetsTopic::add_tombstone(const OffsetsKey& key, int64_t now_ms) {
  append_if_large();
  batch_.add({now_ms, encode_key(key), std::nullopt});
}

void OffsetsTopic::append_if_large() {
  if (batch_.size() < kBatchBytes || failed_) return;
  if (auto appended = append(); !appended) failed_ = appended.error();
}

Result<uint64_t> OffsetsTopic::append() {
  if (failed_) {
    batch_.clear();
    return fail(*std::exchange(failed_, std::nullopt));
  }
  if (batch_.record_count() == 0) return last_sequence_;
  EFD_ASSIGN(std::string_view batch, batch_.finish({}));
  broker::Appended appended;
  appended.error = broker::AppendError::unknown_topic_or_partition;
  appended.message = "the topic does not exist";
  if (partition_) appended = log_.append(*partition_, batch, true);
  size_t size = batch.size();
  batch_.clear();
  if (appended.error != broker::AppendError::none)
    return fail(code_of(appended.error), "{}: {}", broker::kOffsetsTopic, appended.message);
  bytes_since_state_ += size;
  last_sequence_ = appended.sequence;
  return appended.sequence;
}

Result<> OffsetsTopic::begin_state(int64_t now_ms) {
  EFD_TRY(append());
  bytes_at_begin_ = bytes_since_state_;
  state_begin_ = log_.state(*partition_).log_end;
  add_tombstone(StateMark{false}, now_ms);
  EFD_TRY(append());
  return {};
}

Result<Offset> OffsetsTopic::end_state(int64_t now_ms) {
  broker::HeaderView header{"efd.state", "complete"};
  batch_.add({now_ms, encode_key(StateMark{true}), std::nullopt},
             std::span<const broker::HeaderView>(&header, 1));
  EFD_TRY(append());
  note_state_end();
  return state_begin_;
}

Result<> OffsetsTopic::drop_before(Offset state) {
  const broker::CommitLog::Trim trim{partition_.get(), state};
  return log_.trim({&trim, 1});
}

}  // namespace efd::groups
