// SPDX-License-Identifier: MIT
#include "store/row_plan.h"

#include <algorithm>

namespace efd::store {

RowPlan::RowPlan(std::shared_ptr<const rows::Layout> layout, std::vector<uint32_t> column_ids)
    : layout_(std::move(layout)) {
  uint32_t n = static_cast<uint32_t>(layout_->columns.size());
  for (uint32_t i = 0; i < n; ++i) {
    const rows::Column& column = layout_->columns[i];
    uint8_t width = static_cast<uint8_t>(rows::width_of(column.type));
    const bool is_tag = column.role == rows::Role::tag;
    slots_.push_back({column.type, column.is_array, width, 0, column_ids[i], is_tag});
    if (is_tag) {
      tags_.push_back(i);
      continue;
    }
    bool is_variable = column.is_array || width == 0;
    (is_variable ? variable_ : width == 8 ? wide_ : width == 4 ? narrow_ : bytes_).push_back(i);
    if (column_ids[i] >= by_id_.size()) by_id_.resize(column_ids[i] + 1, -1);
    by_id_[column_ids[i]] = static_cast<int>(i);
  }
  null_bytes_ = (n + 7) / 8;
  fixed_bytes_ = place(wide_, null_bytes_, 8);
  fixed_bytes_ = place(variable_, fixed_bytes_, sizeof(Span));
  fixed_bytes_ = place(narrow_, fixed_bytes_, 4);
  fixed_bytes_ = place(bytes_, fixed_bytes_, 1);
  std::sort(tags_.begin(), tags_.end(), [this](uint32_t a, uint32_t b) {
    return layout_->columns[a].path < layout_->columns[b].path;
  });
  series_offset_ = fixed_bytes_;
  if (has_tags()) fixed_bytes_ += sizeof(uint32_t);
}

uint32_t RowPlan::place(const std::vector<uint32_t>& columns, uint32_t offset, uint32_t size) {
  for (uint32_t column : columns) {
    slots_[column].offset = offset;
    offset += size;
  }
  return offset;
}

}  // namespace efd::store
