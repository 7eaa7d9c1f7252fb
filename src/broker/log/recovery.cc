// SPDX-License-Identifier: MIT
// What happens when a log is opened: the checkpoint tells what was, the WAL what came after it.
// Everything that a checkpoint or a `synced` record vouches for must be there; what is missing or
// spoilt beyond that is what a power cut may take, and is cut off.
#include "broker/log/recovery.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "broker/log/batch_rules.h"
#include "broker/log/checkpoints.h"
#include "broker/log/log_reads.h"
#include "broker/log/producer_ids.h"
#include "broker/log/topic_admin.h"
#include "broker/log/wal_writer.h"
#include "observe/log.h"

namespace efd::broker {
namespace {

bool ends_with_number(const std::string& name) {
  size_t dash = name.rfind('-');
  if (dash == std::string::npos || dash == 0 || dash + 1 == name.size()) return false;
  return std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dash) + 1, name.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

int64_t payload_number(const WalRecord& record) {
  return ByteReader(record.payload).little<int64_t>();
}

}  // namespace

// A full disk keeps no log from being opened: what is durable is read, and intake is closed until
// there is room for the rest.
Result<> CommitLog::State::Recovery::run() {
  EFD_TRY(log_.files.make_directories(log_.options.path + "/wal"));
  EFD_ASSIGN(log_.directory_lock, log_.files.lock_directory(log_.options.path));
  auto checkpoint = read_checkpoint(log_.files, log_.options.path);
  if (!checkpoint && checkpoint.error().code == ErrorCode::not_found) {
    EFD_TRY(create_files());
    checkpoint = read_checkpoint(log_.files, log_.options.path);
  }
  if (!checkpoint) return fail(checkpoint.error());
  EFD_TRY(mend_checkpoint(*checkpoint));
  EFD_TRY(restore(checkpoint->image));
  EFD_ASSIGN(auto numbers, wal_files_to_replay());
  EFD_TRY(replay(numbers));
  EFD_ASSIGN(auto leftovers, check_folders());
  for (const auto& [name, topic] : log_.topics.all())
    for (const PartitionHandle& partition : topic->partitions)
      partition->durable_end = partition->log_end;
  EFD_TRY(go_on_behind(numbers.back()));
  EFD_TRY(drop_older_wal_files(*checkpoint));
  // What the WAL says of them is durable only now.
  for (const std::string& path : log_.intake_error() ? std::vector<std::string>() : leftovers)
    EFD_TRY(system::remove_tree(log_.files, path));
  return {};
}

// A power cut in here leaves no checkpoint, and then at most a first WAL file without records.
Result<> CommitLog::State::Recovery::create_files() {
  EFD_ASSIGN(auto numbers, list_wal_files());
  for (uint64_t number : numbers) {
    EFD_ASSIGN(std::string bytes, system::read_file(log_.files, log_.wal_path(number)));
    if (number != 1 || bytes.size() > kWalFileHeaderBytes)
      return fail(ErrorCode::give_up,
                  "{} and {} are missing, but {} is there: restore one of the two from a copy",
                  checkpoint_path(log_.options.path), checkpoint_copy_path(log_.options.path),
                  log_.wal_path(number));
  }
  CheckpointImage image;
  image.log_id = log_.log_id = Uuid::random();
  EFD_TRY(log_.wal->new_wal_file());
  return put_checkpoint(log_.files, log_.options.path, encode_checkpoint(image));
}

// The copy may be older than the one that cannot be read, and what only that one knows is cut off
// segments and written anew: so it takes its place before anything is changed, lest that one can be
// read another time.
Result<> CommitLog::State::Recovery::mend_checkpoint(StoredCheckpoint& checkpoint) {
  if (checkpoint.damage.empty()) return {};
  observe::warn("log", "{}; the other copy is whole, and this one is made anew", checkpoint.damage);
  Result<> put = put_checkpoint(log_.files, log_.options.path, checkpoint.bytes);
  checkpoint.is_twice = put.has_value();
  return put || put.error().code == ErrorCode::overload ? Result<>() : put;
}

Result<> CommitLog::State::Recovery::restore(const CheckpointImage& image) {
  log_.log_id = image.log_id;
  log_.cluster_id = log_.log_id.base64();
  log_.checkpoints->set_first_wal_number(image.wal_number);
  log_.last_sequence = log_.durable_sequence = image.next_sequence - 1;
  log_.producer_ids->restore(image.next_producer_id);
  for (const TopicImage& topic : image.topics) EFD_TRY(restore_topic(topic));
  return {};
}

Result<> CommitLog::State::Recovery::restore_topic(const TopicImage& image) {
  const TopicDescription& description = image.description;
  EFD_TRY(check_topic_name(description.name.value()));
  EFD_ASSIGN(TopicSettings settings, parse_topic_config(description.config, log_.options));
  TopicPointer topic = log_.topic_admin->insert(description, settings);
  for (size_t i = 0; i < image.partitions.size(); ++i) {
    LogPartition& partition = *topic->partitions[i];
    partition.log_start = image.partitions[i].log_start;
    partition.log_end = partition.checked_end = image.partitions[i].end;
    partition.segments = image.partitions[i].segments;
    for (const auto& [id, state] : image.partitions[i].producers) {
      if (!partition.producers) partition.producers = std::make_unique<ProducerTable>();
      partition.producers->restore(id, state);
    }
  }
  return {};
}

Result<> CommitLog::State::Recovery::apply(const WalRecord& record) {
  Chunk* chunk = nullptr;
  std::string_view kept = place_recovered(record, chunk);
  switch (record.kind) {
    case WalKind::batch:
      return apply_batch(record, *chunk, kept);
    case WalKind::synced:
      if (kept.size() != sizeof(uint64_t)) break;
      log_.durable_sequence =
          std::max<uint64_t>(log_.durable_sequence, load_little<uint64_t>(kept.data()));
      return {};
    case WalKind::producer_ids:
      log_.producer_ids->restore(payload_number(record));
      return {};
    case WalKind::topic_deleted:
      if (TopicPointer topic = log_.topics.find(record.topic)) log_.topics.erase(*topic);
      return {};
    case WalKind::log_start:
      if (TopicPointer topic = log_.topics.find(record.topic)) {
        auto number = static_cast<size_t>(record.partition.value());
        if (number >= topic->partitions.size()) break;
        LogPartition& partition = *topic->partitions[number];
        partition.log_start =
            std::clamp(Offset(payload_number(record)), partition.log_start, partition.log_end);
      }
      return {};
    case WalKind::topic_changed:
      return apply_change(record);
    case WalKind::topic_created: {
      ByteReader reader(record.payload);
      TopicDescription topic = decode_topic(reader);
      if (!reader.ok() || topic.partitions > log_.options.partitions_max) break;
      EFD_TRY(check_topic_name(topic.name.value()));
      EFD_ASSIGN(TopicSettings settings, parse_topic_config(topic.config, log_.options));
      log_.topic_admin->insert(topic, settings);
      return {};
    }
  }
  return fail(ErrorCode::give_up, "record {} makes no sense", record.sequence);
}

Result<> CommitLog::State::Recovery::apply_change(const WalRecord& record) {
  ByteReader reader(record.payload);
  TopicDescription changed = decode_topic(reader);
  TopicPointer topic = log_.topics.find(record.topic);
  if (!topic) return {};  // deleted since
  auto before = static_cast<int32_t>(topic->partitions.size());
  if (!reader.ok() || changed.partitions < before ||
      changed.partitions > log_.options.partitions_max)
    return fail(ErrorCode::give_up, "record {}: topic '{}' cannot have been changed so",
                record.sequence, topic->facts->name.value());
  EFD_ASSIGN(TopicSettings settings, parse_topic_config(changed.config, log_.options));
  log_.topic_admin->change(*topic, changed, settings);
  return {};
}

Result<> CommitLog::State::Recovery::apply_batch(const WalRecord& record, Chunk& chunk,
                                                 std::string_view kept) {
  TopicPointer topic = log_.topics.find(record.topic);
  if (!topic) return {};  // deleted since
  auto number = static_cast<size_t>(record.partition.value());
  BatchHeader header = BatchHeader::read(record.payload.data());
  if (number >= topic->partitions.size() || !header.has_sane_offsets())
    return fail(ErrorCode::give_up, "record {}: no such partition or offset", record.sequence);
  LogPartition& partition = *topic->partitions[number];
  if (header.next_offset() <= partition.log_end) return {};
  if (Offset(header.base_offset) != partition.log_end)
    return fail(ErrorCode::give_up, "record {}: offset {} does not follow {} in {}-{}",
                record.sequence, header.base_offset, partition.log_end.value(),
                topic->facts->name.value(), number);
  add_to_tail(partition, chunk, kept);
  if (header.producer_id >= 0)
    note_producer(partition, header,
                  {0, 0, Offset(header.base_offset),
                   header.has_append_time() ? header.max_timestamp_ms : -1, 0},
                  log_.now_ms());
  ++log_.stats.recovered_batches;
  return {};
}

// Where its payload is kept.
std::string_view CommitLog::State::Recovery::place_recovered(const WalRecord& record,
                                                             Chunk*& chunk) {
  ChunkQueue::Place place = log_.chunks.reserve(wal_record_size(record.payload.size()));
  char* payload = place.bytes + kWalRecordHeaderBytes;
  if (!record.payload.empty()) std::memcpy(payload, record.payload.data(), record.payload.size());
  seal_wal_record(place.bytes, record);
  place.chunk->last_sequence = record.sequence;
  chunk = place.chunk;
  return {payload, record.payload.size()};
}

// What nobody names: files of deleted topics, below the log start, and those that a checkpoint had
// begun to write. Refused when one that is named is missing.
Result<std::vector<std::string>> CommitLog::State::Recovery::check_folders() {
  std::set<std::string> wanted;
  std::vector<std::string> leftovers;
  for (const auto& [name, topic] : log_.topics.all()) {
    for (const PartitionHandle& partition : topic->partitions) {
      std::erase_if(partition->segments, [&](const Segment& segment) {
        return segment.end_offset <= partition->log_start.value();
      });
      EFD_TRY(check_segments(*partition));
      if (partition->segments.empty()) continue;
      EFD_TRY(check_folder(*partition, leftovers));
      wanted.insert(log_.folder(*partition));
    }
  }
  EFD_ASSIGN(auto entries, log_.files.list(log_.options.path));
  for (const auto& entry : entries) {
    std::string path = log_.options.path + "/" + entry.name;
    if (entry.is_directory && ends_with_number(entry.name) && !wanted.contains(path))
      leftovers.push_back(std::move(path));
  }
  return leftovers;
}

// A segment that is missing is told, and keeps nobody from the others.
Result<> CommitLog::State::Recovery::check_folder(const LogPartition& partition,
                                                  std::vector<std::string>& leftovers) {
  std::map<std::string, const Segment*> wanted;
  for (const Segment& segment : partition.segments)
    wanted[segment_file_name(segment.base_offset)] = &segment;
  auto entries = log_.files.list(log_.folder(partition));
  if (!entries && entries.error().code != ErrorCode::not_found) return fail(entries.error());
  for (const auto& entry : entries ? *entries : std::vector<system::DirectoryEntry>()) {
    if (!wanted.erase(entry.name) && entry.name.ends_with(".log"))
      leftovers.push_back(log_.folder(partition) + "/" + entry.name);
  }
  for (const auto& [name, segment] : wanted)
    log_.damages.note(log_.folder(partition) + "/" + name,
                      log_.reads->missing_segment(partition, *segment));
  return {};
}

// The last one may be longer than its checkpoint knows: what was written there is in the WAL too.
// A file that is not ours is left as it is.
Result<> CommitLog::State::Recovery::check_segments(LogPartition& partition) {
  for (const Segment& segment : partition.segments) log_.stats.segment_bytes += segment.length;
  if (partition.segments.empty()) return {};
  const Segment& last = partition.segments.back();
  EFD_ASSIGN(bool is_ours, ends_as_written(log_.files, log_.folder(partition), last));
  if (!is_ours) return {};
  std::string path = log_.folder(partition) + "/" + segment_file_name(last.base_offset);
  EFD_ASSIGN(auto file, log_.files.open(path, system::Open::write));
  EFD_ASSIGN(uint64_t size, file->size());
  // Whether its sync failed is not known: nothing more is written to it.
  partition.must_roll = size > last.length;
  return partition.must_roll ? file->truncate(last.length) : Result<>();
}

}  // namespace efd::broker
