// SPDX-License-Identifier: MIT
// For tests: rows of one column, "f", at 100 Hz.
#pragma once

#include <cstdint>
#include <memory>

#include "rows/rows.h"

namespace efd::store::testing {

constexpr int64_t kOneColumnStart = 1'700'000'000'000'000'000;

inline std::shared_ptr<const rows::Layout> one_column(rows::ColumnType type) {
  return std::make_shared<const rows::Layout>(rows::Layout{{{"f", type, false}}});
}

template <class T, class Function>
rows::Rows rows_of(rows::ColumnType type, size_t n, Function value) {
  rows::Rows rows(one_column(type));
  for (size_t i = 0; i < n; ++i) {
    rows.column(0).append<T>(value(i));
    rows.end_row(UtcTime::from_ns(kOneColumnStart + static_cast<int64_t>(i) * 10'000'000));
  }
  return rows;
}

}  // namespace efd::store::testing
