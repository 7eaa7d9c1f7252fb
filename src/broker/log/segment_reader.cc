// SPDX-License-Identifier: MIT
// How a segment is read: from batch to batch, with a look at what each says of the next one.
#include <algorithm>

#include "broker/log/segment.h"

namespace efd::broker {
namespace {

constexpr size_t kWindowBytes = 64u << 10;
constexpr size_t kCheckBytes = 4u << 20;

// The bytes of whole batches that follow each other from `offset` on; where the next one begins.
size_t count_good(std::string_view bytes, const Segment& segment, int64_t& offset) {
  size_t good = 0;
  while (bytes.size() - good >= kBatchHeaderBytes) {
    std::string_view rest = bytes.substr(good);
    auto header = check_batch(rest);
    bool follows = header && header->base_offset == offset && header->leader_epoch == 0 &&
                   header->next_offset().value() <= segment.end_offset;
    if (!follows) break;
    offset = header->next_offset().value();
    good += header->size();
  }
  return good;
}

}  // namespace

Result<std::unique_ptr<SegmentReader>> SegmentReader::open(system::FileSystem& files,
                                                           std::string path, const Segment& segment,
                                                           OnRot on_rot) {
  EFD_ASSIGN(auto file, files.open(path, system::Open::read));
  std::unique_ptr<SegmentReader> reader(
      new SegmentReader(std::move(file), std::move(path), std::move(on_rot)));
  EFD_TRY(reader->identify(segment));
  return reader;
}

// None: the file ends before.
Result<std::optional<BatchHeader>> SegmentReader::header_at(uint64_t position, uint64_t length) {
  if (position > length || length - position < kBatchHeaderBytes) return std::nullopt;
  bool inside = position >= window_position_ &&
                position + kBatchHeaderBytes <= window_position_ + window_.size();
  if (!inside) {
    window_.resize(std::min<uint64_t>(kWindowBytes, length - position));
    EFD_ASSIGN(size_t got, file_->read_at(position, window_.data(), window_.size()));
    window_.resize(got);
    window_position_ = position;
    if (got < kBatchHeaderBytes) return std::nullopt;
  }
  return BatchHeader::read(window_.data() + (position - window_position_));
}

void SegmentReader::note(const IndexEntry& entry) {
  bool is_due = index_.empty()
                    ? entry.at.position == 0
                    : entry.at.position >= index_.back().at.position + kIndexIntervalBytes;
  if (is_due) index_.push_back(entry);
}

// None: what stands there is no batch that comes next.
Result<std::optional<SegmentReader::Step>> SegmentReader::step(const IndexEntry& from,
                                                               const Segment& segment) {
  if (auto rot = rots_.find(from.at.position); rot != rots_.end())
    return Step{{{rot->second.end_position, rot->second.next}, from.max_timestamp_before_ms},
                true,
                {}};
  EFD_ASSIGN(auto header, header_at(from.at.position, segment.length));
  if (!header || header->base_offset != from.at.offset ||
      !segment.may_hold(*header, from.at.position))
    return std::nullopt;
  IndexEntry next{{from.at.position + header->size(), header->next_offset().value()},
                  std::max(from.max_timestamp_before_ms, header->max_timestamp_ms)};
  return Step{next, false, *header};
}

// From a known place on to the first that is wanted. What does not follow the batch before it may
// be the fault of that one: of its length, or of how many offsets it says it has.
Result<SegmentReader::Place> SegmentReader::walk(IndexEntry from, const Segment& segment,
                                                 const Wanted& wanted) {
  window_.clear();  // the file may have grown or been cut since
  std::optional<IndexEntry> before;
  while (from.at.position < segment.length) {
    EFD_ASSIGN(auto step, this->step(from, segment));
    if (!step) {
      bool is_before_good = true;
      if (before) {
        EFD_ASSIGN(is_before_good, is_whole(before->at.position, segment));
      }
      if (!is_before_good) from = *before;
      before.reset();
      EFD_ASSIGN(Rot rot, find_rot(from.at, segment));
      keep(rot);
      continue;
    }
    note(from);
    if (wanted(*step)) return from.at;
    before.reset();
    if (!step->is_rot) before = from;
    from = step->next;
  }
  return from.at;
}

// The last place in the index that lies before the batch with `offset`.
SegmentReader::IndexEntry SegmentReader::before(Offset offset, const Segment& segment) const {
  auto behind = std::partition_point(index_.begin(), index_.end(), [&](const IndexEntry& entry) {
    return entry.at.offset <= offset.value();
  });
  return behind == index_.begin() ? IndexEntry{begin_of(segment), -1} : *(behind - 1);
}

Result<SegmentReader::Place> SegmentReader::find_offset(Offset offset, const Segment& segment) {
  std::lock_guard lock(mutex_);
  return walk(before(offset, segment), segment,
              [&](const Step& step) { return step.next.at.offset > offset.value(); });
}

Result<SegmentReader::Place> SegmentReader::find_time(Offset offset, int64_t timestamp_ms,
                                                      const Segment& segment) {
  std::lock_guard lock(mutex_);
  auto behind = std::partition_point(index_.begin(), index_.end(), [&](const IndexEntry& entry) {
    return entry.max_timestamp_before_ms < timestamp_ms;
  });
  IndexEntry by_time =
      behind == index_.begin() ? IndexEntry{begin_of(segment), -1} : *(behind - 1);
  IndexEntry by_offset = before(offset, segment);
  IndexEntry from = by_time.at.position < by_offset.at.position ? by_offset : by_time;
  return walk(from, segment, [&](const Step& step) {
    return !step.is_rot && step.next.at.offset > offset.value() &&
           step.header.max_timestamp_ms >= timestamp_ms;
  });
}

Result<int64_t> SegmentReader::max_time(const Place& from, const Segment& segment) {
  std::lock_guard lock(mutex_);
  int64_t greatest = -1;
  EFD_TRY(walk({from, -1}, segment, [&](const Step& step) {
    if (!step.is_rot) greatest = std::max(greatest, step.header.max_timestamp_ms);
    return false;
  }));
  return greatest;
}

Result<SegmentReader::Found> SegmentReader::read(const Place& from, const Segment& segment,
                                                 size_t bytes_max) {
  std::string bytes;
  {
    std::lock_guard lock(mutex_);
    window_.clear();
    EFD_ASSIGN(auto step, this->step({from, -1}, segment));
    bool is_batch = step && !step->is_rot;
    if (is_batch)
      bytes.resize(std::min<uint64_t>(segment.length - from.position,
                                      std::max(bytes_max, step->header.size())));
  }
  EFD_ASSIGN(size_t got, file_->read_at(from.position, bytes.data(), bytes.size()));
  bytes.resize(got);
  Found found{std::move(bytes), std::nullopt, from};
  found.bytes.resize(count_good(found.bytes, segment, found.next.offset));
  found.next.position += found.bytes.size();
  if (!found.bytes.empty()) return found;
  std::lock_guard lock(mutex_);
  auto known = rots_.find(from.position);
  if (known == rots_.end()) {
    EFD_ASSIGN(Rot rot, find_rot(from, segment));
    keep(rot);
    known = rots_.find(from.position);
  }
  found.rot = known->second;
  found.next = {known->second.end_position, known->second.next};
  return found;
}

Result<std::vector<Rot>> SegmentReader::check_all(const Segment& segment) {
  std::vector<Rot> rots;
  Place at = begin_of(segment);
  while (at.position < segment.length) {
    EFD_ASSIGN(Found found, read(at, segment, kCheckBytes));
    if (found.rot) rots.push_back(std::move(*found.rot));
    at = found.next;
  }
  return rots;
}

}  // namespace efd::broker
