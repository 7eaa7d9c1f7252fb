// SPDX-License-Identifier: MIT
#include "store/head_piece.h"

#include <algorithm>
#include <numeric>

#include "store/gather.h"
#include "store/widen.h"

namespace efd::store {
namespace {

void sort_by_time(RowImages& rows) {
  std::vector<uint32_t> order(rows.images.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return rows.times_ns[a] < rows.times_ns[b]; });
  RowImages sorted;
  sorted.times_ns.reserve(order.size());
  sorted.images.reserve(order.size());
  for (uint32_t i : order) {
    sorted.times_ns.push_back(rows.times_ns[i]);
    sorted.images.push_back(rows.images[i]);
  }
  rows = std::move(sorted);
}

void cut_to_range(RowImages& rows, int64_t min, int64_t max) {
  if (rows.times_ns.empty() || (rows.times_ns.front() >= min && rows.times_ns.back() <= max))
    return;
  auto begin = std::lower_bound(rows.times_ns.begin(), rows.times_ns.end(), min);
  auto end = std::upper_bound(begin, rows.times_ns.end(), max);
  auto first = begin - rows.times_ns.begin();
  auto last = end - rows.times_ns.begin();
  rows.images = {rows.images.begin() + first, rows.images.begin() + last};
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
  HeadState state{nullptr, head->row_count(), head->min_time_ns(), head->max_time_ns(),
                  head->sorted()};
  state.head = std::move(head);
  return state;
}

RowImages HeadPiece::sorted_images() const {
  RowImages rows = state_.head->images(state_.rows);
  if (!state_.sorted) sort_by_time(rows);
  return rows;
}

Result<DecodedRows> HeadPiece::read(const ReadRequest& request) const {
  RowImages rows = sorted_images();
  cut_to_range(rows, request.min_ns, request.max_ns);
  DecodedRows decoded;
  FieldReader reader(rows);
  for (const FieldRef& field : request.fields)
    decoded.columns.push_back(reader.read(state_.head->plan(), field));
  decoded.times_ns = std::move(rows.times_ns);
  decoded.owners.push_back(state_.head);
  return decoded;
}

}  // namespace efd::store
