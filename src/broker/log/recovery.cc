// SPDX-License-Identifier: MIT
// What happens when a log is opened: the checkpoint tells what was, the WAL what came after it.
// Everything that a checkpoint or a `synced` record vouches for must be there; what is missing or
// spoilt beyond that is what a power cut may take, and is cut off.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <set>

#include "broker/log/batch_rules.h"
#include "broker/log/log_state.h"
#include "broker/log/wal_reader.h"
#include "observe/log.h"

namespace efd::broker {
namespace {

bool ends_with_number(const std::string& name) {
  size_t dash = name.rfind('-');
  if (dash == std::string::npos || dash == 0 || dash + 1 == name.size()) return false;
  return std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dash) + 1, name.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<uint64_t> wal_number_of(const std::string& name) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || wal_file_name(number) != name) return std::nullopt;
  return number;
}

Result<std::vector<uint64_t>> list_wal_files(system::FileSystem& files, const std::string& path) {
  EFD_ASSIGN(auto entries, files.list(path));
  std::vector<uint64_t> numbers;
  for (const auto& entry : entries)
    if (auto number = wal_number_of(entry.name)) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

int64_t payload_number(const WalRecord& record) {
  return ByteReader(record.payload).little<int64_t>();
}

}  // namespace

// Opening writes: a new file of the WAL, and where the WAL's end is torn a checkpoint.
Result<> CommitLog::State::open() {
  Result<> recovered = recover();
  if (recovered || recovered.error().code != ErrorCode::overload) return recovered;
  return fail(ErrorCode::overload,
              "{}: the log cannot be opened on a full disk, for it has {} bytes to replay: make so "
              "much room, and {} bytes more for intake to go on, and start again; nothing is lost "
              "({})",
              options.path, stats.unchecked_bytes.load(), options.disk_reserve_bytes,
              recovered.error().message);
}

Result<> CommitLog::State::recover() {
  EFD_TRY(files.make_directories(options.path + "/wal"));
  EFD_ASSIGN(directory_lock, files.lock_directory(options.path));
  std::string path = options.path + "/checkpoint";
  EFD_ASSIGN(bool is_there, files.exists(path));
  if (!is_there) EFD_TRY(create_files());
  EFD_ASSIGN(std::string bytes, system::read_file(files, path, kCheckpointBytesMax));
  auto image = decode_checkpoint(bytes);
  if (!image) return fail_in(path, image.error());
  EFD_TRY(restore(*image));
  EFD_ASSIGN(auto numbers, wal_files_to_replay());
  EFD_ASSIGN(bool is_whole, replay(numbers));
  EFD_TRY(clean_folders());
  durable_sequence = last_sequence;
  // What was torn must not be looked at again.
  EFD_TRY(is_whole ? go_on_behind(numbers) : checkpoint());
  for (const auto& [name, topic] : topics.all())
    for (const PartitionHandle& partition : topic->partitions)
      partition->durable_end = partition->log_end;
  return check_disk();
}

// A power cut in here leaves no checkpoint, and then at most a first WAL file without records.
Result<> CommitLog::State::create_files() {
  EFD_ASSIGN(auto numbers, list_wal_files(files, options.path + "/wal"));
  for (uint64_t number : numbers) {
    EFD_ASSIGN(std::string bytes, system::read_file(files, wal_path(number)));
    if (number != 1 || bytes.size() > kWalFileHeaderBytes)
      return fail(ErrorCode::give_up,
                  "{}/checkpoint is missing, but {} is there: restore it from a copy", options.path,
                  wal_path(number));
  }
  CheckpointImage image;
  image.log_id = log_id = Uuid::random();
  EFD_TRY(new_wal_file(image.wal_number));
  return system::replace_file(files, options.path + "/checkpoint", encode_checkpoint(image));
}

Result<> CommitLog::State::restore(const CheckpointImage& image) {
  log_id = image.log_id;
  cluster_id = log_id.base64();
  wal_number = first_wal_number = image.wal_number;
  last_sequence = image.next_sequence - 1;
  next_producer_id = producer_ids_end = image.next_producer_id;
  for (const TopicImage& topic : image.topics) EFD_TRY(restore_topic(topic));
  return {};
}

Result<> CommitLog::State::restore_topic(const TopicImage& image) {
  const TopicDescription& description = image.description;
  EFD_TRY(check_topic_name(description.name.value()));
  EFD_ASSIGN(TopicSettings settings, parse_topic_config(description.config, options));
  TopicPointer topic = insert_topic(description, settings);
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

// Those that a checkpoint has dropped may have come back by a power cut: they mean nothing.
Result<std::vector<uint64_t>> CommitLog::State::wal_files_to_replay() {
  EFD_ASSIGN(auto numbers, list_wal_files(files, options.path + "/wal"));
  std::vector<uint64_t> wanted;
  for (uint64_t number : numbers) {
    if (number < first_wal_number) {
      EFD_TRY(files.remove(wal_path(number)));
      continue;
    }
    if (number != first_wal_number + wanted.size()) break;
    wanted.push_back(number);
  }
  size_t beyond = static_cast<size_t>(
      numbers.end() - std::lower_bound(numbers.begin(), numbers.end(), first_wal_number));
  if (wanted.empty() || wanted.size() != beyond)
    return fail(ErrorCode::give_up, "{} is missing: restore it from a copy",
                wal_path(first_wal_number + wanted.size()));
  EFD_ASSIGN(bool is_unused, is_unused_wal_file(wanted.back()));
  if (is_unused) wanted.pop_back();
  return wanted;
}

// Nothing was written to it; its header may not even be durable, when a checkpoint or a recovery
// was cut short. It is made again.
Result<bool> CommitLog::State::is_unused_wal_file(uint64_t number) {
  if (number == first_wal_number) return false;
  EFD_ASSIGN(auto file, files.open(wal_path(number), system::Open::read));
  EFD_ASSIGN(uint64_t size, file->size());
  return size <= kWalFileHeaderBytes;
}

// False: the log ends in the middle of them.
Result<bool> CommitLog::State::replay(const std::vector<uint64_t>& numbers) {
  bool is_whole = true;
  for (size_t i = 0; i < numbers.size() && is_whole; ++i) {
    EFD_ASSIGN(is_whole, replay_file(numbers, i));
  }
  wal_number = numbers.back();
  stats.unchecked_bytes = bytes_appended;
  checkpoint_wanted = bytes_appended >= options.checkpoint_bytes;
  return is_whole;
}

// What was replayed stays where it is until the next checkpoint: a thousand partitions' files need
// not be written before the log opens. It may have been written and not synced by a process that
// was killed, so it is synced now; the first record behind it vouches for it.
Result<> CommitLog::State::go_on_behind(const std::vector<uint64_t>& numbers) {
  auto file = std::make_shared<WalFile>();
  if (bytes_appended == 0) {
    file->path = wal_path(wal_number);
    file->number = wal_number;
    EFD_ASSIGN(file->file, files.open(file->path, system::Open::write));
  } else {
    for (uint64_t number : numbers) {
      EFD_ASSIGN(auto replayed, files.open(wal_path(number), system::Open::write));
      EFD_TRY(replayed->sync());
    }
    EFD_ASSIGN(file, new_wal_file(wal_number + 1));
    ++wal_number;
    mark_due = last_sequence;
  }
  chunks.switch_file(std::move(file), kWalFileHeaderBytes);
  return {};
}

// False: it ends with something that is no record, and so does the log.
Result<bool> CommitLog::State::replay_file(const std::vector<uint64_t>& numbers, size_t index) {
  uint64_t number = numbers[index];
  EFD_ASSIGN(WalReader reader, WalReader::open(files, wal_path(number), log_id, number));
  WalRecord record;
  while (true) {
    EFD_ASSIGN(bool found, reader.next(last_sequence + 1, record));
    if (!found) break;
    auto applied = apply(record);
    if (!applied)
      return fail_in(fmt::format("{} before byte {}", reader.path(), reader.position()),
                     applied.error());
    last_sequence = record.sequence;
    bytes_appended += wal_record_size(record.payload.size());
  }
  bool is_whole = reader.position() == reader.size();
  if (is_whole && index + 1 == numbers.size()) return true;
  if (is_whole) {
    uint64_t next = numbers[index + 1];
    EFD_ASSIGN(WalReader behind, WalReader::open(files, wal_path(next), log_id, next));
    EFD_ASSIGN(bool goes_on, behind.next(last_sequence + 1, record));
    if (goes_on || behind.size() == kWalFileHeaderBytes) return true;
  }
  stats.torn_bytes += reader.size() - reader.position();
  EFD_TRY(refuse_rot(reader,
                     {numbers.begin() + static_cast<std::ptrdiff_t>(index) + 1, numbers.end()}));
  observe::warn("log",
                "{}: the log ends at byte {}: what was written behind it is torn, and cut off",
                reader.path(), reader.position());
  return false;
}

// The log ends at the reader's position. Refused when something behind it says that what should
// come there was durable.
Result<> CommitLog::State::refuse_rot(WalReader& reader, const std::vector<uint64_t>& later) {
  uint64_t position = reader.position();
  EFD_ASSIGN(uint64_t vouched, reader.last_vouched_for());
  for (uint64_t number : later) {
    EFD_ASSIGN(WalReader behind, WalReader::open(files, wal_path(number), log_id, number));
    EFD_ASSIGN(uint64_t more, behind.last_vouched_for());
    vouched = std::max(vouched, more);
    stats.torn_bytes += behind.size() - kWalFileHeaderBytes;
  }
  if (vouched <= last_sequence) return {};
  return fail(ErrorCode::give_up,
              "{}: damaged at byte {}: record {} cannot be read, but was durable before later ones "
              "were written; restore the file from a copy, or move the log away",
              reader.path(), position, last_sequence + 1);
}

Result<> CommitLog::State::apply(const WalRecord& record) {
  switch (record.kind) {
    case WalKind::batch:
      return apply_batch(record);
    case WalKind::synced:
      return {};
    case WalKind::producer_ids:
      next_producer_id = producer_ids_end = payload_number(record);
      return {};
    case WalKind::topic_deleted:
      if (TopicPointer topic = topics.find(record.topic)) topics.erase(*topic);
      return {};
    case WalKind::log_start:
      if (TopicPointer topic = topics.find(record.topic)) {
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
      if (!reader.ok() || topic.partitions > options.partitions_max) break;
      EFD_TRY(check_topic_name(topic.name.value()));
      EFD_ASSIGN(TopicSettings settings, parse_topic_config(topic.config, options));
      insert_topic(topic, settings);
      return {};
    }
  }
  return fail(ErrorCode::give_up, "record {} makes no sense", record.sequence);
}

Result<> CommitLog::State::apply_change(const WalRecord& record) {
  ByteReader reader(record.payload);
  TopicDescription changed = decode_topic(reader);
  TopicPointer topic = topics.find(record.topic);
  if (!topic) return {};  // deleted since
  auto before = static_cast<int32_t>(topic->partitions.size());
  if (!reader.ok() || changed.partitions < before || changed.partitions > options.partitions_max)
    return fail(ErrorCode::give_up, "record {}: topic '{}' cannot have been changed so",
                record.sequence, topic->facts->name.value());
  EFD_ASSIGN(TopicSettings settings, parse_topic_config(changed.config, options));
  change(*topic, changed, settings);
  return {};
}

Result<> CommitLog::State::apply_batch(const WalRecord& record) {
  TopicPointer topic = topics.find(record.topic);
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
  place_recovered(partition, record);
  if (header.producer_id >= 0)
    note_producer(partition, header,
                  {0, 0, Offset(header.base_offset),
                   header.has_append_time() ? header.max_timestamp_ms : -1, 0},
                  now_ms());
  ++stats.recovered_batches;
  return {};
}

void CommitLog::State::place_recovered(LogPartition& partition, const WalRecord& record) {
  auto [chunk, bytes] = chunks.reserve((record.payload.size() + 7) & ~size_t{7});
  std::memcpy(bytes, record.payload.data(), record.payload.size());
  chunk->last_sequence = record.sequence;
  add_to_tail(partition, *chunk, {bytes, record.payload.size()});
}

// Removes what no checkpoint names: files of deleted topics, below the log start, and those that a
// checkpoint had begun to write.
Result<> CommitLog::State::clean_folders() {
  std::set<std::string> wanted;
  for (const auto& [name, topic] : topics.all()) {
    for (const PartitionHandle& partition : topic->partitions) {
      std::erase_if(partition->segments, [&](const Segment& segment) {
        return segment.end_offset <= partition->log_start.value();
      });
      EFD_TRY(check_segments(*partition));
      if (partition->segments.empty()) continue;
      EFD_TRY(clean_folder(*partition));
      wanted.insert(folder(*partition));
    }
  }
  EFD_ASSIGN(auto entries, files.list(options.path));
  for (const auto& entry : entries) {
    std::string path = options.path + "/" + entry.name;
    if (entry.is_directory && ends_with_number(entry.name) && !wanted.contains(path))
      EFD_TRY(system::remove_tree(files, path));
  }
  return {};
}

// A segment that is missing is told, and keeps nobody from the others.
Result<> CommitLog::State::clean_folder(const LogPartition& partition) {
  std::map<std::string, const Segment*> wanted;
  for (const Segment& segment : partition.segments)
    wanted[segment_file_name(segment.base_offset)] = &segment;
  auto entries = files.list(folder(partition));
  if (!entries && entries.error().code != ErrorCode::not_found) return fail(entries.error());
  for (const auto& entry : entries ? *entries : std::vector<system::DirectoryEntry>()) {
    if (!wanted.erase(entry.name) && entry.name.ends_with(".log"))
      EFD_TRY(files.remove(folder(partition) + "/" + entry.name));
  }
  for (const auto& [name, segment] : wanted)
    note_damage(folder(partition) + "/" + name, missing_segment(partition, *segment));
  return {};
}

// The last one may be longer than its checkpoint knows: what was written there is in the WAL too.
// A file that is not ours is left as it is.
Result<> CommitLog::State::check_segments(LogPartition& partition) {
  for (const Segment& segment : partition.segments) stats.segment_bytes += segment.length;
  if (partition.segments.empty()) return {};
  const Segment& last = partition.segments.back();
  EFD_ASSIGN(bool is_ours, ends_as_written(files, folder(partition), last));
  if (!is_ours) return {};
  std::string path = folder(partition) + "/" + segment_file_name(last.base_offset);
  EFD_ASSIGN(auto file, files.open(path, system::Open::write));
  EFD_ASSIGN(uint64_t size, file->size());
  return size > last.length ? file->truncate(last.length) : Result<>();
}

}  // namespace efd::broker
