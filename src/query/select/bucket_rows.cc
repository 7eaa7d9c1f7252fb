// SPDX-License-Identifier: MIT
#include "query/select/bucket_rows.h"

#include <algorithm>

namespace efd::query {
namespace {

using rows::FieldType;

// Rows are handed on in batches of so many values at most.
constexpr size_t kBatchValuesMax = 16'384;

FieldType type_of(const CallPlan& call) {
  if (!call.field) return FieldType::float_;
  return call.function->result_type(call.field->type);
}

FieldType type_of(const SelectPlan& plan, const OutputColumn& column) {
  switch (column.kind) {
    case OutputColumn::Kind::call:
      return type_of(plan.calls[column.index]);
    case OutputColumn::Kind::field:
      return plan.fields[column.index].type;
    default:
      return FieldType::float_;
  }
}

// With GROUP BY time, fill(null) counts 0 where there is nothing to count.
Cell null_value(const SelectPlan& plan, const OutputColumn& column) {
  if (!plan.select.interval.is_set() || column.kind != OutputColumn::Kind::call) return {};
  const CallPlan& call = plan.calls[column.index];
  if (call.function->counts && call.field) return int64_t{0};
  return {};
}

// No more than LIMIT asks for, so that it ends the scan at once.
size_t batch_rows_max(const SelectPlan& plan) {
  const influx::Paging& paging = plan.select.statement.paging;
  const size_t by_values = std::max<size_t>(1, kBatchValuesMax / plan.columns.size());
  if (paging.limit <= 0) return by_values;
  const uint64_t wanted =
      static_cast<uint64_t>(paging.limit) + static_cast<uint64_t>(paging.offset);
  return static_cast<size_t>(std::min<uint64_t>(by_values, wanted));
}

}  // namespace

BucketRows::BucketRows(const SelectPlan& plan, State state, SeriesOutput& output,
                       store::MemoryAccount& memory)
    : plan_(plan),
      state_(state),
      output_(output),
      batch_rows_max_(batch_rows_max(plan)),
      held_(memory) {
  const influx::Fill& fill = plan.select.statement.fill;
  for (const OutputColumn& column : plan.columns) {
    builders_.emplace_back(type_of(plan, column));
    fills_.emplace_back(fill, type_of(plan, column), null_value(plan, column));
  }
}

Cell BucketRows::value_of(const OutputColumn& column) const {
  if (column.kind == OutputColumn::Kind::missing) return {};
  if (column.kind == OutputColumn::Kind::field) return state_.fields[column.index];
  const Accumulator& call = *state_.calls[column.index];
  return call.has_value() ? call.value() : Cell();
}

Result<> BucketRows::add(int64_t time_ns) {
  for (const auto& call : state_.calls) EFD_TRY(call->check());
  for (size_t i = 0; i < builders_.size(); ++i)
    builders_[i].append(fills_[i].take(value_of(plan_.columns[i])));
  return end_row(time_ns);
}

Result<> BucketRows::add_empty(int64_t time_ns) {
  for (size_t i = 0; i < builders_.size(); ++i) builders_[i].append(fills_[i].take({}));
  return end_row(time_ns);
}

Result<> BucketRows::end_row(int64_t time_ns) {
  times_ns_.push_back(time_ns);
  EFD_TRY(held_.resize(bytes()));
  if (times_ns_.size() < batch_rows_max_) return {};
  return flush();
}

size_t BucketRows::bytes() const {
  size_t bytes = times_ns_.capacity() * sizeof(int64_t) + fills_.capacity() * sizeof(ColumnFill);
  for (const ColumnBuilder& builder : builders_) bytes += builder.bytes();
  return bytes;
}

Result<> BucketRows::flush() {
  if (times_ns_.empty()) return {};
  columns_.clear();
  for (ColumnBuilder& builder : builders_) columns_.push_back(builder.view());
  EFD_TRY(output_.rows({times_ns_.size(), times_ns_, columns_}));
  times_ns_.clear();
  for (ColumnBuilder& builder : builders_) builder.clear();
  return {};
}

}  // namespace efd::query
