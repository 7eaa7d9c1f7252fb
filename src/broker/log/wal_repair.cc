// SPDX-License-Identifier: MIT
#include "broker/log/wal_repair.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/bytes.h"
#include "broker/log/checkpoint_copies.h"
#include "broker/log/wal_format.h"
#include "broker/record_batch.h"
#include "codec/checksum.h"

namespace efd::broker {
namespace {

using PartitionKey = std::pair<TopicId, int32_t>;

struct LostOffsets {
  PartitionKey key;
  int64_t from = 0;
  int64_t next = 0;
};

// A record, or records that cannot be read.
struct Part {
  bool is_hole = false;
  std::string_view bytes;  // of the file
  uint64_t position = 0;
  uint64_t sequence = 0;  // of the first
  uint64_t count = 1;
  WalRecord record;
  std::vector<LostOffsets> lost;  // of a hole
};

struct WalScan {
  uint64_t number = 0;
  std::string path;
  bool is_on_disk = true;
  bool is_missing = false;  // though its records are needed, or another file is in its place
  bool has_header = true;   // as it should be
  std::string bytes;
  std::vector<Part> parts;
  std::string_view rest;  // behind the last record: nothing, or torn
  uint64_t rest_position = 0;
};

class WalRepair {
 public:
  WalRepair(system::FileSystem& files, std::string log_path)
      : files_(files), folder_(log_path + "/wal/"), log_path_(std::move(log_path)) {}

  Result<std::vector<LogDamage>> run(Repair what) {
    EFD_TRY(take_checkpoint());
    EFD_TRY(read_files());
    uint64_t end = image_.next_sequence;
    for (WalScan& scan : scans_) scan_file(scan, end);
    end_files_where_later_ones_begin();
    close_holes_at_ends();
    find_missing_file_at_end();
    find_lost_offsets();
    EFD_ASSIGN(auto damages, damages_found());
    if (what == Repair::look) return damages;
    for (const WalScan& scan : scans_) EFD_TRY(write(scan));
    return damages;
  }

 private:
  Result<> take_checkpoint();
  Result<> read_files();
  Result<> read_wal_file(WalScan& scan);
  void scan_file(WalScan& scan, uint64_t& end);
  static size_t find_record(std::string_view bytes, uint64_t behind, uint64_t expected,
                            WalRecord& record);
  void end_files_where_later_ones_begin();
  void close_holes_at_ends();
  void find_missing_file_at_end();
  void find_lost_offsets();
  void note_batch(const Part& part, Part* hole);
  void guess(Part& hole);
  Result<std::vector<LogDamage>> damages_found() const;
  bool is_damage(const Part& part) const { return part.is_hole && part.sequence <= vouched_; }
  void describe(const WalScan& scan, const Part& hole, std::vector<LogDamage>& damages) const;
  Result<> write(const WalScan& scan) const;

  system::FileSystem& files_;
  const std::string folder_;
  const std::string log_path_;
  CheckpointImage image_;
  std::optional<LogDamage> checkpoint_damage_;  // of one of its copies: opening the log mends it
  std::vector<WalScan> scans_;
  std::map<TopicId, TopicName> names_;
  std::map<PartitionKey, int64_t> ends_;
  uint64_t vouched_ = 0;
};

Result<> WalRepair::take_checkpoint() {
  EFD_ASSIGN(StoredCheckpoint stored, read_checkpoint(files_, log_path_));
  if (!stored.damage.empty())
    checkpoint_damage_ = LogDamage{{},
                                   {},
                                   {},
                                   {},
                                   stored.bytes.size(),
                                   true,
                                   stored.damage + "; the other copy of it is whole"};
  image_ = std::move(stored.image);
  for (const TopicImage& topic : image_.topics) {
    names_[topic.description.id] = topic.description.name;
    for (size_t i = 0; i < topic.partitions.size(); ++i)
      ends_[{topic.description.id, static_cast<int32_t>(i)}] = topic.partitions[i].end.value();
  }
  return {};
}

bool is_header(std::string_view bytes) {
  return bytes.size() >= kWalFileHeaderBytes &&
         codec::crc32c(bytes.substr(0, kWalFileHeaderBytes - 4)) ==
             load_little<uint32_t>(bytes.data() + kWalFileHeaderBytes - 4);
}

Result<> WalRepair::read_files() {
  EFD_ASSIGN(auto entries, files_.list(log_path_ + "/wal"));
  uint64_t last = image_.wal_number;
  for (const auto& entry : entries) {
    uint64_t number = 0;
    std::from_chars(entry.name.data(), entry.name.data() + entry.name.size(), number);
    if (wal_file_name(number) == entry.name) last = std::max(last, number);
  }
  for (uint64_t number = image_.wal_number; number <= last; ++number) {
    WalScan& scan = scans_.emplace_back();
    scan.number = number;
    scan.path = folder_ + wal_file_name(number);
    EFD_TRY(read_wal_file(scan));
  }
  scans_.front().is_missing |= !scans_.front().is_on_disk;
  return {};
}

// A file whose header is whole and another's is none of the log's. One that nothing was written to
// may have any header, but for the one that the checkpoint names.
Result<> WalRepair::read_wal_file(WalScan& scan) {
  EFD_ASSIGN(scan.is_on_disk, files_.exists(scan.path));
  if (!scan.is_on_disk) return {};
  EFD_ASSIGN(scan.bytes, system::read_file(files_, scan.path));
  bool is_unused = scan.number > image_.wal_number && scan.bytes.size() <= kWalFileHeaderBytes;
  bool is_ours = check_wal_file_header(scan.bytes, image_.log_id, scan.number).has_value();
  scan.has_header = is_ours || is_unused;
  scan.is_missing = !scan.has_header && is_header(scan.bytes);
  if (scan.is_missing) scan.bytes.clear();
  return {};
}

// Where a record begins with a sequence above `behind` that may stand so far behind `expected`; or
// the end.
size_t WalRepair::find_record(std::string_view bytes, uint64_t behind, uint64_t expected,
                              WalRecord& record) {
  for (size_t at = 8; at + kWalRecordHeaderBytes <= bytes.size(); at += 8) {
    size_t size = 0;
    bool is_record = parse_wal_record(bytes.substr(at), record, size) == WalParse::record;
    if (is_record && record.sequence > behind &&
        record.sequence <= expected + at / kWalRecordHeaderBytes)
      return at;
  }
  return bytes.size();
}

// What was not durable of a file that was given up stands in the next one once more: so a file may
// begin before `end`, where the one before it ends. Where its first records cannot be read those
// count that the one before it does not have.
void WalRepair::scan_file(WalScan& scan, uint64_t& end) {
  size_t at = std::min(kWalFileHeaderBytes, scan.bytes.size());
  uint64_t expected = end;
  while (at < scan.bytes.size()) {
    std::string_view rest = std::string_view(scan.bytes).substr(at);
    Part part{false, {}, at, expected};
    size_t size = 0;
    bool is_first = scan.parts.empty();
    bool is_record = parse_wal_record(rest, part.record, size) == WalParse::record;
    if (is_record && is_first) part.sequence = expected = part.record.sequence;
    if (!is_record || part.record.sequence != expected) {
      size = find_record(rest, is_first ? 0 : expected, expected, part.record);
      if (size == rest.size()) break;
      part.is_hole = true;
      part.sequence = std::min(expected, part.record.sequence);
      part.count = part.record.sequence - part.sequence;
    } else if (part.record.kind == WalKind::synced && part.record.payload.size() == 8) {
      vouched_ = std::max(vouched_, load_little<uint64_t>(part.record.payload.data()));
    }
    part.bytes = rest.substr(0, size);
    expected = part.sequence + part.count;
    at += size;
    scan.parts.push_back(std::move(part));
  }
  if (!scan.parts.empty()) end = expected;
  scan.rest = std::string_view(scan.bytes).substr(at);
  scan.rest_position = at;
}

void WalRepair::end_files_where_later_ones_begin() {
  uint64_t below = UINT64_MAX;
  for (auto scan = scans_.rbegin(); scan != scans_.rend(); ++scan) {
    if (scan->parts.empty()) continue;
    uint64_t first = scan->parts.front().sequence;
    while (!scan->parts.empty() && scan->parts.back().sequence >= below) {
      scan->rest_position = scan->parts.back().position;
      scan->rest = {};
      scan->parts.pop_back();
    }
    if (Part* last = scan->parts.empty() ? nullptr : &scan->parts.back())
      last->count = std::min(last->count, below - last->sequence);
    below = std::min(below, first);
  }
}

// What is missing between a file's last record and the next one's first. A file that is not there
// is none that is missing where there is nothing between.
void WalRepair::close_holes_at_ends() {
  uint64_t expected = image_.next_sequence;
  for (size_t i = 0; i < scans_.size(); ++i) {
    WalScan& scan = scans_[i];
    if (!scan.parts.empty()) expected = scan.parts.back().sequence + scan.parts.back().count;
    size_t next = i + 1;
    while (next < scans_.size() && scans_[next].parts.empty()) ++next;
    if (next == scans_.size() || scans_[next].parts.front().sequence <= expected) continue;
    uint64_t first = scans_[next].parts.front().sequence;
    scan.parts.push_back({true, scan.rest, scan.rest_position, expected, first - expected});
    scan.rest = {};
    expected = first;
    for (size_t between = i; between < next; ++between)
      scans_[between].is_missing |= !scans_[between].is_on_disk;
  }
}

// Behind the last one that has records there may be unused ones, and those in a row.
void WalRepair::find_missing_file_at_end() {
  size_t last = scans_.size() - 1;
  while (last > 0 && scans_[last].parts.empty()) --last;
  if (last + 1 == scans_.size()) return;
  scans_[last + 1].is_missing |= !scans_[last + 1].is_on_disk;
}

void WalRepair::find_lost_offsets() {
  Part* hole = nullptr;
  for (WalScan& scan : scans_) {
    for (Part& part : scan.parts) {
      if (is_damage(part)) {
        if (part.count > 0) hole = &part;
        guess(part);
      } else if (!part.is_hole) {
        note_batch(part, hole);
      }
    }
  }
}

void WalRepair::note_batch(const Part& part, Part* hole) {
  const WalRecord& record = part.record;
  if (record.kind == WalKind::topic_created || record.kind == WalKind::topic_changed) {
    ByteReader reader(record.payload);
    TopicDescription topic = decode_topic(reader);
    names_[topic.id] = topic.name;
    for (int32_t i = 0; i < topic.partitions; ++i) ends_.try_emplace({topic.id, i}, 0);
  }
  if (record.kind != WalKind::batch) return;
  auto end = ends_.find({record.topic, record.partition.value()});
  if (end == ends_.end()) return;
  BatchHeader header = BatchHeader::read(record.payload.data());
  if (hole && header.base_offset > end->second)
    hole->lost.push_back({end->first, end->second, header.base_offset});
  end->second = std::max(end->second, header.next_offset().value());
}

// What the spoilt record says of itself, when it can be so: its offsets are not given again, also
// where no other batch of its partition follows.
void WalRepair::guess(Part& hole) {
  if (hole.count != 1 || hole.bytes.size() < kWalRecordHeaderBytes + kBatchHeaderBytes) return;
  std::array<uint8_t, 16> id;
  std::copy_n(hole.bytes.data() + 24, id.size(), reinterpret_cast<char*>(id.data()));
  auto end = ends_.find({TopicId(Uuid(id)), load_little<int32_t>(hole.bytes.data() + 12)});
  BatchHeader header = BatchHeader::read(hole.bytes.data() + kWalRecordHeaderBytes);
  bool is_batch = static_cast<WalKind>(hole.bytes[10]) == WalKind::batch;
  if (!is_batch || end == ends_.end() || header.base_offset != end->second) return;
  if (header.record_count < 1 || header.last_offset_delta != header.record_count - 1) return;
  hole.lost.push_back({end->first, end->second, header.next_offset().value()});
  end->second = header.next_offset().value();
}

Result<std::vector<LogDamage>> WalRepair::damages_found() const {
  std::vector<LogDamage> damages;
  if (checkpoint_damage_) damages.push_back(*checkpoint_damage_);
  for (const WalScan& scan : scans_) {
    if (scan.is_missing)
      damages.push_back({{},
                         {},
                         {},
                         {},
                         0,
                         true,
                         scan.path + ": the file is missing, or another one is in its place"});
    if (!scan.is_missing && !scan.has_header)
      damages.push_back({{},
                         {},
                         {},
                         {},
                         kWalFileHeaderBytes,
                         true,
                         scan.path + ": damaged at byte 0: its header"});
    for (const Part& part : scan.parts) {
      if (!is_damage(part)) continue;
      if (part.lost.size() > part.count)
        return fail(ErrorCode::give_up,
                    "{}: damaged at byte {} in a way that cannot be repaired: restore the file "
                    "from a copy",
                    scan.path, part.position);
      describe(scan, part, damages);
    }
  }
  return damages;
}

void WalRepair::describe(const WalScan& scan, const Part& hole,
                         std::vector<LogDamage>& damages) const {
  uint64_t bytes = hole.bytes.size();
  if (hole.count == 0) {
    damages.push_back({{},
                       {},
                       {},
                       {},
                       bytes,
                       true,
                       fmt::format("{}: damaged at byte {}: its first records cannot be read, and "
                                   "the file before it has them",
                                   scan.path, hole.position)});
    return;
  }
  std::string what =
      fmt::format("{}: damaged at byte {}: records {} to {} cannot be read", scan.path,
                  hole.position, hole.sequence, hole.sequence + hole.count - 1);
  for (const LostOffsets& lost : hole.lost)
    damages.push_back({names_.at(lost.key.first), Partition(lost.key.second), Offset(lost.from),
                       Offset(lost.next), std::exchange(bytes, 0), false, what});
  if (hole.lost.size() < hole.count)
    damages.push_back({{},
                       {},
                       {},
                       {},
                       bytes,
                       false,
                       what + "; of what topic they were, or what they changed, is not known"});
}

void append_record(WalRecord record, uint64_t sequence, std::string_view payload,
                   std::string& bytes) {
  size_t at = bytes.size();
  bytes.resize(at + wal_record_size(payload.size()));
  std::copy(payload.begin(), payload.end(), bytes.data() + at + kWalRecordHeaderBytes);
  record.sequence = sequence;
  record.payload = payload;
  seal_wal_record(bytes.data() + at, record);
}

// Records that say nothing, in place of those that cannot be read: sequences and offsets go on.
void append_fillers(const Part& hole, std::string& bytes) {
  uint64_t sequence = hole.sequence;
  for (const LostOffsets& lost : hole.lost)
    append_record({WalKind::batch, Partition(lost.key.second), 0, lost.key.first, {}}, sequence++,
                  empty_batch(Offset(lost.from), Offset(lost.next)), bytes);
  while (sequence < hole.sequence + hole.count)
    append_record({WalKind::synced, Partition(0), 0, TopicId(), {}}, sequence++,
                  std::string(sizeof(uint64_t), '\0'), bytes);
}

Result<> WalRepair::write(const WalScan& scan) const {
  bool is_damaged = scan.is_missing || !scan.has_header ||
                    std::any_of(scan.parts.begin(), scan.parts.end(),
                                [&](const Part& part) { return is_damage(part); });
  if (!is_damaged) return {};
  std::string bytes = wal_file_header(image_.log_id, scan.number);
  for (const Part& part : scan.parts) {
    if (is_damage(part)) {
      append_fillers(part, bytes);
    } else {
      bytes += part.bytes;
    }
  }
  bytes += scan.rest;
  return system::replace_file(files_, scan.path, bytes);
}

}  // namespace

Result<std::vector<LogDamage>> repair_wal(system::FileSystem& files, const std::string& log_path,
                                          Repair what) {
  return WalRepair(files, log_path).run(what);
}

}  // namespace efd::broker
