// SPDX-License-Identifier: MIT
#include "store/segment_piece.h"

#include <unordered_map>

#include "codec/checksum.h"

namespace efd::store {
namespace {

// A block up to this size is read in one go, header and all.
constexpr uint32_t kWholeBlockBytes = 16 << 10;

using Buffers = std::unordered_map<uint32_t, std::string>;

// Stripes of a block in a file, each read and checked once.
class FileStripes : public StripeSource {
 public:
  FileStripes(const OpenSegment& segment, const RowGroup& group)
      : segment_(segment), group_(group), buffers_(std::make_shared<Buffers>()) {}

  Result<BlockIndex> read_index() {
    uint32_t bytes = group_.bytes <= kWholeBlockBytes ? group_.bytes : group_.header_bytes;
    head_ = std::make_shared<std::string>(bytes, '\0');
    EFD_TRY(read_at(group_.offset, *head_));
    EFD_ASSIGN(BlockIndex index,
               BlockIndex::parse(std::string_view(*head_).substr(0, group_.header_bytes)));
    const BlockStripe& last = index.stripes.back();
    if (index.rows != group_.rows ||
        uint64_t{group_.header_bytes} + last.offset + last.bytes != group_.bytes)
      return fail(ErrorCode::give_up, "a block is not what the directory says");
    return index;
  }

  Result<std::string_view> stripe(const BlockStripe& stripe) override {
    auto known = buffers_->find(stripe.offset);
    if (known != buffers_->end()) return std::string_view(known->second);
    std::string bytes(stripe.bytes, '\0');
    EFD_TRY(fetch(group_.header_bytes + uint64_t{stripe.offset}, bytes));
    EFD_TRY(compare(stripe, bytes));
    return std::string_view(buffers_->emplace(stripe.offset, std::move(bytes)).first->second);
  }

  std::shared_ptr<const void> owner() const override { return buffers_; }

  // That stripe of the whole block's bytes.
  Result<> check(const BlockStripe& stripe, std::string_view block) const {
    return compare(stripe, block.substr(group_.header_bytes + size_t{stripe.offset}, stripe.bytes));
  }
  Result<> read_at(uint64_t offset, std::string& to) const {
    EFD_ASSIGN(size_t got, segment_.file->read_at(offset, to.data(), to.size()));
    if (got != to.size())
      return fail(ErrorCode::give_up, "the segment file ends in the block at byte {}",
                  group_.offset);
    return {};
  }

 private:
  Result<> compare(const BlockStripe& stripe, std::string_view bytes) const {
    if (codec::crc32c(bytes) == stripe.crc32c) return {};
    return fail(ErrorCode::give_up, "the block at byte {} has a wrong checksum", group_.offset);
  }
  Result<> fetch(uint64_t at, std::string& to) const {
    if (at + to.size() > head_->size()) return read_at(group_.offset + at, to);
    to.assign(*head_, at, to.size());
    return {};
  }

  const OpenSegment& segment_;
  const RowGroup& group_;
  std::shared_ptr<std::string> head_;
  std::shared_ptr<Buffers> buffers_;
};

}  // namespace

Result<DecodedRows> SegmentPiece::read(const ReadRequest& request) const {
  EFD_ASSIGN(auto segment, file_->cache->get(file_->info));
  auto rows = read_from(*segment, request);
  if (rows) return rows;
  return fail(damaged(*segment, rows.error()));
}

// Tells of it, and says which file it is.
Error SegmentPiece::damaged(const OpenSegment& segment, Error error) const {
  error.message = fmt::format("{}: {}", segment.path, error.message);
  file_->cache->note_damage(segment.header.number, error);
  return error;
}

Result<DecodedRows> SegmentPiece::read_from(const OpenSegment& segment,
                                            const ReadRequest& request) const {
  FileStripes stripes(segment, group_);
  EFD_ASSIGN(BlockIndex index, stripes.read_index());
  return read_block(index, request, stripes);
}

Result<> SegmentPiece::find_values(const ReadRequest& request, std::span<uint8_t> found) const {
  EFD_ASSIGN(auto segment, file_->cache->get(file_->info));
  auto looked_up = find_in(*segment, request, found);
  return looked_up ? looked_up : Result<>(fail(damaged(*segment, looked_up.error())));
}

Result<> SegmentPiece::find_in(const OpenSegment& segment, const ReadRequest& request,
                               std::span<uint8_t> found) const {
  FileStripes stripes(segment, group_);
  EFD_ASSIGN(BlockIndex index, stripes.read_index());
  return find_in_block(index, !lies_within(request), request, stripes, found);
}

Result<std::string> read_whole_block(const OpenSegment& segment, const RowGroup& group) {
  FileStripes stripes(segment, group);
  std::string bytes(group.bytes, '\0');
  auto index = stripes.read_index();
  if (!index) return fail_in(segment.path, index.error());
  if (auto read = stripes.read_at(group.offset, bytes); !read)
    return fail_in(segment.path, read.error());
  for (const BlockStripe& stripe : index->stripes)
    if (auto good = stripes.check(stripe, bytes); !good) return fail_in(segment.path, good.error());
  return bytes;
}

Result<> check_blocks(const OpenSegment& segment, std::span<const RowGroup> groups) {
  for (const RowGroup& group : groups) EFD_TRY(read_whole_block(segment, group));
  return {};
}

}  // namespace efd::store
