// SPDX-License-Identifier: MIT
// Which files of the WAL are read when a log is opened, how far each counts, and what becomes of it
// when a part of that may not be durable.
#include <algorithm>
#include <charconv>

#include "broker/log/checkpoints.h"
#include "broker/log/recovery.h"
#include "broker/log/wal_reader.h"
#include "broker/log/wal_writer.h"
#include "broker/record_batch.h"
#include "observe/log.h"

namespace efd::broker {
namespace {

std::optional<uint64_t> wal_number_of(const std::string& name) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || wal_file_name(number) != name) return std::nullopt;
  return number;
}

}  // namespace

Result<std::vector<uint64_t>> CommitLog::State::Recovery::list_wal_files() {
  const std::string path = log_.options.path + "/wal";
  EFD_ASSIGN(auto entries, log_.files.list(path));
  std::vector<uint64_t> numbers;
  for (const auto& entry : entries) {
    if (auto number = wal_number_of(entry.name)) numbers.push_back(*number);
    // One that was not finished before the process ended.
    if (entry.name.ends_with(".wal.new")) EFD_TRY(log_.files.remove(path + "/" + entry.name));
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// Files older than the checkpoint have come back by a power cut, or the checkpoint was not
// finished: then its name may not be durable, and the one before it needs them. So it is put in its
// place once more before they go; on a full disk they stay, and nothing is durable before it is:
// the one before it may not know what only segments have. The same where its two copies differ.
Result<> CommitLog::State::Recovery::drop_older_wal_files(const StoredCheckpoint& checkpoint) {
  EFD_ASSIGN(auto numbers, list_wal_files());
  if (numbers.front() >= log_.checkpoints->first_wal_number() && checkpoint.is_twice) return {};
  Result<> put = put_checkpoint(log_.files, log_.options.path, checkpoint.bytes);
  uint64_t first = log_.checkpoints->first_wal_number();
  log_.checkpoints->set_first_wal_number(numbers.front());
  if (put) return log_.checkpoints->remove_wal_files_below(first);
  if (put.error().code != ErrorCode::overload) return put;
  {
    std::lock_guard lock(log_.mutex);
    log_.undurable_checkpoint = checkpoint.bytes;
  }
  static_cast<void>(log_.note_failure(put.error()));
  return {};
}

// An unused one between them is none that is missing: a checkpoint may have failed behind it.
// Unless its header is not durable: then it may stand for one whose name did not become so.
Result<std::vector<uint64_t>> CommitLog::State::Recovery::wal_files_to_replay() {
  EFD_ASSIGN(auto numbers, list_wal_files());
  std::vector<uint64_t> wanted;
  std::vector<uint64_t> unused;  // behind those
  for (uint64_t number : numbers) {
    if (number < log_.checkpoints->first_wal_number()) continue;
    EFD_ASSIGN(bool is_unused, is_unused_wal_file(number));
    for (uint64_t between : is_unused ? std::vector<uint64_t>() : std::exchange(unused, {}))
      if (WalReader::open(log_.files, log_.wal_path(between), log_.log_id, between))
        wanted.push_back(between);
    (is_unused ? unused : wanted).push_back(number);
  }
  if (wanted.empty() || wanted.front() != log_.checkpoints->first_wal_number())
    return missing(log_.checkpoints->first_wal_number());
  if (!unused.empty() && unused.front() > wanted.back() + 1) return missing(wanted.back() + 1);
  log_.wal->go_on_behind(wanted.back());
  return wanted;
}

tl::unexpected<Error> CommitLog::State::Recovery::missing(uint64_t number) const {
  return fail(ErrorCode::give_up,
              "{} is missing: restore it from a copy, or run `efd log repair`, which says what it "
              "drops",
              log_.wal_path(number));
}

// Nothing was written to it; its header may not even be durable, when a checkpoint or a recovery
// was cut short. It is made again.
Result<bool> CommitLog::State::Recovery::is_unused_wal_file(uint64_t number) {
  if (number == log_.checkpoints->first_wal_number()) return false;
  EFD_ASSIGN(auto file, log_.files.open(log_.wal_path(number), system::Open::read));
  EFD_ASSIGN(uint64_t size, file->size());
  return size <= kWalFileHeaderBytes;
}

// A file whose sync failed was given up, and what was not durable was written again to the next
// one, also when the log was opened: so a file ends where a later one begins, whatever stands
// behind. One whose name did not become durable is no loss where the next one has its records.
Result<> CommitLog::State::Recovery::replay(const std::vector<uint64_t>& numbers) {
  std::vector<WalReader> readers;
  std::vector<uint64_t> firsts;  // sequence of the first record; 0: there is none
  for (uint64_t number : numbers) {
    EFD_ASSIGN(WalReader reader,
               WalReader::open(log_.files, log_.wal_path(number), log_.log_id, number));
    EFD_ASSIGN(firsts.emplace_back(), reader.first_sequence());
    readers.push_back(std::move(reader));
  }
  std::vector<uint64_t> ends(numbers.size(), UINT64_MAX);
  for (size_t i = numbers.size() - 1; i-- > 0;)
    ends[i] = std::min(ends[i + 1], firsts[i + 1] > 0 ? firsts[i + 1] : UINT64_MAX);
  size_t last = 0;  // of those that hold a part of the log
  std::optional<uint64_t> absent;
  for (size_t i = 0; i < readers.size(); ++i) {
    if (i > 0 && numbers[i] != numbers[i - 1] + 1 && !absent) absent = numbers[i - 1] + 1;
    if (firsts[i] == 0 || firsts[i] >= ends[i]) continue;
    if (firsts[i] > log_.last_sequence + 1) break;
    absent.reset();
    EFD_TRY(replay_file(readers[i], firsts[i], ends[i]));
    last = i;
  }
  if (absent) return missing(*absent);
  log_.stats.unchecked_bytes = log_.bytes_appended;
  log_.checkpoint_wanted = log_.bytes_appended >= log_.options.checkpoint_bytes;
  return refuse_rot(readers, last);
}

Result<> CommitLog::State::Recovery::replay_file(WalReader& reader, uint64_t first,
                                                 uint64_t below) {
  WalRecord record;
  for (uint64_t sequence = first; sequence < below; ++sequence) {
    EFD_ASSIGN(bool found, reader.next(sequence, record));
    if (!found) return {};
    if (sequence <= log_.last_sequence) continue;  // the checkpoint covers it
    auto applied = apply(record);
    if (!applied)
      return fail_in(fmt::format("{} before byte {}", reader.path(), reader.position()),
                     applied.error());
    log_.last_sequence = record.sequence;
    log_.bytes_appended += wal_record_size(record.payload.size());
  }
  return {};
}

// The log ends at the position of the last reader that has a part of it. Refused when something
// behind that says that what should come there was durable.
Result<> CommitLog::State::Recovery::refuse_rot(std::vector<WalReader>& readers, size_t last) {
  uint64_t vouched = log_.durable_sequence, position = readers[last].position(), torn = 0;
  for (size_t i = last; i < readers.size(); ++i) {
    torn += readers[i].size() - readers[i].position();
    EFD_ASSIGN(uint64_t more, readers[i].last_vouched_for());
    vouched = std::max(vouched, more);
  }
  if (vouched > log_.last_sequence)
    return fail(
        ErrorCode::give_up,
        "{}: damaged at byte {}: record {} cannot be read, but was durable before later "
        "ones were written; restore the file from a copy, or run `efd log repair`, which says "
        "what it drops",
        readers[last].path(), position, log_.last_sequence + 1);
  log_.stats.torn_bytes += torn;
  if (torn > 0)
    observe::warn("log",
                  "{}: the log ends at byte {}: what was written behind it is torn, and cut off",
                  readers[last].path(), position);
  return {};
}

// What was replayed stays where it is until the next checkpoint: a thousand partitions' files need
// not be written before the log opens. What no record vouches for may never have reached the disk,
// though it can be read: a process that was killed may have seen its sync fail. It is written
// again, to a new file.
Result<> CommitLog::State::Recovery::go_on_behind(uint64_t last_number) {
  if (last_number == log_.checkpoints->first_wal_number()) {
    EFD_ASSIGN(auto first, log_.files.open(log_.wal_path(last_number), system::Open::write));
    EFD_ASSIGN(uint64_t size, first->size());
    if (size == kWalFileHeaderBytes) {
      auto file = std::make_shared<WalFile>();
      *file = {std::move(first), last_number, log_.wal_path(last_number)};
      log_.chunks.switch_file(std::move(file), kWalFileHeaderBytes);
      return {};
    }
  }
  log_.needs_wal_file = true;
  note_undurable();
  Result<> durable = log_.wal->commit();
  return durable || durable.error().code == ErrorCode::overload ? Result<>() : durable;
}

// A `synced` record with nothing behind it, which a stop leaves, has done what it is for.
void CommitLog::State::Recovery::note_undurable() {
  auto is_mark = [](std::string_view record) {
    return static_cast<WalKind>(record[kWalKindPosition]) == WalKind::synced;
  };
  std::vector<std::string_view> undurable = log_.chunks.records_behind(log_.durable_sequence);
  if (std::all_of(undurable.begin(), undurable.end(), is_mark)) {
    log_.chunks.forget_behind(log_.durable_sequence);
    log_.last_sequence = log_.durable_sequence;
  }
  for (std::string_view bytes : log_.chunks.records_behind(log_.durable_sequence)) {
    WalRecord record;
    size_t size = 0;
    if (parse_wal_record(bytes, record, size) != WalParse::record) continue;
    TopicPointer topic = record.kind == WalKind::batch ? log_.topics.find(record.topic) : nullptr;
    if (!topic) continue;
    const PartitionHandle& partition =
        topic->partitions[static_cast<size_t>(record.partition.value())];
    if (std::exchange(partition->is_uncommitted, true)) continue;
    log_.uncommitted.push_back(partition);
    partition->durable_end = Offset(BatchHeader::read(record.payload.data()).base_offset);
  }
}

}  // namespace efd::broker
