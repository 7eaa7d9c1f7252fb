// SPDX-License-Identifier: MIT
#include "rows/rows.h"

#include <gtest/gtest.h>

namespace efd::rows {
namespace {

std::shared_ptr<const Layout> mixed_layout() {
  return std::make_shared<const Layout>(Layout{{{"f", ColumnType::float64, false},
                                                {"s", ColumnType::string, false},
                                                {"a", ColumnType::float32, true}}});
}

void append_row(Rows& rows, double f, std::string_view s, std::vector<float> a, int64_t ms) {
  rows.column(0).append(f);
  rows.column(1).append_string(s);
  rows.column(2).append_elements(a.data(), a.size());
  rows.column(2).end_array();
  rows.end_row(UtcTime::from_ms(ms));
}

TEST(Layout, APathSaysWhereAFieldIsAndANameJoinsIt) {
  EXPECT_EQ(path_below("", "o"), "o");
  EXPECT_EQ(path_below("o", "i"), "o.i");
  EXPECT_EQ(path_below("o", "i.\\j"), "o.i\\.\\\\j");
  EXPECT_EQ(joined_name("o_i"), "o_i");
  EXPECT_EQ(joined_name("o.i"), "o_i");
  EXPECT_EQ(joined_name(path_below("o", "i.\\j")), "o_i.\\j");
}

TEST(Rows, KeepsWhatWasAppended) {
  Rows rows(mixed_layout());
  append_row(rows, 1.5, "one", {1, 2, 3}, 10);
  append_row(rows, 2.5, "", {}, 20);
  append_row(rows, 3.5, "three", {4}, 30);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows.times_ns()[1], 20'000'000);
  EXPECT_EQ(rows.column(0).fixed<double>()[2], 3.5);
  EXPECT_EQ(rows.column(1).string_at(2), "three");
  EXPECT_EQ(rows.column(2).elements_of(0), (std::pair<size_t, size_t>{0, 3}));
  EXPECT_EQ(rows.column(2).elements_of(1), (std::pair<size_t, size_t>{3, 3}));
  EXPECT_EQ(rows.column(2).fixed<float>()[3], 4.0f);
}

TEST(Rows, NullsReadAsZeroAndAreMarked) {
  Rows rows(mixed_layout());
  append_row(rows, 1, "x", {}, 1);
  rows.column(0).append_null();
  rows.column(1).append_null();
  rows.column(2).end_array();
  rows.end_row(UtcTime::from_ms(2));
  append_row(rows, 3, "z", {}, 3);
  EXPECT_FALSE(rows.column(0).is_null(0));
  EXPECT_TRUE(rows.column(0).is_null(1));
  EXPECT_FALSE(rows.column(0).is_null(2));
  EXPECT_EQ(rows.column(1).string_at(1), "");
  EXPECT_EQ(rows.column(1).string_at(2), "z");
}

TEST(Rows, AnUnfinishedRowLeavesNothing) {
  Rows rows(mixed_layout());
  append_row(rows, 1, "one", {1, 2}, 1);
  rows.column(0).append(2.0);
  rows.column(1).append_null();
  float half[] = {9};
  rows.column(2).append_elements(half, 1);
  rows.drop_unfinished_row();
  append_row(rows, 3, "three", {5}, 3);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows.column(0).fixed<double>()[1], 3.0);
  EXPECT_EQ(rows.column(1).string_at(1), "three");
  EXPECT_FALSE(rows.column(1).is_null(1));
  EXPECT_EQ(rows.column(2).elements_of(1), (std::pair<size_t, size_t>{2, 3}));
}

}  // namespace
}  // namespace efd::rows
