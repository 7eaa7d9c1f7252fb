// SPDX-License-Identifier: MIT
#include "query/bucket_rows.h"

#include <algorithm>

#include "query/numbers.h"

namespace efd::query {
namespace {

using Kind = influx::Fill::Kind;
using rows::FieldType;

// Rows are handed on in batches of so many values at most.
constexpr size_t kBatchValuesMax = 16'384;

FieldType type_of(const CallPlan& call) {
  if (!call.field) return FieldType::float_;
  return result_type(call.function, call.field->type);
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

// The number of fill() in the type of a column; null where it has none.
Cell number_as(FieldType type, const std::variant<int64_t, double>& number) {
  const auto* integer = std::get_if<int64_t>(&number);
  if (type == FieldType::integer) {
    return integer ? *integer : to_integer(std::get<double>(number));
  }
  if (type != FieldType::float_) return {};
  return integer ? static_cast<double>(*integer) : std::get<double>(number);
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
      fill_(plan.select.statement.fill),
      batch_rows_max_(batch_rows_max(plan)),
      previous_(plan.calls.size()),
      held_(memory) {
  for (const OutputColumn& column : plan.columns) builders_.emplace_back(type_of(plan, column));
}

Cell BucketRows::filled(size_t call) const {
  const CallPlan& planned = plan_.calls[call];
  switch (fill_.kind) {
    case Kind::number:
      return number_as(type_of(planned), fill_.number);
    case Kind::previous:
      return previous_[call];
    case Kind::null:
      if (planned.function == Function::count && planned.field) return int64_t{0};
      return {};
    default:
      return {};
  }
}

Result<> BucketRows::add(int64_t time_ns) {
  const bool grouped = plan_.select.interval.is_set();
  for (size_t i = 0; i < builders_.size(); ++i) {
    const OutputColumn& column = plan_.columns[i];
    if (column.kind == OutputColumn::Kind::missing) {
      builders_[i].append_null();
    } else if (column.kind == OutputColumn::Kind::field) {
      builders_[i].append(state_.fields[column.index]);
    } else if (const Accumulator& call = *state_.calls[column.index]; call.has_value()) {
      builders_[i].append(call.value());
      if (fill_.kind == Kind::previous) previous_[column.index] = call.value();
    } else {
      builders_[i].append(grouped ? filled(column.index) : Cell());
    }
  }
  return end_row(time_ns);
}

Result<> BucketRows::add_empty(int64_t time_ns) {
  if (!fills()) return {};
  for (size_t i = 0; i < builders_.size(); ++i) {
    const OutputColumn& column = plan_.columns[i];
    const bool is_call = column.kind == OutputColumn::Kind::call;
    builders_[i].append(is_call ? filled(column.index) : Cell());
  }
  return end_row(time_ns);
}

Result<> BucketRows::end_row(int64_t time_ns) {
  times_ns_.push_back(time_ns);
  EFD_TRY(held_.resize(bytes()));
  if (times_ns_.size() < batch_rows_max_) return {};
  return flush();
}

size_t BucketRows::bytes() const {
  size_t bytes = times_ns_.capacity() * sizeof(int64_t) + previous_.capacity() * sizeof(Cell);
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
