// SPDX-License-Identifier: MIT
#include "store/store.h"

#include <bit>
#include <limits>

#include <gtest/gtest.h>

#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using rows::ColumnType;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    auto opened = Store::open(files_, clock_, {.path = "/store", .start_threads = false});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->create_database("efd"));
    measurement_ = *store_->measurement("efd", "", "m");
  }
  void put(const rows::Rows& rows) {
    PutRows one{measurement_.get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
  }
  std::shared_ptr<const MeasurementView> view() {
    std::string name = "m";
    return (*store_->views("efd", "", {&name, 1}))[0];
  }
  // Times (ms) and the only field, as text.
  std::string all(ScanRequest request) {
    auto view = this->view();
    auto scan = view->scan(request);
    std::string text;
    Chunk chunk;
    while (*scan->next(chunk))
      for (size_t i = 0; i < chunk.size(); ++i) {
        text += std::to_string(chunk.times_ns[i] / kNsPerMs);
        for (const ColumnChunk& column : chunk.columns)
          text += column.is_null(i) ? ":-" : fmt::format(":{}", column.floats[i]);
        text += " ";
      }
    return text;
  }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(0)};
  std::unique_ptr<Store> store_;
  MeasurementHandle measurement_;
};

std::shared_ptr<const rows::Layout> array_layout() {
  return std::make_shared<const rows::Layout>(
      rows::Layout{{{"a", ColumnType::float32, true}, {"f", ColumnType::float64, false}}});
}

void add_row(rows::Rows& rows, std::vector<float> a, double f, int64_t ms) {
  rows.column(0).append_elements(a.data(), a.size());
  rows.column(0).end_array();
  rows.column(1).append(f);
  rows.end_row(UtcTime::from_ms(ms));
}

TEST_F(StoreTest, RowsComeBackInOrderOfTimeEqualTimesInLogOrder) {
  rows::Rows rows(array_layout());
  add_row(rows, {}, 1, 30);
  add_row(rows, {5}, 2, 10);
  add_row(rows, {6, 7}, 3, 30);
  put(rows);
  EXPECT_EQ(view()->row_count(), 3u);
  ASSERT_EQ(view()->fields().size(), 3u);
  EXPECT_EQ(view()->fields()[0].name, "a0");
  EXPECT_EQ(view()->fields()[1].name, "a1");
  EXPECT_EQ(view()->fields()[2].name, "f");
  EXPECT_EQ(all({.fields = {2, 1}}), "10:2:- 30:1:- 30:3:7 ");
  EXPECT_EQ(all({.fields = {2, 0}, .descending = true}), "30:3:6 30:1:- 10:2:5 ");
  EXPECT_EQ(all({.min = UtcTime::from_ms(11), .fields = {2}}), "30:1 30:3 ");
}

TEST_F(StoreTest, AFieldWhoseTypeChangedKeepsItsName) {
  rows::Rows before(
      std::make_shared<const rows::Layout>(rows::Layout{{{"n", ColumnType::integer, false}}}));
  before.column(0).append<int64_t>(7);
  before.end_row(UtcTime::from_ms(1));
  rows::Rows after(
      std::make_shared<const rows::Layout>(rows::Layout{{{"n", ColumnType::float64, false}}}));
  after.column(0).append(7.5);
  after.end_row(UtcTime::from_ms(2));
  put(before);
  put(after);
  ASSERT_EQ(view()->fields().size(), 2u);
  EXPECT_EQ(view()->fields()[0].name, "n");
  EXPECT_EQ(view()->fields()[1].name, "n");
}

// Many pieces one behind the other are read with little memory; pieces that overlap are not.
TEST_F(StoreTest, AScanIsChargedWithWhatItHoldsAtOnce) {
  auto add_block = [this](int64_t begin_ms) {
    rows::Rows rows(array_layout());
    for (int i = 0; i < 500; ++i) add_row(rows, {1, 2}, i, begin_ms + 20 * i);
    put(rows);
    ASSERT_TRUE(store_->flush());
  };
  auto scan = [this](MemoryAccount& account) -> Result<size_t> {
    auto view = this->view();
    auto scan = view->scan({.fields = {0, 1, 2}, .memory = &account});
    size_t rows = 0;
    Chunk chunk;
    for (;;) {
      EFD_ASSIGN(bool more, scan->next(chunk));
      if (!more) return rows;
      EXPECT_GT(account.used_bytes(), 0u);
      rows += chunk.size();
    }
  };
  constexpr size_t kTwoBlocks = 2 * 500 * (8 * 4) + 4000;
  for (int i = 0; i < 10; ++i) add_block(i * 10'000);
  MemoryAccount account(kTwoBlocks, "too much");
  EXPECT_EQ(scan(account).value_or(0), 5000u);
  EXPECT_EQ(account.used_bytes(), 0u);
  for (int i = 1; i < 10; ++i) add_block(i);
  auto refused = scan(account);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{ErrorCode::overload, "too much"}));
  EXPECT_EQ(account.used_bytes(), 0u);
}

TEST_F(StoreTest, UnknownNamesAreErrorsInInfluxDbsWords) {
  EXPECT_EQ(store_->measurement("x", "", "m").error().message, "database not found: x");
  EXPECT_EQ(store_->measurement("efd", "y", "m").error().message, "retention policy not found: y");
  EXPECT_EQ((*store_->policies("efd"))[0].name, "autogen");
}

// Which floats are NaN or infinite is told with a chunk; the values stay as they are.
TEST_F(StoreTest, TellsWhetherAllFloatsAreNumbers) {
  const std::vector<std::pair<double, bool>> cases = {
      {1.5, true},
      {-0.0, true},
      {std::numeric_limits<double>::max(), true},
      {std::numeric_limits<double>::denorm_min(), true},
      {std::numeric_limits<double>::quiet_NaN(), false},
      {-std::numeric_limits<double>::infinity(), false},
      {std::numeric_limits<double>::infinity(), false}};
  rows::Rows rows(array_layout());
  for (const auto& [value, finite] : cases) {
    std::string name = fmt::format("m{}", value);
    MeasurementHandle into = *store_->measurement("efd", "", name);
    rows.clear();
    add_row(rows, {}, 1, 1);
    add_row(rows, {}, value, 2);
    PutRows one{into.get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
    for (int flushed = 0; flushed < 2; ++flushed) {
      auto view = (*store_->views("efd", "", {&name, 1}))[0];
      auto scan = view->scan({.fields = {0}});
      Chunk chunk;
      ASSERT_TRUE(*scan->next(chunk));
      EXPECT_EQ(chunk.columns[0].finite, finite) << value;
      EXPECT_EQ(std::bit_cast<uint64_t>(chunk.columns[0].floats[1]),
                std::bit_cast<uint64_t>(value));
      ASSERT_TRUE(store_->flush());
    }
  }
}

}  // namespace
}  // namespace efd::store
