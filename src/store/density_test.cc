// SPDX-License-Identifier: MIT
// How many bytes of the disk a value takes.
#include <cstdio>

#include <gtest/gtest.h>

#include "store/store.h"
#include "store/testing/one_column.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using rows::ColumnType;
using testing::one_column;
using testing::rows_of;

constexpr int64_t kStart = testing::kOneColumnStart;

// Bytes of the blocks for each row: the times, and one column if `rows` has values in it.
double bytes_per_row(const rows::Rows& rows) {
  system::MemoryFileSystem files;
  system::FakeClock clock{UtcTime::from_ns(kStart)};
  auto store = *Store::open(files, clock, {.path = "/s", .start_threads = false});
  EXPECT_TRUE(store->create_database("efd"));
  PutRows one{store->measurement("efd", "", "m")->get(), &rows};
  EXPECT_TRUE(store->put({&one, 1}, {}));
  EXPECT_TRUE(store->flush());
  EXPECT_EQ(store->figures().rows_in_memory, 0u);
  return static_cast<double>(store->figures().bytes_on_disk) / static_cast<double>(rows.size());
}

// 100,000 rows at 100 Hz, whole files: header, directory and checksums included.
TEST(Density, ConstantsAndRegularColumnsMeetTheirBars) {
  constexpr size_t kRows = 100'000;
  rows::Rows times_only(one_column(ColumnType::integer));
  for (size_t i = 0; i < kRows; ++i) {
    times_only.column(0).append_null();
    times_only.end_row(UtcTime::from_ns(kStart + static_cast<int64_t>(i) * 10'000'000));
  }
  double times = bytes_per_row(times_only);
  double constant =
      bytes_per_row(rows_of<double>(ColumnType::float64, kRows, [](size_t) { return 47.11; })) -
      times;
  double sequence =
      bytes_per_row(rows_of<int64_t>(ColumnType::integer, kRows,
                                     [](size_t i) { return static_cast<int64_t>(i); })) -
      times;
  double stamps = bytes_per_row(rows_of<double>(
                      ColumnType::float64, kRows,
                      [](size_t i) { return 1.7e9 + static_cast<double>(i) * 0.01; })) -
                  times;
  std::printf("bytes a value at 100 Hz: times %.4f, constant %.4f, sequence %.4f, stamps %.4f\n",
              times, constant, sequence, stamps);
  EXPECT_LE(times, 0.5);
  EXPECT_LE(constant, 0.05);
  EXPECT_LE(sequence, 0.5);
  EXPECT_LE(stamps, 0.5);
}

}  // namespace
}  // namespace efd::store
