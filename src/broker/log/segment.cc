// SPDX-License-Identifier: MIT
#include "broker/log/segment.h"

#include <algorithm>

namespace efd::broker {
namespace {
constexpr size_t kWindowBytes = 64u << 10;
}  // namespace

std::string segment_file_name(int64_t base_offset) {
  return fmt::format("{:020}.log", base_offset);
}

std::string partition_folder(const std::string& log_path, const TopicName& topic,
                             Partition partition) {
  return fmt::format("{}/{}-{}", log_path, topic.value(), partition.value());
}

Result<std::unique_ptr<SegmentReader>> SegmentReader::open(system::FileSystem& files,
                                                           std::string path) {
  EFD_ASSIGN(auto file, files.open(path, system::Open::read));
  return std::unique_ptr<SegmentReader>(new SegmentReader(std::move(file), std::move(path)));
}

tl::unexpected<Error> SegmentReader::rot(uint64_t position, std::string_view what) const {
  return fail(ErrorCode::give_up,
              "{}: damaged at byte {} ({}); restore the file from a copy, or delete the topic",
              path_, position, what);
}

// Under the lock.
Result<BatchHeader> SegmentReader::header_at(uint64_t position, uint64_t length) {
  if (length - position < kBatchHeaderBytes) return rot(position, "cut off");
  bool inside = position >= window_position_ &&
                position + kBatchHeaderBytes <= window_position_ + window_.size();
  if (!inside) {
    window_.resize(std::min<uint64_t>(kWindowBytes, length - position));
    EFD_ASSIGN(size_t got, file_->read_at(position, window_.data(), window_.size()));
    window_.resize(got);
    window_position_ = position;
    if (got < kBatchHeaderBytes) return rot(position, "the file is too short");
  }
  BatchHeader header = BatchHeader::read(window_.data() + (position - window_position_));
  constexpr auto kLengthMin = static_cast<int32_t>(kBatchHeaderBytes - kBatchPrefixBytes);
  if (header.magic != 2 || header.length < kLengthMin || !header.has_sane_offsets() ||
      header.size() > length - position)
    return rot(position, "no record batch");
  return header;
}

void SegmentReader::note(const IndexEntry& entry) {
  bool is_due = index_.empty() ? entry.position == 0
                               : entry.position >= index_.back().position + kIndexIntervalBytes;
  if (is_due) index_.push_back(entry);
}

// Under the lock. From a known place on to the first batch that is wanted.
Result<uint64_t> SegmentReader::walk(IndexEntry at, uint64_t length, const Wanted& wanted) {
  window_.clear();  // the file may have grown or been cut since
  while (at.position < length) {
    EFD_ASSIGN(BatchHeader header, header_at(at.position, length));
    if (header.base_offset < at.offset) return rot(at.position, "offsets go back");
    at.offset = header.base_offset;
    note(at);
    if (wanted(header)) return at.position;
    at.offset = header.next_offset().value();
    at.position += header.size();
    at.max_timestamp_before_ms = std::max(at.max_timestamp_before_ms, header.max_timestamp_ms);
  }
  return length;
}

// Under the lock: the last place in the index that lies before the batch with `offset`.
SegmentReader::IndexEntry SegmentReader::before(Offset offset) const {
  auto behind = std::partition_point(index_.begin(), index_.end(), [&](const IndexEntry& entry) {
    return entry.offset <= offset.value();
  });
  return behind == index_.begin() ? IndexEntry{0, 0, -1} : *(behind - 1);
}

Result<uint64_t> SegmentReader::find_offset(Offset offset, uint64_t length) {
  std::lock_guard lock(mutex_);
  return walk(before(offset), length,
              [&](const BatchHeader& header) { return header.next_offset() > offset; });
}

Result<uint64_t> SegmentReader::find_time(Offset offset, int64_t timestamp_ms, uint64_t length) {
  std::lock_guard lock(mutex_);
  auto behind = std::partition_point(index_.begin(), index_.end(), [&](const IndexEntry& entry) {
    return entry.max_timestamp_before_ms < timestamp_ms;
  });
  IndexEntry by_time = behind == index_.begin() ? IndexEntry{0, 0, -1} : *(behind - 1);
  IndexEntry by_offset = before(offset);
  IndexEntry from = by_time.position < by_offset.position ? by_offset : by_time;
  return walk(from, length, [&](const BatchHeader& header) {
    return header.next_offset() > offset && header.max_timestamp_ms >= timestamp_ms;
  });
}

Result<int64_t> SegmentReader::max_time(uint64_t position, uint64_t length) {
  std::lock_guard lock(mutex_);
  window_.clear();
  int64_t greatest = -1;
  while (position < length) {
    EFD_ASSIGN(BatchHeader header, header_at(position, length));
    greatest = std::max(greatest, header.max_timestamp_ms);
    position += header.size();
  }
  return greatest;
}

Result<std::string> SegmentReader::read(uint64_t position, uint64_t length, size_t bytes_max) {
  std::string bytes;
  {
    std::lock_guard lock(mutex_);
    window_.clear();
    EFD_ASSIGN(BatchHeader first, header_at(position, length));
    bytes.resize(std::min<uint64_t>(length - position, std::max(bytes_max, first.size())));
  }
  EFD_ASSIGN(size_t got, file_->read_at(position, bytes.data(), bytes.size()));
  bytes.resize(got);
  size_t whole = 0;
  while (bytes.size() - whole >= kBatchHeaderBytes) {
    std::string_view rest = std::string_view(bytes).substr(whole);
    BatchHeader header = BatchHeader::read(rest.data());
    bool is_cut = header.length > 0 && header.size() > rest.size();
    if (is_cut && whole > 0) break;
    auto checked = check_batch(rest);
    if (!checked) return rot(position + whole, checked.error().message);
    whole += header.size();
  }
  if (whole == 0) return rot(position, "the file is too short");
  bytes.resize(whole);
  return bytes;
}

Result<std::shared_ptr<SegmentReader>> SegmentCache::open(const TopicId& topic,
                                                          const std::string& path) {
  std::lock_guard lock(mutex_);
  Key key{topic, path};
  if (auto found = by_key_.find(key); found != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front().second;
  }
  EFD_ASSIGN(std::shared_ptr<SegmentReader> reader, SegmentReader::open(files_, path));
  entries_.emplace_front(key, reader);
  by_key_[key] = entries_.begin();
  if (entries_.size() > kSegmentsMax) {
    by_key_.erase(entries_.back().first);
    entries_.pop_back();
  }
  return reader;
}

void SegmentCache::forget(const std::string& path_prefix) {
  std::lock_guard lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    bool stays = !entry->first.second.starts_with(path_prefix);
    if (!stays) by_key_.erase(entry->first);
    entry = stays ? std::next(entry) : entries_.erase(entry);
  }
}

}  // namespace efd::broker
