// SPDX-License-Identifier: MIT
#include "store/measurement.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"

namespace efd::store {
namespace {

size_t longest_array(const rows::ColumnValues& values) {
  size_t longest = 0;
  uint32_t begin = 0;
  for (uint32_t end : values.array_ends()) {
    longest = std::max<size_t>(longest, end - begin);
    begin = end;
  }
  return longest;
}

void check_distinct(std::vector<uint32_t> ids) {
  std::erase(ids, Slot::kNoColumn);
  EFD_CHECK(std::set(ids.begin(), ids.end()).size() == ids.size());
}

size_t elements_in_row(const rows::ColumnValues& values, size_t row) {
  auto [begin, end] = values.elements_of(row);
  return end - begin;
}

}  // namespace

bool is_dropped(const Measurement& measurement) {
  return measurement.is_dropped();
}

bool Measurement::append(const rows::Rows& rows) {
  if (rows.empty()) return false;
  std::lock_guard lock(mutex_);
  Plan& plan = plan_for(rows.shared_layout());
  if (has_new_elements(plan, rows)) show_new_elements(plan, rows);
  if (plan.rows->has_tags()) number_series(plan, rows);
  memory_use_.rows.fetch_add(rows.size(), std::memory_order_relaxed);
  return append_to_heads(plan, rows);
}

Measurement::Plan& Measurement::plan_for(const std::shared_ptr<const rows::Layout>& layout) {
  if (!plans_.empty() && plans_.back().layout == layout.get()) return plans_.back();
  auto known = std::find_if(plans_.begin(), plans_.end(), [&](const Plan& plan) {
    return plan.layout == layout.get() || *plan.layout == *layout;
  });
  if (known != plans_.end()) {
    std::rotate(known, known + 1, plans_.end());
    return plans_.back();
  }
  if (plans_.size() == kPlansMax) plans_.erase(plans_.begin());
  plans_.push_back(make_plan(layout));
  return plans_.back();
}

Measurement::Plan Measurement::make_plan(const std::shared_ptr<const rows::Layout>& layout) {
  Plan plan{layout.get(), nullptr, {}, {}};
  std::vector<uint32_t> ids;
  for (uint32_t i = 0; i < layout->columns.size(); ++i) {
    const rows::Column& column = layout->columns[i];
    if (column.role == rows::Role::tag) {
      EFD_CHECK(column.type == rows::ColumnType::string && !column.is_array);
      ids.push_back(Slot::kNoColumn);
      continue;
    }
    ids.push_back(catalog_.column(key_of(column)));
    if (column.is_array) {
      plan.arrays.push_back({i, catalog_.shown(ids.back())});
    } else if (catalog_.shown(ids.back()) == 0) {
      plan.unseen.push_back(i);
    }
  }
  check_distinct(ids);
  plan.rows = std::make_shared<const RowPlan>(layout, std::move(ids));
  return plan;
}

bool Measurement::has_new_elements(const Plan& plan, const rows::Rows& rows) const {
  for (uint32_t c : plan.unseen)
    for (size_t row = 0; row < rows.size(); ++row)
      if (!rows.column(c).is_null(row)) return true;
  return std::any_of(plan.arrays.begin(), plan.arrays.end(), [&](const ArrayColumn& array) {
    return longest_array(rows.column(array.column)) > array.shown;
  });
}

void Measurement::show_new_elements(Plan& plan, const rows::Rows& rows) {
  for (size_t row = 0; row < rows.size(); ++row) show_elements_of_row(plan, rows, row);
  std::erase_if(plan.unseen,
                [&](uint32_t c) { return catalog_.shown(plan.rows->slots()[c].column_id) > 0; });
  for (ArrayColumn& array : plan.arrays)
    array.shown = catalog_.shown(plan.rows->slots()[array.column].column_id);
}

// In field order, then element order: so arrays' elements get their names.
void Measurement::show_elements_of_row(const Plan& plan, const rows::Rows& rows, size_t row) {
  for (uint32_t c = 0; c < plan.rows->slots().size(); ++c) {
    const Slot& slot = plan.rows->slots()[c];
    if (slot.is_tag) continue;
    const rows::ColumnValues& values = rows.column(c);
    if (slot.is_array) {
      catalog_.show(slot.column_id, elements_in_row(values, row));
    } else if (!values.is_null(row)) {
      catalog_.show(slot.column_id, 1);
    }
  }
}

// A tag without a value is none.
void Measurement::number_series(const Plan& plan, const rows::Rows& rows) {
  if (!series_) series_ = std::make_shared<SeriesDictionary>();
  series_of_rows_.clear();
  for (size_t row = 0; row < rows.size(); ++row) {
    tags_.clear();
    for (uint32_t c : plan.rows->tags()) {
      if (rows.column(c).is_null(row) || rows.column(c).string_at(row).empty()) continue;
      append_tag({plan.rows->layout()->columns[c].path, rows.column(c).string_at(row)}, tags_);
    }
    series_of_rows_.push_back(series_->number(tags_));
  }
  account_series();
  if (series_->count() < kSeriesMax) return;
  is_full_ = true;
  memory_use_.some_closed = true;
}

void Measurement::account_series() {
  if (!series_ || is_dropped()) return;
  memory_use_.series_bytes += series_->memory_bytes() - series_bytes_;
  series_bytes_ = series_->memory_bytes();
  if (!memory_use_.has_room_for_series()) memory_use_.some_closed = true;
}

bool Measurement::append_to_heads(const Plan& plan, const rows::Rows& rows) {
  bool filled = false;
  for (size_t row = 0; row < rows.size();) {
    if (!head_ || &head_->plan() != plan.rows.get()) start_head(plan);
    size_t bytes = head_->memory_bytes();
    row = head_->append(rows, series_of_rows_, row, rows.size());
    memory_use_.bytes.fetch_add(head_->memory_bytes() - bytes, std::memory_order_relaxed);
    if (!head_->full()) continue;
    freeze_head();
    filled = true;
  }
  return filled;
}

void Measurement::start_head(const Plan& plan) {
  if (head_) freeze_head();
  head_ = std::make_shared<Head>(plan.rows);
}

void Measurement::freeze_head() {
  auto pieces = std::make_shared<Pieces>(*pieces_);
  pieces->push_back(std::make_shared<const HeadPiece>(state_of(std::move(head_))));
  pieces_ = std::move(pieces);
  head_ = nullptr;
}

Measurement::Parts Measurement::parts() {
  Parts parts{id_, catalog_.catalog(), pieces_, {}, equal_times_, {}};
  if (series_) parts.series = SeriesList(series_, series_->count());
  if (head_) parts.head = state_of(head_);
  return parts;
}

Measurement::Cut Measurement::cut() {
  if (head_) freeze_head();
  if (pieces_->empty()) return {};
  return {pieces_, catalog_.catalog(), series_ ? series_->count() : 1};
}

std::shared_ptr<const Pieces> Measurement::drop_stored(size_t count) {
  std::shared_ptr<const Pieces> dropped = std::move(pieces_);
  pieces_ = std::make_shared<const Pieces>(dropped->begin() + static_cast<ptrdiff_t>(count),
                                           dropped->end());
  return dropped;
}

std::shared_ptr<const Pieces> Measurement::drop() {
  is_dropped_ = true;
  memory_use_.some_closed = true;
  memory_use_.series_bytes -= std::exchange(series_bytes_, 0);
  if (head_) freeze_head();
  for (const std::shared_ptr<const Piece>& piece : *pieces_) {
    memory_use_.rows -= piece->row_count();
    memory_use_.bytes -= piece->memory_bytes();
  }
  return std::exchange(pieces_, std::make_shared<const Pieces>());
}

// What is in memory keeps the old ids, which no field has any more.
std::vector<uint32_t> Measurement::drop_columns(const std::string& path) {
  if (head_) freeze_head();
  plans_.clear();
  return catalog_.drop(path);
}

std::shared_ptr<const Pieces> Measurement::pieces() {
  std::lock_guard lock(mutex_);
  return pieces_;
}

void Measurement::replace(const Piece* piece, Pieces by) {
  std::lock_guard lock(mutex_);
  auto pieces = std::make_shared<Pieces>();
  for (const std::shared_ptr<const Piece>& old : *pieces_) {
    if (old.get() == piece) {
      pieces->insert(pieces->end(), by.begin(), by.end());
    } else {
      pieces->push_back(old);
    }
  }
  pieces_ = std::move(pieces);
}

}  // namespace efd::store
