// SPDX-License-Identifier: MIT
// What is known of a segment in which something is spoilt: whether the file is the one that was
// written, from where to where a stretch cannot be read, and whether it can be mended.
#include "base/bytes.h"
#include "broker/log/segment.h"
#include "broker/log/wal_format.h"

namespace efd::broker {
namespace {

constexpr size_t kSearchBytes = 1u << 20;

}  // namespace

bool Segment::may_hold(const BatchHeader& header, uint64_t position) const {
  constexpr auto kLengthMin = static_cast<int32_t>(kBatchHeaderBytes - kBatchPrefixBytes);
  if (header.magic != 2 || header.leader_epoch != 0 || header.length < kLengthMin) return false;
  if (header.size() > kWalPayloadBytesMax || header.size() > length - position) return false;
  if (!header.has_sane_offsets() || header.base_offset < base_offset) return false;
  int64_t next = header.next_offset().value();
  bool is_last = position + header.size() == length;
  return is_last ? next == end_offset : next < end_offset;
}

// A batch that is whole, and another one than was written there, makes it another file. One that is
// spoilt does not; both of them do.
Result<> SegmentReader::identify(const Segment& segment) {
  std::lock_guard lock(mutex_);
  int strangers = 0;
  auto look_at = [&](uint64_t position, uint32_t crc) -> Result<> {
    std::string bytes(kBatchHeaderBytes, '\0');
    EFD_ASSIGN(size_t got, file_->read_at(position, bytes.data(), bytes.size()));
    if (got == bytes.size() && header_crc(bytes) == crc) return {};
    EFD_ASSIGN(bool whole, is_whole(position, segment));
    BatchHeader header = BatchHeader::read(bytes.data());
    bool is_first = position == 0;
    assign_offset(bytes.data(), Offset(is_first ? segment.base_offset
                                                : segment.end_offset - header.last_offset_delta -
                                                      int64_t{1}));
    bool is_ours = got == bytes.size() && header_crc(bytes) == crc;
    strangers += is_ours ? 0 : (whole ? 2 : 1);
    return {};
  };
  EFD_TRY(look_at(0, segment.first_crc));
  if (segment.last_position > 0) EFD_TRY(look_at(segment.last_position, segment.last_crc));
  if (strangers < 2) return {};
  EFD_ASSIGN(uint64_t size, file_->size());
  keep(Rot::of_all(path_, segment,
                   fmt::format("not the file that was written, which had {} bytes: another one of "
                               "{} bytes is in its place, or it is spoilt at both ends",
                               segment.length, size)));
  return {};
}

void SegmentReader::keep(const Rot& rot) {
  std::erase_if(index_,
                [&](const IndexEntry& entry) { return entry.at.position > rot.position; });
  if (rots_.insert_or_assign(rot.position, rot).second && on_rot_) on_rot_(path_, rot);
}

// By what its header says and its CRC.
Result<bool> SegmentReader::is_whole(uint64_t position, const Segment& segment) {
  window_.clear();
  EFD_ASSIGN(auto header, header_at(position, segment.length));
  if (!header || header->length < 0 || header->size() > kWalPayloadBytesMax) return false;
  std::string bytes(header->size(), '\0');
  EFD_ASSIGN(size_t got, file_->read_at(position, bytes.data(), bytes.size()));
  return got == bytes.size() && check_batch(bytes).has_value();
}

Result<Rot> SegmentReader::find_rot(const Place& from, const Segment& segment) {
  EFD_ASSIGN(Place next, find_next(from, segment));
  Rot rot{from.position, next.position, from.offset, next.offset};
  EFD_ASSIGN(rot.is_mendable, is_mendable(from, next));
  EFD_ASSIGN(std::string what, describe(from, segment));
  rot.message = fmt::format("{}: damaged at byte {} ({}); {}", path_, from.position, what,
                            rot.advice());
  return rot;
}

Result<std::string> SegmentReader::describe(const Place& from, const Segment& segment) {
  EFD_ASSIGN(uint64_t size, file_->size());
  if (size < segment.length && from.position + kBatchHeaderBytes > size)
    return fmt::format("the file has {} bytes, {} were written", size, segment.length);
  EFD_ASSIGN(auto header, header_at(from.position, segment.length));
  if (!header || header->magic != 2) return "no record batch";
  if (header->base_offset != from.offset)
    return fmt::format("a batch at offset {}, where {} comes next", header->base_offset,
                       from.offset);
  if (header->leader_epoch != 0)
    return fmt::format("a batch of leader epoch {}", header->leader_epoch);
  if (!segment.may_hold(*header, from.position))
    return fmt::format("a batch of {} bytes and {} offsets does not fit", header->size(),
                       int64_t{header->last_offset_delta} + 1);
  if (size < segment.length)
    return fmt::format("the file has {} bytes, {} were written", size, segment.length);
  return fmt::format("the batch at offset {} has a wrong CRC", header->base_offset);
}

// Where the batch says that it ends, or else the first place where one begins that can only be the
// log's: with an offset that fits, the right CRC, and another one behind it. The segment's end if
// there is none.
Result<SegmentReader::Place> SegmentReader::find_next(const Place& from, const Segment& segment) {
  window_.clear();
  EFD_ASSIGN(auto header, header_at(from.position, segment.length));
  if (header && header->length > 0) {
    uint64_t position = from.position + header->size();
    EFD_ASSIGN(bool begins, begins_at(position, from.offset, segment));
    if (begins) {
      EFD_ASSIGN(auto next, header_at(position, segment.length));
      return Place{position, next->base_offset};
    }
  }
  return search_next(from, segment);
}

Result<SegmentReader::Place> SegmentReader::search_next(const Place& from,
                                                        const Segment& segment) {
  std::string block;
  for (uint64_t at = from.position + 1; at + kBatchHeaderBytes <= segment.length;) {
    block.resize(std::min<uint64_t>(kSearchBytes, segment.length - at));
    EFD_ASSIGN(size_t got, file_->read_at(at, block.data(), block.size()));
    if (got < kBatchHeaderBytes) break;
    size_t places = got - kBatchHeaderBytes + 1;
    for (size_t i = 0; i < places; ++i) {
      if (block[i + 16] != 2 || load_big<int32_t>(block.data() + i + 12) != 0) continue;
      BatchHeader header = BatchHeader::read(block.data() + i);
      if (header.base_offset <= from.offset || !segment.may_hold(header, at + i)) continue;
      EFD_ASSIGN(bool begins, begins_at(at + i, from.offset, segment));
      if (!begins) continue;
      EFD_ASSIGN(bool is_followed, this->is_followed(at + i, header, segment));
      if (is_followed) return Place{at + i, header.base_offset};
    }
    at += places;
  }
  return Place{segment.length, segment.end_offset};
}

Result<bool> SegmentReader::begins_at(uint64_t position, int64_t behind, const Segment& segment) {
  EFD_ASSIGN(auto header, header_at(position, segment.length));
  if (!header || header->base_offset <= behind || !segment.may_hold(*header, position))
    return false;
  return is_whole(position, segment);
}

// By the segment's end, or another batch.
Result<bool> SegmentReader::is_followed(uint64_t position, const BatchHeader& header,
                                        const Segment& segment) {
  uint64_t behind = position + header.size();
  if (behind == segment.length) return true;
  EFD_ASSIGN(auto next, header_at(behind, segment.length));
  return next && next->magic == 2 && next->base_offset == header.next_offset().value();
}

// With the offset, length and epoch that its neighbours tell, the batch is what it was: its CRC
// says so.
Result<bool> SegmentReader::is_mendable(const Place& from, const Place& next) {
  uint64_t size = next.position - from.position;
  if (size < kBatchHeaderBytes || size > kWalPayloadBytesMax) return false;
  std::string bytes(size, '\0');
  EFD_ASSIGN(size_t got, file_->read_at(from.position, bytes.data(), bytes.size()));
  if (got != size) return false;
  mend_batch(bytes, Offset(from.offset));
  auto header = check_batch(bytes);
  return header && header->size() == size && header->next_offset().value() == next.offset;
}

}  // namespace efd::broker
