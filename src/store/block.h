// SPDX-License-Identifier: MIT
// Blocks: up to 1,024 rows of one layout, sorted by series and time, and encoded. The bytes in
// memory are the bytes on disk.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "store/block_index.h"
#include "store/decoded.h"
#include "store/gather.h"
#include "store/head.h"

namespace efd::store {

struct EncodedBlock {
  std::string bytes;
  uint32_t header_bytes = 0;
  uint32_t rows = 0;
  int64_t min_ns = 0;
  int64_t max_ns = 0;
  std::vector<uint32_t> series;  // that it has rows of, ascending; empty: only 0
  uint64_t values = 0;           // not null
  bool late = false;             // has rows before those of earlier blocks
};

inline SeriesRange series_of(const EncodedBlock& block) {
  return block.series.empty() ? SeriesRange()
                              : SeriesRange{block.series.front(), block.series.back()};
}

// Rows [begin, end), which ascend by series, then time.
EncodedBlock encode_block(const RowPlan& plan, const RowImages& rows, size_t begin, size_t end);

// Where a block's stripes come from. What it gave stays as long as the owner that it names.
class StripeSource {
 public:
  virtual ~StripeSource() = default;
  virtual Result<std::string_view> stripe(const BlockStripe& stripe) = 0;
  virtual std::shared_ptr<const void> owner() const = 0;
};

// Decodes what is asked for, and nothing else.
Result<DecodedRows> read_block(const BlockIndex& index, const ReadRequest& request,
                               StripeSource& source);

// What Piece::find_values does, of one block; `is_cut`: the range does not hold all of its rows.
Result<> find_in_block(const BlockIndex& index, bool is_cut, const ReadRequest& request,
                       StripeSource& source, std::span<uint8_t> found);

// An encoded block that is not in a committed file yet.
class SealedBlock : public Piece {
 public:
  explicit SealedBlock(EncodedBlock block)
      : Piece(block.min_ns, block.max_ns, block.rows, series_of(block)),
        block_(std::make_shared<const EncodedBlock>(std::move(block))) {}

  const EncodedBlock& block() const { return *block_; }
  Result<DecodedRows> read(const ReadRequest& request) const override;
  Result<> find_values(const ReadRequest& request, std::span<uint8_t> found) const override;
  size_t memory_bytes() const override {
    return block_->bytes.capacity() + block_->series.capacity() * sizeof(uint32_t) +
           sizeof(EncodedBlock);
  }

 private:
  Result<BlockIndex> index() const;

  std::shared_ptr<const EncodedBlock> block_;
};

}  // namespace efd::store
