// SPDX-License-Identifier: MIT
#include "store/segment_writer.h"

#include <algorithm>

#include "codec/checksum.h"

namespace efd::store {
namespace {

constexpr size_t kWriteBytes = 1 << 20;
// So much is made durable at a time. Whoever else syncs a file of the disk meanwhile, the manifest
// or the log, may have to wait for what was written and is not on it yet (ext4 writes a file's data
// before the journal's next commit).
constexpr uint64_t kSyncBytes = 8 << 20;

}  // namespace

SegmentWriter::SegmentWriter(std::unique_ptr<system::File> file, SegmentInfo info)
    : file_(std::move(file)), header_bytes_(info.header.encoded()), info_(std::move(info)) {
  pending_.push_back(header_bytes_);
  pending_bytes_ = end_ = header_bytes_.size();
}

Result<> SegmentWriter::add(uint32_t measurement, const EncodedBlock& block) {
  uint8_t flags = static_cast<uint8_t>(kGroupSorted | (block.late ? kGroupLate : 0));
  note(measurement,
       {end_, static_cast<uint32_t>(block.bytes.size()), block.header_bytes, block.rows,
        block.min_ns, block.max_ns, block.values, flags, series_of(block).first,
        series_of(block).last},
       block.bytes);
  return pending_bytes_ >= kWriteBytes ? write_pending() : Result<>();
}

Result<> SegmentWriter::copy(uint32_t measurement, RowGroup group, std::string_view bytes) {
  group.offset = end_;
  note(measurement, group, bytes);
  return write_pending();
}

void SegmentWriter::note(uint32_t measurement, const RowGroup& group, std::string_view bytes) {
  groups_[measurement].push_back(group);
  pending_.push_back(bytes);
  pending_bytes_ += bytes.size();
  end_ += bytes.size();
  info_.rows += group.rows;
  info_.values += group.values;
  info_.min_ns = std::min(info_.min_ns, group.min_ns);
  info_.max_ns = std::max(info_.max_ns, group.max_ns);
  info_.measurements.add(measurement);
}

Result<> SegmentWriter::write_pending() {
  EFD_TRY(file_->write_at(written_, pending_));
  written_ = end_;
  pending_.clear();
  pending_bytes_ = 0;
  if (written_ - synced_ < kSyncBytes) return {};
  EFD_TRY(file_->sync());
  synced_ = written_;
  return {};
}

Result<SegmentInfo> SegmentWriter::finish(std::string_view positions, std::string_view names) {
  std::string tail = this->tail(positions, names);
  pending_.push_back(tail);
  end_ += tail.size();
  EFD_TRY(write_pending());
  EFD_TRY(file_->sync());
  info_.bytes = end_;
  return info_;
}

std::string SegmentWriter::tail(std::string_view positions, std::string_view names) const {
  const std::string directory = encode_directory(groups_, info_.header.shard_start_ns);
  std::string tail, table;
  uint32_t count = 0;
  auto add = [&](SectionKind kind, std::string_view bytes) {
    SegmentSection section{kind,         kSectionVersion,     kSectionRequired, end_ + tail.size(),
                           bytes.size(), codec::crc32c(bytes)};
    section.append_to(table);
    tail += bytes;
    ++count;
  };
  add(SectionKind::directory, directory);
  add(SectionKind::positions, positions);
  add(SectionKind::names, names);
  SegmentFooter footer{end_ + tail.size(), count, codec::crc32c(table)};
  return tail + table + footer.encoded();
}

}  // namespace efd::store
