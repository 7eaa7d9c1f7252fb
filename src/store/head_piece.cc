// SPDX-License-Identifier: MIT
#include "store/head_piece.h"

#include <algorithm>
#include <numeric>

#include "store/gather.h"
#include "store/widen.h"

namespace efd::store {

void pick(RowImages& rows, std::span<const uint32_t> order) {
  RowImages picked;
  picked.times_ns.reserve(order.size());
  picked.images.reserve(order.size());
  for (uint32_t i : order) {
    picked.times_ns.push_back(rows.times_ns[i]);
    picked.images.push_back(rows.images[i]);
  }
  if (!rows.series.empty()) {
    picked.series.reserve(order.size());
    for (uint32_t i : order) picked.series.push_back(rows.series[i]);
  }
  rows = std::move(picked);
}

namespace {

// Of rows sorted by time those of some series.
void keep_wanted(RowImages& rows, const ReadRequest& request) {
  if (request.series.empty()) return;
  std::vector<uint32_t> wanted;
  for (uint32_t i = 0; i < rows.images.size(); ++i)
    if (request.wants(rows.series.empty() ? 0 : rows.series[i])) wanted.push_back(i);
  pick(rows, wanted);
}

void cut_to_range(RowImages& rows, int64_t min, int64_t max) {
  if (rows.times_ns.empty() || (rows.times_ns.front() >= min && rows.times_ns.back() <= max))
    return;
  auto begin = std::lower_bound(rows.times_ns.begin(), rows.times_ns.end(), min);
  auto end = std::upper_bound(begin, rows.times_ns.end(), max);
  auto first = begin - rows.times_ns.begin();
  auto last = end - rows.times_ns.begin();
  rows.images = {rows.images.begin() + first, rows.images.begin() + last};
  if (!rows.series.empty()) rows.series = {rows.series.begin() + first, rows.series.begin() + last};
  rows.times_ns = {begin, end};
}

// Reads one field out of row images.
class FieldReader {
 public:
  explicit FieldReader(const RowImages& rows) : rows_(rows), words_(rows.images.size()) {}

  DecodedColumn read(const RowPlan& plan, const FieldRef& field) {
    DecodedColumn column;
    column.type = field.type;
    int index = plan.find(field.column);
    if (index < 0 || rows_.images.empty()) return column;
    const Slot& slot = plan.slots()[static_cast<size_t>(index)];
    read_nulls(slot, static_cast<uint32_t>(index), field, column);
    if (column.all_null) return column;
    if (slot.type == rows::ColumnType::string) {
      read_strings(slot, field, column);
    } else {
      read_words(slot, field);
      widen(words_, slot.type, column);
    }
    return column;
  }

 private:
  void read_nulls(const Slot& slot, uint32_t index, const FieldRef& field, DecodedColumn& column) {
    column.nulls.resize(rows_.images.size());
    bool any = slot.is_array
                   ? gather_element_nulls(rows_.images, slot, field.element, column.nulls.data())
                   : gather_nulls(rows_.images, index, column.nulls.data());
    column.all_null =
        any && std::find(column.nulls.begin(), column.nulls.end(), 0) == column.nulls.end();
    if (!any || column.all_null) column.nulls.clear();
  }
  void read_strings(const Slot& slot, const FieldRef& field, DecodedColumn& column) {
    column.strings.resize(rows_.images.size());
    if (slot.is_array) {
      gather_string_elements(rows_.images, slot, field.element, column.strings.data());
    } else {
      gather_strings(rows_.images, slot, column.strings.data());
    }
    column.all_null = false;
  }
  void read_words(const Slot& slot, const FieldRef& field) {
    if (slot.is_array) {
      gather_elements(rows_.images, slot, field.element, 1, words_.data());
    } else {
      gather_words(rows_.images, slot, words_.data());
    }
  }

  const RowImages& rows_;
  std::vector<uint64_t> words_;
};

}  // namespace

HeadState state_of(std::shared_ptr<const Head> head) {
  HeadState state{nullptr,
                  head->row_count(),
                  head->min_time_ns(),
                  head->max_time_ns(),
                  head->sorted(),
                  {head->first_series(), head->last_series()}};
  state.head = std::move(head);
  return state;
}

RowImages HeadPiece::sorted_images() const {
  RowImages rows = state_.head->images(state_.rows);
  if (state_.sorted && rows.series.empty()) return rows;
  std::vector<uint32_t> order(rows.images.size());
  std::iota(order.begin(), order.end(), 0);
  auto is_earlier = [&](uint32_t a, uint32_t b) { return rows.times_ns[a] < rows.times_ns[b]; };
  auto is_before = [&](uint32_t a, uint32_t b) {
    return std::pair(rows.times_ns[a], rows.series[a]) <
           std::pair(rows.times_ns[b], rows.series[b]);
  };
  if (rows.series.empty()) {
    std::stable_sort(order.begin(), order.end(), is_earlier);
  } else {
    std::stable_sort(order.begin(), order.end(), is_before);
  }
  pick(rows, order);
  return rows;
}

Result<DecodedRows> HeadPiece::read(const ReadRequest& request) const {
  RowImages rows = sorted_images();
  cut_to_range(rows, request.min_ns, request.max_ns);
  keep_wanted(rows, request);
  DecodedRows decoded;
  FieldReader reader(rows);
  for (const FieldRef& field : request.fields)
    decoded.columns.push_back(reader.read(state_.head->plan(), field));
  decoded.times_ns = std::move(rows.times_ns);
  decoded.series = std::move(rows.series);
  decoded.owners.push_back(state_.head);
  return decoded;
}

}  // namespace efd::store
