// SPDX-License-Identifier: MIT
#include "query/select/bucket_rows.h"

#include <algorithm>

namespace efd::query {
namespace {

using rows::FieldType;

// Rows are handed on in batches of so many values at most.
constexpr size_t kBatchValuesMax = 16'384;

// With GROUP BY time, fill(null) counts 0 where there is nothing to count.
Cell null_value(const SelectPlan& plan, const CallPlan& call) {
  const bool is_zero = plan.select.interval.is_set() && call.function->counts && call.field;
  return is_zero ? Cell(int64_t{0}) : Cell();
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
  for (const CallPlan& call : plan.calls) add_column(call.type(), null_value(plan, call));
  for (const FieldRef& field : plan.fields) add_column(field.type, {});
  if (plan.names_missing) add_column(FieldType::float_, {});
}

void BucketRows::add_column(FieldType type, Cell null_value) {
  builders_.emplace_back(type);
  fills_.emplace_back(plan_.select.statement.fill, type, std::move(null_value));
}

Result<> BucketRows::prepare() {
  OutputColumns::Places places;
  for (size_t i = 0; i < plan_.calls.size(); ++i) places.calls.push_back(i);
  for (size_t i = 0; i < plan_.fields.size(); ++i) places.fields.push_back(plan_.calls.size() + i);
  if (plan_.names_missing) places.missing = builders_.size() - 1;
  EFD_ASSIGN(columns_, OutputColumns::compile(plan_, places));
  return {};
}

Result<> BucketRows::add(int64_t time_ns) {
  for (const auto& call : state_.calls) EFD_TRY(call->check());
  size_t column = 0;
  for (const auto& call : state_.calls) {
    builders_[column].append(fills_[column].take(call->has_value() ? call->value() : Cell()));
    ++column;
  }
  for (const Cell& field : state_.fields) {
    builders_[column].append(fills_[column].take(field));
    ++column;
  }
  if (plan_.names_missing) builders_[column].append(fills_[column].take({}));
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
  built_.clear();
  for (ColumnBuilder& builder : builders_) built_.push_back(builder.view());
  given_.clear();
  for (size_t i = 0; i < columns_.size(); ++i)
    given_.push_back(columns_.column(i, {times_ns_.size(), built_}));
  EFD_TRY(output_.rows({times_ns_.size(), times_ns_, given_}));
  times_ns_.clear();
  for (ColumnBuilder& builder : builders_) builder.clear();
  return {};
}

}  // namespace efd::query
