// SPDX-License-Identifier: MIT
// A log that nobody has open is made whole again. What is good of a damaged segment stays where it
// is, or goes to a new file behind what is dropped; then a checkpoint names these in its place, and
// only after that the old file is cut or set aside: a crash leaves either the old state or the new.
#include "broker/log/segment_repair.h"

#include <algorithm>

#include "broker/log/checkpoints.h"
#include "broker/log/log_reads.h"

namespace efd::broker {

struct CommitLog::State::SegmentRepair::DamagedSegment {
  PartitionHandle partition;
  Segment segment;
  std::string path;
  std::vector<Rot> rots;        // by position
  std::vector<Segment> pieces;  // what is good of it
};

namespace {

constexpr size_t kCopyBytes = 4u << 20;

// Extends the piece by batches that have been checked.
void extend(Segment& piece, std::string_view batches) {
  while (!batches.empty()) {
    BatchHeader header = BatchHeader::read(batches.data());
    piece.last_crc = header_crc(batches);
    piece.last_position = piece.length;
    if (piece.length == 0) piece.first_crc = piece.last_crc;
    piece.length += header.size();
    piece.end_offset = header.next_offset().value();
    batches.remove_prefix(header.size());
  }
}

// The batches between two places, all of them good. What begins the file stays in it; anything else
// is copied to one of its own.
Result<Segment> make_piece(system::FileSystem& files, const std::string& folder,
                           SegmentReader& reader, const Segment& segment, SegmentReader::Place from,
                           uint64_t end_position) {
  Segment piece = segment;
  piece.base_offset = from.offset;
  piece.length = 0;
  std::unique_ptr<system::File> file;
  if (from.position > 0) {
    EFD_ASSIGN(file,
               files.open(folder + "/" + segment_file_name(from.offset), system::Open::create));
    EFD_TRY(file->truncate(0));
  }
  while (from.position < end_position) {
    EFD_ASSIGN(auto found, reader.read(from, segment, kCopyBytes));
    if (found.rot) return fail(ErrorCode::give_up, "{}", found.rot->message);
    if (file) EFD_TRY(file->write_at(piece.length, found.bytes));
    extend(piece, found.bytes);
    from = found.next;
  }
  if (file) EFD_TRY(file->sync());
  return piece;
}

}  // namespace

Result<std::vector<LogDamage>> CommitLog::State::SegmentRepair::run(Repair what) {
  EFD_ASSIGN(auto damaged, find_damaged_segments());
  std::vector<LogDamage> damages;
  for (const DamagedSegment& each : damaged)
    for (const Rot& rot : each.rots)
      damages.push_back({each.partition->topic->name, each.partition->number, Offset(rot.from),
                         Offset(rot.next), rot.end_position - rot.position, rot.is_mendable,
                         rot.message});
  if (what == Repair::look || damaged.empty()) return damages;
  for (DamagedSegment& each : damaged) EFD_TRY(mend(each));
  for (DamagedSegment& each : damaged) EFD_TRY(keep_what_is_good(each));
  for (const DamagedSegment& each : damaged) replace(each);
  EFD_TRY(log_.checkpoints->make());
  for (const DamagedSegment& each : damaged) EFD_TRY(put_away(each));
  return damages;
}

Result<std::vector<CommitLog::State::SegmentRepair::DamagedSegment>>
CommitLog::State::SegmentRepair::find_damaged_segments() {
  std::vector<DamagedSegment> damaged;
  std::map<TopicName, TopicPointer> by_name(log_.topics.all().begin(), log_.topics.all().end());
  for (const auto& [name, topic] : by_name) {
    for (const PartitionHandle& partition : topic->partitions) {
      for (const Segment& segment : partition->segments) {
        EFD_ASSIGN(auto rots, rots_of(*partition, segment));
        std::string path = log_.folder(*partition) + "/" + segment_file_name(segment.base_offset);
        if (!rots.empty()) damaged.push_back({partition, segment, path, std::move(rots), {}});
      }
    }
  }
  return damaged;
}

Result<std::vector<Rot>> CommitLog::State::SegmentRepair::rots_of(const LogPartition& partition,
                                                                  const Segment& segment) {
  EFD_ASSIGN(auto reader, log_.reads->open_segment(partition, segment));
  if (!reader) return std::vector<Rot>{log_.reads->missing_segment(partition, segment)};
  return reader->check_all(segment);
}

// In its place: the batch cannot be read before, and it can behind.
Result<> CommitLog::State::SegmentRepair::mend(DamagedSegment& damaged) {
  auto is_mendable = [](const Rot& rot) { return rot.is_mendable; };
  if (std::none_of(damaged.rots.begin(), damaged.rots.end(), is_mendable)) return {};
  EFD_ASSIGN(auto file, log_.files.open(damaged.path, system::Open::write));
  for (const Rot& rot : damaged.rots) {
    if (!rot.is_mendable) continue;
    std::string batch(rot.end_position - rot.position, '\0');
    EFD_TRY(file->read_at(rot.position, batch.data(), batch.size()));
    mend_batch(batch, Offset(rot.from));
    EFD_TRY(file->write_at(rot.position, std::string_view(batch).substr(0, kBatchCrcFrom)));
  }
  EFD_TRY(file->sync());
  log_.cache.forget(damaged.path);
  EFD_ASSIGN(damaged.rots, rots_of(*damaged.partition, damaged.segment));
  return {};
}

Result<> CommitLog::State::SegmentRepair::keep_what_is_good(DamagedSegment& damaged) {
  const Segment& segment = damaged.segment;
  const std::string path = log_.folder(*damaged.partition);
  EFD_ASSIGN(auto reader, log_.reads->open_segment(*damaged.partition, segment));
  SegmentReader::Place from = SegmentReader::begin_of(segment);
  auto keep_to = [&](uint64_t position) -> Result<> {
    if (position == from.position) return {};
    EFD_ASSIGN(Segment piece, make_piece(log_.files, path, *reader, segment, from, position));
    damaged.pieces.push_back(piece);
    return {};
  };
  for (const Rot& rot : damaged.rots) {
    EFD_TRY(keep_to(rot.position));
    from = {rot.end_position, rot.next};
  }
  EFD_TRY(keep_to(segment.length));
  return damaged.pieces.empty() ? Result<>() : log_.files.sync_directory(path);
}

void CommitLog::State::SegmentRepair::replace(const DamagedSegment& damaged) {
  std::lock_guard lock(log_.mutex);
  std::vector<Segment>& segments = damaged.partition->segments;
  auto old = std::find_if(segments.begin(), segments.end(), [&](const Segment& segment) {
    return segment.base_offset == damaged.segment.base_offset;
  });
  old = segments.erase(old);
  segments.insert(old, damaged.pieces.begin(), damaged.pieces.end());
  uint64_t left = 0;
  for (const Segment& piece : damaged.pieces) left += piece.length;
  log_.stats.segment_bytes -= damaged.segment.length - left;
}

// What is behind the first piece has been copied, or dropped.
Result<> CommitLog::State::SegmentRepair::put_away(const DamagedSegment& damaged) {
  log_.cache.forget(damaged.path);
  EFD_ASSIGN(bool is_there, log_.files.exists(damaged.path));
  if (!is_there) return {};
  if (damaged.pieces.empty()) return log_.files.rename(damaged.path, damaged.path + ".aside");
  if (damaged.pieces.front().base_offset != damaged.segment.base_offset)
    return log_.files.remove(damaged.path);
  EFD_ASSIGN(auto file, log_.files.open(damaged.path, system::Open::write));
  EFD_TRY(file->truncate(damaged.pieces.front().length));
  return file->sync();
}

}  // namespace efd::broker
