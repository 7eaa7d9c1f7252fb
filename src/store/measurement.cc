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

bool Measurement::append(const rows::Rows& rows, Owner& owner) {
  if (rows.empty()) return false;
  std::lock_guard lock(mutex_);
  Plan& plan = plan_for(rows.shared_layout());
  if (has_new_elements(plan, rows)) show_new_elements(plan, rows);
  if (plan.rows->has_tags()) number_series(plan, rows);
  memory_use_.rows.fetch_add(rows.size(), std::memory_order_relaxed);
  return append_to_heads(plan, rows, rows_of(owner));
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

Measurement::OwnRows* Measurement::find(const Owner& owner) {
  if (first_.owner == &owner) return &first_;
  for (OwnRows& own : others_)
    if (own.owner == &owner) return &own;
  return nullptr;
}

Measurement::OwnRows& Measurement::rows_of(Owner& owner) {
  if (OwnRows* known = find(owner)) return *known;
  OwnRows& own = first_.owner ? others_.emplace_back() : first_;
  own.owner = &owner;
  return own;
}

template <class Visit>
void Measurement::visit_rows(Visit visit) const {
  if (first_.owner) visit(first_);
  for (const OwnRows& own : others_) visit(own);
}

template <class Visit>
void Measurement::visit_rows(Visit visit) {
  if (first_.owner) visit(first_);
  for (OwnRows& own : others_) visit(own);
}

bool Measurement::append_to_heads(const Plan& plan, const rows::Rows& rows, OwnRows& own) {
  bool filled = false;
  for (size_t row = 0; row < rows.size();) {
    if (own.head && &own.head->plan() != plan.rows.get()) freeze_head(own);
    if (!own.head) own.head = std::make_shared<Head>(plan.rows);
    const size_t before = own.head->memory_bytes();
    row = own.head->append(rows, series_of_rows_, row, rows.size());
    const size_t bytes = own.head->memory_bytes() - before;
    memory_use_.bytes.fetch_add(bytes, std::memory_order_relaxed);
    own.owner->bytes.fetch_add(bytes, std::memory_order_relaxed);
    if (!own.head->full()) continue;
    freeze_head(own);
    filled = true;
  }
  return filled;
}

void Measurement::freeze_head(OwnRows& own) {
  if (!own.head) return;
  auto pieces = std::make_shared<Pieces>(*own.pieces);
  pieces->push_back(std::make_shared<const HeadPiece>(state_of(std::move(own.head))));
  own.pieces = std::move(pieces);
  own.head = nullptr;
}

Measurement::Parts Measurement::parts() {
  Parts parts{id_, catalog_.catalog(), {}, {}, equal_times_, {}};
  if (series_) parts.series = SeriesList(series_, series_->count());
  visit_rows([&](const OwnRows& own) {
    PiecesOf& part = &own == &first_ ? parts.first : parts.others.emplace_back();
    part = {own.owner, own.pieces};
    if (own.head) part.head = state_of(own.head);
  });
  return parts;
}

Measurement::Cut Measurement::cut() {
  Cut cut;
  visit_rows([&](OwnRows& own) {
    freeze_head(own);
    if (!own.pieces->empty()) cut.of.push_back({own.owner, own.pieces});
  });
  if (cut.of.empty()) return cut;
  cut.catalog = catalog_.catalog();
  if (series_) cut.series = series_->count();
  return cut;
}

OwnerSet Measurement::owners() const {
  OwnerSet owners;
  visit_rows([&](const OwnRows& own) {
    if (own.head || !own.pieces->empty()) owners.insert(own.owner);
  });
  return owners;
}

std::shared_ptr<const Pieces> Measurement::drop_stored(const Owner& owner, size_t count) {
  OwnRows* own = find(owner);
  if (!own) return nullptr;
  std::shared_ptr<const Pieces> dropped = std::move(own->pieces);
  const auto first = dropped->begin() + static_cast<ptrdiff_t>(count);
  own->pieces = std::make_shared<const Pieces>(first, dropped->end());
  return dropped;
}

std::vector<std::shared_ptr<const Pieces>> Measurement::drop() {
  is_dropped_ = true;
  memory_use_.some_closed = true;
  memory_use_.series_bytes -= std::exchange(series_bytes_, 0);
  std::vector<std::shared_ptr<const Pieces>> dropped;
  visit_rows([&](OwnRows& own) {
    freeze_head(own);
    for (const std::shared_ptr<const Piece>& piece : *own.pieces) {
      memory_use_.rows -= piece->row_count();
      memory_use_.bytes -= piece->memory_bytes();
      own.owner->bytes -= piece->memory_bytes();
    }
    dropped.push_back(std::exchange(own.pieces, std::make_shared<const Pieces>()));
  });
  return dropped;
}

// What is in memory keeps the old ids, which no field has any more.
std::vector<uint32_t> Measurement::drop_columns(const std::string& path) {
  visit_rows([](OwnRows& own) { freeze_head(own); });
  plans_.clear();
  return catalog_.drop(path);
}

std::vector<Measurement::PiecesOf> Measurement::pieces() {
  std::lock_guard lock(mutex_);
  std::vector<PiecesOf> all;
  visit_rows([&](const OwnRows& own) {
    if (!own.pieces->empty()) all.push_back({own.owner, own.pieces});
  });
  return all;
}

void Measurement::replace(const Owner& owner, const Piece* piece, Pieces by) {
  std::lock_guard lock(mutex_);
  OwnRows* own = find(owner);
  auto pieces = std::make_shared<Pieces>();
  for (const std::shared_ptr<const Piece>& old : *own->pieces) {
    if (old.get() == piece) {
      pieces->insert(pieces->end(), by.begin(), by.end());
    } else {
      pieces->push_back(old);
    }
  }
  own->pieces = std::move(pieces);
}

}  // namespace efd::store
