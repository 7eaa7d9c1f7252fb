// SPDX-License-Identifier: MIT
#include "broker/log/segment.h"

#include "codec/checksum.h"

namespace efd::broker {

std::string segment_file_name(int64_t base_offset) {
  return fmt::format("{:020}.log", base_offset);
}

std::string partition_folder(const std::string& log_path, const TopicName& topic,
                             Partition partition) {
  return fmt::format("{}/{}-{}", log_path, topic.value(), partition.value());
}

uint32_t header_crc(std::string_view batch) {
  return codec::crc32c(batch.substr(0, kBatchHeaderBytes));
}

Result<bool> ends_as_written(system::FileSystem& files, const std::string& folder,
                             const Segment& segment) {
  auto file = files.open(folder + "/" + segment_file_name(segment.base_offset), system::Open::read);
  if (!file && file.error().code == ErrorCode::not_found) return false;
  if (!file) return fail(file.error());
  EFD_ASSIGN(uint64_t size, (*file)->size());
  if (size < segment.length) return false;
  std::string header(kBatchHeaderBytes, '\0');
  EFD_ASSIGN(size_t got, (*file)->read_at(segment.last_position, header.data(), header.size()));
  return got == header.size() && header_crc(header) == segment.last_crc;
}

Rot Rot::of_all(const std::string& path, const Segment& segment, std::string_view what) {
  Rot rot{0, segment.length, segment.base_offset, segment.end_offset};
  rot.message = fmt::format("{}: {}; {}", path, what, rot.advice());
  return rot;
}

std::string Rot::advice() const {
  return fmt::format("offsets {} to {} cannot be read: restore the file from a copy, or stop the "
                     "server and run `efd log repair`, which says what it drops",
                     from, next - 1);
}

Result<std::shared_ptr<SegmentReader>> SegmentCache::open(const TopicId& topic,
                                                          const std::string& path,
                                                          const Segment& segment) {
  std::lock_guard lock(mutex_);
  Key key{topic, path};
  if (auto found = by_key_.find(key); found != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front().second;
  }
  EFD_ASSIGN(std::shared_ptr<SegmentReader> reader,
             SegmentReader::open(files_, path, segment, on_rot_));
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
