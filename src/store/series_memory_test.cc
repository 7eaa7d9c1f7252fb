// SPDX-License-Identifier: MIT
// Tag sets, and scans that make one row of several, count in the memory that the store may take.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/segment_file.h"
#include "store/store.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using rows::ColumnType;
using rows::Role;
using ::testing::HasSubstr;

constexpr int64_t kStart = 1'700'000'000'000'000'000;

class SeriesMemoryTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    store_.reset();
    store_ =
        *Store::open(files_, clock_,
                     {.path = "/s", .series_bytes_max = series_bytes_max_, .start_threads = false});
    ASSERT_TRUE(store_->create_database("efd"));
  }
  // So many rows, each with a tag set that was not there before, or without tags.
  Result<> put(const std::string& name, size_t count, bool has_tags = true) {
    rows::Rows rows(std::make_shared<const rows::Layout>(
        rows::Layout{{{"host", ColumnType::string, false, has_tags ? Role::tag : Role::field},
                      {"n", ColumnType::integer, false}}}));
    for (size_t i = 0; i < count; ++i) {
      rows.column(0).append_string(fmt::format("host {}", next_++));
      rows.column(1).append<int64_t>(1);
      rows.end_row(UtcTime::from_ns(kStart));
    }
    const MeasurementHandle held = *store_->measurement("efd", "", name);
    PutRows one{held.get(), &rows};
    return store_->put({&one, 1}, {});
  }
  std::shared_ptr<const MeasurementView> view(const std::string& name = "m") {
    return (*store_->views("efd", "", {&name, 1}))[0];
  }

  uint64_t series_bytes_max_ = 1 << 30;
  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kStart)};
  std::unique_ptr<Store> store_;
  size_t next_ = 0;
};

TEST_F(SeriesMemoryTest, TagSetsHaveABoundInMemoryThatADropMakesRoomIn) {
  series_bytes_max_ = 256 << 10;
  open();
  ASSERT_TRUE(put("m", 1));
  const uint64_t of_one = store_->figures().series_bytes;
  EXPECT_GT(of_one, 0u);
  Result<> done;
  for (int i = 0; i < 1000 && done; ++i) done = put(i % 2 ? "m" : "other", 100);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::overload);
  EXPECT_THAT(done.error().message, HasSubstr("store.series_bytes_max"));
  EXPECT_THAT(store_->figures().series_bytes, ::testing::Ge(256u << 10));
  EXPECT_TRUE(put("untagged", 1, false)) << "rows without tags need no room";
  ASSERT_TRUE(store_->flush());
  EXPECT_FALSE(put("m", 1)) << "a flush frees no tag sets";
  const uint64_t full = store_->figures().series_bytes;
  open();
  EXPECT_FALSE(put("m", 1)) << "what was recovered counts";
  EXPECT_GE(store_->figures().series_bytes, full / 2);
  ASSERT_TRUE(store_->drop_measurement("efd", "other"));
  EXPECT_LT(store_->figures().series_bytes, full);
  EXPECT_TRUE(put("m", 1));
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  EXPECT_EQ(store_->figures().series_bytes, 0u);
}

// Each row of the answer is made of two, so that all of it is a copy.
TEST_F(SeriesMemoryTest, AScanThatMakesOneRowOfSeveralIsChargedWithIt) {
  rows::Rows rows(std::make_shared<const rows::Layout>(
      rows::Layout{{{"n", ColumnType::integer, false}, {"s", ColumnType::string, false}}}));
  for (int64_t i = 0; i < 2000; ++i) {
    rows.column(0).append<int64_t>(i);
    rows.column(1).append_string(std::string(100, 'x'));
    rows.end_row(UtcTime::from_ns(kStart + i / 2));
  }
  const MeasurementHandle held = *store_->measurement("efd", "", "m", EqualTimes::last_wins);
  PutRows one{held.get(), &rows};
  ASSERT_TRUE(store_->put({&one, 1}, {}));
  MemoryAccount both(100 << 20, "too much");
  Chunk chunk;
  {
    auto scan = view()->scan({.fields = {0, 1}, .memory = &both});
    ASSERT_TRUE(*scan->next(chunk));
    EXPECT_EQ(chunk.size(), 511u) << "the last row of a block may go on in the next";
    // The block that it reads: 1,024 rows; and the rows that it makes of them.
    EXPECT_GE(both.used_bytes(), (1024 + 512) * (8 + 8 + sizeof(std::string_view) + 100));
  }
  EXPECT_EQ(both.used_bytes(), 0u);
  MemoryAccount small(160 << 10, "too much");
  auto scan = view()->scan({.fields = {0, 1}, .memory = &small});
  auto next = scan->next(chunk);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().message, "too much");
}

size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  size_t pages = 0;
  file >> pages >> pages;
  return pages * 4096;
}

// Each row has a tag set of its own. `EFD_SERIES=1000000` for the figures of the design.
TEST_F(SeriesMemoryTest, ManySeriesOfOneRowTakeFewBytes) {
  const char* text = std::getenv("EFD_SERIES");
  const uint64_t count = text ? std::strtoull(text, nullptr, 10) : 50'000;
  const size_t before = resident_bytes();
  constexpr uint64_t kBatch = 5'000;
  auto layout = std::make_shared<const rows::Layout>(
      rows::Layout{{{"host", ColumnType::string, false, Role::tag},
                    {"region", ColumnType::string, false, Role::tag},
                    {"n", ColumnType::integer, false}}});
  for (uint64_t at = 0; at < count; at += kBatch) {
    rows::Rows rows(layout);
    for (uint64_t i = at; i < std::min(count, at + kBatch); ++i) {
      rows.column(0).append_string(fmt::format("server-{:08}", i * 7919 % count));
      rows.column(1).append_string(fmt::format("region-{}", i % 17));
      rows.column(2).append<int64_t>(4711);
      rows.end_row(UtcTime::from_ns(kStart + static_cast<int64_t>(i) * 1'000'003));
    }
    PutRows one{store_->measurement("efd", "", "m")->get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
  }
  ASSERT_TRUE(store_->flush());
  const size_t grown = resident_bytes() - std::min(before, resident_bytes());
  uint64_t bytes = 0, dictionary = 0, rows = 0;
  for (const auto& file : store_->files()) {
    auto segment = *open_segment(files_, file.path);
    bytes += file.bytes;
    rows += file.rows;
    dictionary += segment->sections.names.bytes;
  }
  EXPECT_EQ(rows, count);
  const double each = static_cast<double>(bytes - dictionary) / static_cast<double>(count);
  std::printf(
      "%llu series of one row: %.1f bytes a row besides the dictionary's %.1f, %zu MiB, %zu MiB "
      "of them the dictionary\n",
      static_cast<unsigned long long>(count), each,
      static_cast<double>(dictionary) / static_cast<double>(count), grown >> 20,
      static_cast<size_t>(store_->figures().series_bytes >> 20));
  EXPECT_LE(each, 64);
  EXPECT_EQ(view()->series().count(), count + 1);
}

}  // namespace
}  // namespace efd::store
