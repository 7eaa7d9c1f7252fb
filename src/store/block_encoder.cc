// SPDX-License-Identifier: MIT
#include <algorithm>
#include <numeric>

#include "codec/checksum.h"
#include "store/block.h"
#include "store/encoding/column.h"
#include "store/encoding/word_column.h"

namespace efd::store {
namespace {

using encoding::ArrayValues;
using encoding::kArrayElementsMax;
using encoding::Values;

constexpr unsigned kTimeWidth = 8;
constexpr unsigned kSeriesWidth = 4;

// Encodes one block, column by column.
class BlockEncoder {
 public:
  BlockEncoder(const RowPlan& plan, Images images)
      : plan_(plan), images_(images), any_nulls_(any_nulls(images, plan.null_bytes())) {}

  EncodedBlock encode(std::span<const int64_t> times, std::span<const uint32_t> series) {
    std::vector<uint64_t> words(times.begin(), times.end());
    encoding::encode_words(words, kTimeWidth, body_);
    index_.rows = static_cast<uint32_t>(times.size());
    index_.time_bytes = static_cast<uint32_t>(body_.size());
    if (!series.empty()) add_series(series);
    for (uint32_t c : columns_by_id())
      plan_.slots()[c].is_array ? add_array(plan_.slots()[c]) : add_scalar(c);
    return finish(times);
  }

 private:
  void add_series(std::span<const uint32_t> series) {
    index_.first_series = series.front();
    series_.assign(series.begin(), series.end());
    series_.erase(std::unique(series_.begin(), series_.end()), series_.end());
    if (series_.size() == 1) {
      if (series_[0] == 0) series_.clear();
      return;
    }
    std::vector<uint64_t> words(series.begin(), series.end());
    encoding::encode_words(words, kSeriesWidth, body_);
    index_.series_bytes = static_cast<uint32_t>(body_.size()) - index_.time_bytes;
  }

  std::vector<uint32_t> columns_by_id() const {
    std::vector<uint32_t> columns;
    for (uint32_t c = 0; c < plan_.slots().size(); ++c)
      if (!plan_.slots()[c].is_tag) columns.push_back(c);
    std::sort(columns.begin(), columns.end(), [this](uint32_t a, uint32_t b) {
      return plan_.slots()[a].column_id < plan_.slots()[b].column_id;
    });
    return columns;
  }

  void add_scalar(uint32_t column) {
    const Slot& slot = plan_.slots()[column];
    scalar_.type = slot.type;
    size_t nulls = gather_column_nulls(column);
    if (nulls == images_.size()) return;
    scalar_.resize(images_.size());
    if (scalar_.is_string()) {
      gather_strings(images_, slot, scalar_.strings.data());
    } else {
      gather_words(images_, slot, scalar_.words.data());
    }
    values_ += images_.size() - nulls;
    size_t begin = body_.size();
    encoding::encode_column(scalar_, body_);
    add_section({slot.column_id, slot.type, false, 0, 1, 0, 0, 0}, begin);
  }

  // Returns how many there are.
  size_t gather_column_nulls(uint32_t column) {
    scalar_.nulls.clear();
    if ((any_nulls_[column / 8] >> column % 8 & 1) == 0) return 0;
    scalar_.nulls.resize(images_.size());
    gather_nulls(images_, column, scalar_.nulls.data());
    return count_nulls(scalar_.nulls);
  }

  static size_t count_nulls(const std::vector<uint8_t>& nulls) {
    return static_cast<size_t>(std::count(nulls.begin(), nulls.end(), uint8_t{1}));
  }

  void add_array(const Slot& slot) {
    std::vector<uint64_t> counts(images_.size());
    uint32_t longest = gather_counts(images_, slot, counts.data());
    values_ += std::accumulate(counts.begin(), counts.end(), uint64_t{0});
    element_nulls_ = any_element_nulls(images_, slot);
    for (uint32_t first = 0; first < longest; first += kArrayElementsMax) {
      uint32_t n = std::min(kArrayElementsMax, longest - first);
      ArrayValues values = gather_array(slot, counts, first, n);
      size_t begin = body_.size();
      encoding::encode_array(values, body_);
      add_section({slot.column_id, slot.type, true, first, n, 0, 0, 0}, begin);
    }
  }

  ArrayValues gather_array(const Slot& slot, const std::vector<uint64_t>& counts, uint32_t first,
                           uint32_t n) {
    ArrayValues values;
    for (uint64_t count : counts)
      values.counts.push_back(count > first ? std::min<uint64_t>(n, count - first) : 0);
    if (slot.type != rows::ColumnType::string) {
      elements_.resize(n * images_.size());
      gather_elements(images_, slot, first, n, elements_.data());
    }
    for (uint32_t e = 0; e < n; ++e) values.elements.push_back(gather_element(slot, first, e));
    return values;
  }

  Values gather_element(const Slot& slot, uint32_t first, uint32_t e) {
    size_t rows = images_.size();
    Values values;
    values.type = slot.type;
    if (values.is_string()) {
      values.strings.resize(rows);
      gather_string_elements(images_, slot, first + e, values.strings.data());
    } else {
      auto begin = elements_.begin() + static_cast<ptrdiff_t>(e * rows);
      values.words.assign(begin, begin + static_cast<ptrdiff_t>(rows));
    }
    if (!element_nulls_) return values;
    values.nulls.resize(rows);
    if (!gather_present_nulls(images_, slot, first + e, values.nulls.data())) values.nulls.clear();
    values_ -= count_nulls(values.nulls);
    return values;
  }

  void add_section(BlockSection section, size_t begin) {
    section.bytes = static_cast<uint32_t>(body_.size() - begin);
    index_.sections.push_back(section);
  }

  EncodedBlock finish(std::span<const int64_t> times) {
    index_.arrange();
    for (BlockStripe& stripe : index_.stripes)
      stripe.crc32c = codec::crc32c(std::string_view(body_).substr(stripe.offset, stripe.bytes));
    EncodedBlock block;
    index_.append_to(block.bytes);
    block.header_bytes = static_cast<uint32_t>(block.bytes.size());
    block.bytes.reserve(block.bytes.size() + body_.size());
    block.bytes.append(body_);
    block.rows = index_.rows;
    // Rows of one series are in order of time.
    auto ends = std::pair(times.begin(), times.end() - 1);
    if (index_.series_bytes) ends = std::minmax_element(times.begin(), times.end());
    block.min_ns = *ends.first;
    block.max_ns = *ends.second;
    block.series = std::move(series_);
    block.values = values_;
    return block;
  }

  const RowPlan& plan_;
  Images images_;
  std::string body_;
  BlockIndex index_;
  std::vector<uint8_t> any_nulls_;
  bool element_nulls_ = false;  // of the array at hand
  uint64_t values_ = 0;
  std::vector<uint32_t> series_;
  Values scalar_;                   // kept for its memory
  std::vector<uint64_t> elements_;  // the same
};

}  // namespace

EncodedBlock encode_block(const RowPlan& plan, const RowImages& rows, size_t begin, size_t end) {
  auto part = [&](const auto& all) { return std::span(all).subspan(begin, end - begin); };
  std::span<const uint32_t> series;
  if (!rows.series.empty()) series = part(rows.series);
  return BlockEncoder(plan, part(rows.images)).encode(part(rows.times_ns), series);
}

}  // namespace efd::store
