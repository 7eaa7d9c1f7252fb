// SPDX-License-Identifier: MIT
// Blocks: up to 1,024 rows of one layout, sorted by time and encoded. The bytes in memory are the
// bytes on disk.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "store/block_index.h"
#include "store/decoded.h"
#include "store/gather.h"

namespace efd::store {

struct EncodedBlock {
  std::string bytes;
  uint32_t header_bytes = 0;
  uint32_t rows = 0;
  int64_t min_ns = 0;
  int64_t max_ns = 0;
  uint64_t values = 0;  // not null
  bool late = false;    // has rows before those of earlier blocks
};

// `times` ascend; one image each.
EncodedBlock encode_block(const RowPlan& plan, std::span<const int64_t> times, Images images);

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
      : Piece(block.min_ns, block.max_ns, block.rows),
        block_(std::make_shared<const EncodedBlock>(std::move(block))) {}

  const EncodedBlock& block() const { return *block_; }
  Result<DecodedRows> read(const ReadRequest& request) const override;
  Result<> find_values(const ReadRequest& request, std::span<uint8_t> found) const override;
  size_t memory_bytes() const override { return block_->bytes.capacity() + sizeof(EncodedBlock); }

 private:
  Result<BlockIndex> index() const;

  std::shared_ptr<const EncodedBlock> block_;
};

}  // namespace efd::store
