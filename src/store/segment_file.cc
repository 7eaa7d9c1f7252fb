// SPDX-License-Identifier: MIT
#include "store/segment_file.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/checksum.h"
#include "observe/log.h"
#include "store/segment_piece.h"

namespace efd::store {
namespace {

Result<std::string> read_exactly(const system::File& file, uint64_t offset, size_t size) {
  std::string bytes(size, '\0');
  EFD_ASSIGN(size_t got, file.read_at(offset, bytes.data(), size));
  if (got != size) return fail(ErrorCode::give_up, "the segment file ends too early");
  return bytes;
}

// Footer, then section table; none of them is read before its size is checked.
Result<std::string> read_section_table(const system::File& file, uint64_t size) {
  if (size < kSegmentHeaderBytes + kSegmentFooterBytes)
    return fail(ErrorCode::give_up, "the segment file is too short");
  uint64_t footer_at = size - kSegmentFooterBytes;
  EFD_ASSIGN(std::string end, read_exactly(file, footer_at, kSegmentFooterBytes));
  EFD_ASSIGN(SegmentFooter footer, SegmentFooter::parse(end));
  uint64_t table_bytes = footer.sections * kSectionEntryBytes;
  if (footer.table_offset > footer_at || table_bytes != footer_at - footer.table_offset)
    return fail(ErrorCode::give_up, "the section table of the segment file is damaged");
  EFD_ASSIGN(std::string table, read_exactly(file, footer.table_offset, table_bytes));
  if (codec::crc32c(table) != footer.table_crc32c)
    return fail(ErrorCode::give_up, "the section table of the segment file is damaged");
  return table;
}

Result<> read_directory(OpenSegment& segment) {
  EFD_ASSIGN(segment.bytes, segment.file->size());
  EFD_ASSIGN(std::string table, read_section_table(*segment.file, segment.bytes));
  EFD_ASSIGN(std::string head, read_exactly(*segment.file, 0, kSegmentHeaderBytes));
  EFD_ASSIGN(segment.header, SegmentHeader::parse(head));
  EFD_ASSIGN(segment.sections, find_sections(table, segment.bytes));
  const SegmentSection& section = segment.sections.directory;
  EFD_ASSIGN(segment.directory, read_exactly(*segment.file, section.offset, section.bytes));
  if (codec::crc32c(segment.directory) != section.crc32c)
    return fail(ErrorCode::give_up, "the directory of the segment file is damaged");
  segment.blocks_end = section.offset;
  return {};
}

Result<std::vector<RowGroup>> groups_in(const SegmentFile& file, uint32_t measurement) {
  const SegmentHeader& header = file.info.header;
  EFD_ASSIGN(auto segment, file.cache->get(file.info));
  auto groups =
      find_groups(segment->directory, measurement, header.shard_start_ns, segment->blocks_end);
  if (groups) return groups;
  Error error = groups.error();
  error.message = fmt::format("{}: {}", segment->path, error.message);
  file.cache->note_damage(header.number, error);
  return fail(std::move(error));
}

class SegmentSource : public Source {
 public:
  SegmentSource(std::shared_ptr<const SegmentFile> file, uint32_t measurement)
      : file_(std::move(file)), measurement_(measurement) {}

  Result<std::vector<Found>> pieces() const override {
    EFD_ASSIGN(std::vector<RowGroup> groups, groups_in(*file_, measurement_));
    std::vector<Found> found;
    for (uint64_t i = 0; i < groups.size(); ++i)
      found.push_back(
          {std::make_shared<const SegmentPiece>(file_, groups[i]), {file_->info.order.first, i}});
    return found;
  }
  int64_t min_time_ns() const override { return file_->info.min_ns; }
  int64_t max_time_ns() const override { return file_->info.max_ns; }
  LogOrder order() const override { return {file_->info.order.first, 0}; }

 private:
  std::shared_ptr<const SegmentFile> file_;
  uint32_t measurement_;
};

}  // namespace

void IdSet::add(uint32_t id) {
  if (id / 64 >= words_.size()) words_.resize(id / 64 + 1);
  words_[id / 64] |= uint64_t{1} << id % 64;
}

bool IdSet::has_common(const IdSet& other) const {
  for (size_t i = 0; i < std::min(words_.size(), other.words_.size()); ++i)
    if (words_[i] & other.words_[i]) return true;
  return false;
}

IdSet IdSet::from_words(std::vector<uint64_t> words) {
  IdSet set;
  set.words_ = std::move(words);
  return set;
}

std::string segment_name(uint64_t number) {
  return fmt::format("{:012}.seg", number);
}

Result<std::shared_ptr<const OpenSegment>> open_segment(system::FileSystem& files,
                                                        const std::string& path) {
  auto segment = std::make_shared<OpenSegment>();
  segment->path = path;
  EFD_ASSIGN(segment->file, files.open(path, system::Open::read));
  if (auto read = read_directory(*segment); !read) return fail_in(path, read.error());
  return segment;
}

Result<bool> has_whole_footer(system::FileSystem& files, const std::string& path) {
  EFD_ASSIGN(auto file, files.open(path, system::Open::read));
  EFD_ASSIGN(uint64_t size, file->size());
  // What cannot be read is not known to be unfinished.
  std::string probe(1, '\0');
  if (size > 0) EFD_TRY(file->read_at(size - 1, probe.data(), probe.size()));
  return read_section_table(*file, size).has_value();
}

Result<> check_identity(const OpenSegment& segment, const SegmentHeader& expected) {
  const SegmentHeader& found = segment.header;
  auto differs = [&](const char* what, const auto& is, const auto& should) -> Result<> {
    if (is == should) return {};
    return fail(ErrorCode::give_up,
                "{}: this is not the file that the manifest names: its {} is {}, not {}. Another "
                "file lies in its place: put the right one back",
                segment.path, what, is, should);
  };
  EFD_TRY(differs("store", found.store.hex(), expected.store.hex()));
  EFD_TRY(differs("number", found.number, expected.number));
  EFD_TRY(differs("database", found.database, expected.database));
  EFD_TRY(differs("retention policy", found.policy, expected.policy));
  EFD_TRY(differs("shard's start", found.shard_start_ns, expected.shard_start_ns));
  EFD_TRY(differs("shard's length", found.shard_ns, expected.shard_ns));
  return differs("level", int{found.level}, int{expected.level});
}

Result<std::shared_ptr<const OpenSegment>> SegmentCache::get(const SegmentInfo& info) {
  const uint64_t number = info.header.number;
  {
    std::lock_guard lock(mutex_);
    auto known = by_number_.find(number);
    if (known != by_number_.end()) {
      entries_.splice(entries_.begin(), entries_, known->second);
      return known->second->segment;
    }
  }
  auto segment = open_segment(files_, segment_path(store_path_, info.folder, number));
  Result<> good;
  if (!segment) good = fail(segment.error());
  if (good) good = check_identity(**segment, info.header);
  if (!good) {
    note_damage(number, good.error());
    return fail(good.error());
  }
  insert(number, *segment);
  return segment;
}

// What passes by itself (a bound of open files) is no damage.
void SegmentCache::note_damage(uint64_t number, const Error& error) {
  if (error.code == ErrorCode::overload || error.code == ErrorCode::cancelled) return;
  std::lock_guard lock(mutex_);
  if (damage_.size() >= kDamagedMax || !damage_.try_emplace(number, error.message).second) return;
  observe::error("store", "{}", error.message);
}

std::vector<std::string> SegmentCache::damage() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const auto& [number, message] : damage_) all.push_back(message);
  return all;
}

void SegmentCache::insert(uint64_t number, std::shared_ptr<const OpenSegment> segment) {
  std::lock_guard lock(mutex_);
  if (by_number_.contains(number)) return;
  directory_bytes_ += segment->directory.size();
  entries_.push_front({number, std::move(segment)});
  by_number_.emplace(number, entries_.begin());
  while (entries_.size() > kOpenMax ||
         (directory_bytes_ > kDirectoryBytesMax && entries_.size() > 1)) {
    directory_bytes_ -= entries_.back().segment->directory.size();
    by_number_.erase(entries_.back().number);
    entries_.pop_back();
  }
}

void SegmentCache::erase(uint64_t number) {
  std::lock_guard lock(mutex_);
  auto known = by_number_.find(number);
  if (known == by_number_.end()) return;
  directory_bytes_ -= known->second->segment->directory.size();
  entries_.erase(known->second);
  by_number_.erase(known);
}

void SegmentCache::unlink(const SegmentInfo& info) {
  erase(info.header.number);
  removed_->unlink(removed(info));
}

SegmentFile::~SegmentFile() {
  if (is_retired_) cache->unlink(info);
}

void RowTotals::add(const RowTotals& more) {
  rows += more.rows;
  min_ns = std::min(min_ns, more.min_ns);
  max_ns = std::max(max_ns, more.max_ns);
}

Result<RowTotals> totals_in(const SegmentFile& file, uint32_t measurement) {
  EFD_ASSIGN(std::vector<RowGroup> groups, groups_in(file, measurement));
  RowTotals totals;
  for (const RowGroup& group : groups) totals.add({group.rows, group.min_ns, group.max_ns});
  return totals;
}

std::shared_ptr<const Source> segment_source(std::shared_ptr<const SegmentFile> file,
                                             uint32_t measurement) {
  return std::make_shared<const SegmentSource>(std::move(file), measurement);
}

}  // namespace efd::store
