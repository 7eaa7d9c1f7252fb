// SPDX-License-Identifier: MIT
#include "query/plan/cost.h"

#include <algorithm>

namespace efd::query {
namespace {

// Rows of one measurement's answer, before LIMIT.
uint64_t rows_given(const SelectPlan& plan, const store::MeasurementView& view,
                    uint64_t rows_read) {
  const CompiledSelect& select = plan.select;
  if (plan.is_raw()) return rows_read;
  if (!select.interval.is_set()) return 1;
  if (rows_read == 0 || select.statement.fill.kind == influx::Fill::Kind::none) return rows_read;
  const UtcTime from = select.range.min.value_or(view.min_time());
  const __int128 buckets =
      bucket_count(from.ns(), select.range.max_or_highest().ns(), select.interval);
  constexpr __int128 kMany = int64_t{1} << 40;
  return static_cast<uint64_t>(std::clamp<__int128>(buckets, 0, kMany));
}

}  // namespace

uint64_t rows_touched(const influx::TimeRange& range, Views views, uint64_t enough) {
  uint64_t rows = 0;
  for (const auto& view : views) {
    if (rows > enough) break;
    rows += view->rows_touched(range.min_or_lowest(), range.max_or_highest(), enough - rows);
  }
  return rows;
}

uint64_t values_given(const SelectPlan& plan, Views views) {
  const auto limit = static_cast<uint64_t>(plan.select.statement.paging.limit);
  uint64_t values = 0;
  for (const auto& view : views) {
    const uint64_t read = rows_touched(plan.select.range, {&view, 1}, INT64_MAX);
    const uint64_t given = rows_given(plan, *view, read);
    values += (limit > 0 ? std::min(given, limit) : given) * plan.columns.size();
  }
  return values;
}

}  // namespace efd::query
