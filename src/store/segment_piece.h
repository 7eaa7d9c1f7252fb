// SPDX-License-Identifier: MIT
// A row group of a segment file, as a scan reads it.
#pragma once

#include "store/block.h"
#include "store/segment_file.h"

namespace efd::store {

class SegmentPiece : public Piece {
 public:
  SegmentPiece(std::shared_ptr<const SegmentFile> file, const RowGroup& group)
      : Piece(group.min_ns, group.max_ns, group.rows, {group.first_series, group.last_series}),
        file_(std::move(file)),
        group_(group) {}

  Result<DecodedRows> read(const ReadRequest& request) const override;
  Result<> find_values(const ReadRequest& request, std::span<uint8_t> found) const override;
  size_t memory_bytes() const override { return 0; }

 private:
  Error damaged(const OpenSegment& segment, Error error) const;
  Result<DecodedRows> read_from(const OpenSegment& segment, const ReadRequest& request) const;
  Result<> find_in(const OpenSegment& segment, const ReadRequest& request,
                   std::span<uint8_t> found) const;

  std::shared_ptr<const SegmentFile> file_;
  RowGroup group_;
};

// The bytes of a block, its checksums compared.
Result<std::string> read_whole_block(const OpenSegment& segment, const RowGroup& group);
// Reads all of these blocks and compares their checksums; `give_up` (naming the file) for rot.
Result<> check_blocks(const OpenSegment& segment, std::span<const RowGroup> groups);

}  // namespace efd::store
