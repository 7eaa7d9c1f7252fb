// SPDX-License-Identifier: MIT
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "store/block.h"
#include "store/encoding/column.h"
#include "store/encoding/word_column.h"
#include "store/widen.h"

namespace efd::store {
namespace {

using encoding::ArrayReader;
using encoding::Values;

constexpr unsigned kTimeWidth = 8;
constexpr unsigned kSeriesWidth = 4;

// Decodes fields of one block over the rows of a time range.
class BlockDecoder {
 public:
  BlockDecoder(const BlockIndex& index, StripeSource& source) : index_(index), source_(source) {}

  Result<DecodedRows> decode(const ReadRequest& request) {
    DecodedRows rows;
    EFD_TRY(decode_times(request, rows));
    if (rows.times_ns.empty()) return rows;
    rows.columns.resize(request.fields.size());
    for (size_t i = 0; i < request.fields.size(); ++i)
      EFD_TRY(decode_field(request.fields[i], rows.columns[i]));
    rows.owners.push_back(source_.owner());
    return rows;
  }

 private:
  Result<> decode_times(const ReadRequest& request, DecodedRows& rows) {
    if (index_.series_bytes == 0 && !request.wants(index_.first_series)) return {};
    EFD_ASSIGN(std::string_view stripe, source_.stripe(index_.stripes[0]));
    ByteReader from(stripe.substr(0, index_.time_bytes));
    std::vector<uint64_t> words(index_.rows);
    EFD_TRY(encoding::decode_words(from, kTimeWidth, words));
    std::vector<int64_t> times(words.begin(), words.end());
    if (index_.series_bytes) return pick_rows(request, times, rows);
    auto begin = std::lower_bound(times.begin(), times.end(), request.min_ns);
    auto end = std::upper_bound(begin, times.end(), request.max_ns);
    begin_ = static_cast<size_t>(begin - times.begin());
    end_ = static_cast<size_t>(end - times.begin());
    if (begin_ == 0 && end_ == times.size()) {
      rows.times_ns = std::move(times);
    } else {
      rows.times_ns.assign(begin, end);
    }
    if (index_.first_series) rows.series.assign(rows.times_ns.size(), index_.first_series);
    return {};
  }

  // Of a block of several series: the rows that are asked for, in a reader's order.
  Result<> pick_rows(const ReadRequest& request, const std::vector<int64_t>& times,
                     DecodedRows& rows) {
    EFD_ASSIGN(std::string_view stripe, source_.stripe(index_.stripes[0]));
    ByteReader from(stripe.substr(index_.time_bytes, index_.series_bytes));
    std::vector<uint64_t> series(index_.rows);
    EFD_TRY(encoding::decode_words(from, kSeriesWidth, series));
    for (uint32_t i = 0; i < index_.rows; ++i)
      if (times[i] >= request.min_ns && times[i] <= request.max_ns &&
          request.wants(static_cast<uint32_t>(series[i])))
        picked_.push_back(i);
    std::stable_sort(picked_.begin(), picked_.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(times[a], series[a]) < std::pair(times[b], series[b]);
    });
    for (uint32_t i : picked_) {
      rows.times_ns.push_back(times[i]);
      rows.series.push_back(static_cast<uint32_t>(series[i]));
    }
    end_ = picked_.size();
    return {};
  }

  Result<> decode_field(const FieldRef& field, DecodedColumn& column) {
    column.type = field.type;
    const BlockSection* section = index_.find(field.column, field.element);
    if (!section) return {};
    if (rows::field_type(section->type) != field.type)
      return fail(ErrorCode::give_up, "a block is damaged: column {} has another type",
                  field.column);
    if (section->is_array) {
      EFD_TRY(decode_element(*section, field.element));
    } else {
      EFD_TRY(decode_scalar(*section));
    }
    show(section->type, column);
    return {};
  }

  Result<std::string_view> bytes_of(const BlockSection& section) {
    EFD_ASSIGN(std::string_view stripe, source_.stripe(index_.stripes[section.stripe]));
    return stripe.substr(section.offset, section.bytes);
  }

  Result<> decode_scalar(const BlockSection& section) {
    EFD_ASSIGN(std::string_view bytes, bytes_of(section));
    ByteReader from(bytes);
    values_.type = section.type;
    return encoding::decode_column(from, index_.rows, values_);
  }

  Result<> decode_element(const BlockSection& section, uint32_t element) {
    auto known = arrays_.find(&section);
    if (known == arrays_.end()) {
      EFD_ASSIGN(std::string_view bytes, bytes_of(section));
      EFD_ASSIGN(ArrayReader reader,
                 ArrayReader::open(bytes, section.type, index_.rows, section.elements));
      known = arrays_.emplace(&section, std::move(reader)).first;
    }
    return known->second.read(element - section.first, values_);
  }

  // The rows of the range, as a reader sees them.
  void show(rows::ColumnType type, DecodedColumn& column) {
    if (index_.series_bytes) pick_values(type);
    column.nulls.clear();
    if (!values_.nulls.empty()) {
      auto nulls = std::span(values_.nulls).subspan(begin_, end_ - begin_);
      if (std::find(nulls.begin(), nulls.end(), 0) == nulls.end()) return;
      column.nulls.assign(nulls.begin(), nulls.end());
    }
    if (type == rows::ColumnType::string) {
      auto strings = std::span(values_.strings).subspan(begin_, end_ - begin_);
      column.strings.assign(strings.begin(), strings.end());
      column.all_null = false;
      return;
    }
    widen(std::span(values_.words).subspan(begin_, end_ - begin_), type, column);
  }

  void pick_values(rows::ColumnType type) {
    auto pick = [this](auto& values) {
      auto all = std::exchange(values, {});
      if (!all.empty())
        for (uint32_t i : picked_) values.push_back(all[i]);
    };
    pick(values_.nulls);
    type == rows::ColumnType::string ? pick(values_.strings) : pick(values_.words);
  }

  const BlockIndex& index_;
  StripeSource& source_;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::vector<uint32_t> picked_;  // of a block of several series
  Values values_;                 // of the field at hand
  std::unordered_map<const BlockSection*, ArrayReader> arrays_;
};

// Stripes of a block in memory; its checksums were made from these very bytes.
class MemoryStripes : public StripeSource {
 public:
  explicit MemoryStripes(std::shared_ptr<const EncodedBlock> block) : block_(std::move(block)) {}
  Result<std::string_view> stripe(const BlockStripe& stripe) override {
    return std::string_view(block_->bytes)
        .substr(block_->header_bytes + size_t{stripe.offset}, stripe.bytes);
  }
  std::shared_ptr<const void> owner() const override { return block_; }

 private:
  std::shared_ptr<const EncodedBlock> block_;
};

}  // namespace

Result<DecodedRows> read_block(const BlockIndex& index, const ReadRequest& request,
                               StripeSource& source) {
  return BlockDecoder(index, source).decode(request);
}

// A scalar without any value has no section. An array has sections up to the longest of its rows,
// and elements of those may be null; floats may all be NaN.
Result<> find_in_block(const BlockIndex& index, bool is_cut, const ReadRequest& request,
                       StripeSource& source, std::span<uint8_t> found) {
  SoughtFields unsure;
  for (size_t i = 0; i < request.fields.size(); ++i) {
    const FieldRef& field = request.fields[i];
    const BlockSection* section = found[i] ? nullptr : index.find(field.column, field.element);
    if (!section) continue;
    const bool may_be_nan = rows::field_type(section->type) == rows::FieldType::float_;
    if (is_cut || section->is_array || may_be_nan) {
      unsure.add(field, i);
    } else {
      found[i] = 1;
    }
  }
  if (unsure.fields.empty()) return {};
  ReadRequest rest{request.min_ns, request.max_ns, unsure.fields, request.series};
  EFD_ASSIGN(DecodedRows rows, read_block(index, rest, source));
  unsure.mark(rows, found);
  return {};
}

Result<BlockIndex> SealedBlock::index() const {
  return BlockIndex::parse(std::string_view(block_->bytes).substr(0, block_->header_bytes));
}

Result<DecodedRows> SealedBlock::read(const ReadRequest& request) const {
  EFD_ASSIGN(BlockIndex index, this->index());
  MemoryStripes stripes(block_);
  return read_block(index, request, stripes);
}

Result<> SealedBlock::find_values(const ReadRequest& request, std::span<uint8_t> found) const {
  EFD_ASSIGN(BlockIndex index, this->index());
  MemoryStripes stripes(block_);
  return find_in_block(index, !lies_within(request), request, stripes, found);
}

}  // namespace efd::store
