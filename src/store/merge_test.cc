// SPDX-License-Identifier: MIT
// Merges put one file in the place of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/numbered_rows.h"

namespace efd::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kManifest = "/s/manifest";

class MergeTest : public NumberedRowsTest {};

TEST_F(MergeTest, AMergePutsOneFileInThePlaceOfItsNeighbours) {
  for (int i = 0; i < 4; ++i) store(2);
  auto reader = view();
  ASSERT_TRUE(merge({2, 3}));
  auto files = store_->files();
  ASSERT_THAT(files, SizeIs(3));
  EXPECT_EQ(files[2].number, 5u);
  EXPECT_EQ(files[2].level, 1);
  EXPECT_EQ(files[2].first_order, files[0].first_order + 1);
  EXPECT_EQ(files[2].last_order, files[1].first_order - 1);
  EXPECT_EQ(files[2].rows, 4u);
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(numbers(*reader), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(on_disk(), SizeIs(5));
  reader.reset();
  EXPECT_THAT(on_disk(), SizeIs(3));
  EXPECT_EQ(view()->row_count(), 8u);
  open();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(store_->figures().files, 3u);
  ASSERT_TRUE(merge({1, 5}));
  EXPECT_EQ(store_->files()[1].level, 2);
}

// Equal times stay in the order of the log, whatever the numbers of the files.
TEST_F(MergeTest, AMergedFileKeepsItsPlaceInTheOrderOfTheLog) {
  for (int i = 0; i < 3; ++i) {
    next_ = i * 10;
    rows::Rows rows(std::make_shared<const rows::Layout>(
        rows::Layout{{{"n", rows::ColumnType::integer, false}}}));
    rows.column(0).append<int64_t>(i);
    rows.end_row(UtcTime::from_ns(kFirstTimeNs));
    PutRows one{store_->measurement("efd", "", "m")->get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
    ASSERT_TRUE(store_->flush());
  }
  ASSERT_TRUE(merge({1, 2}));
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2));
  open();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2));
}

TEST_F(MergeTest, OnlyNeighboursOfOneShardAreMerged) {
  for (int i = 0; i < 3; ++i) store(2);
  store(1, "m", 3);  // of another shard
  EXPECT_EQ(merge({1, 3}).error().code, ErrorCode::conflict);
  EXPECT_THAT(merge({1, 3}).error().message, HasSubstr("lies between them"));
  EXPECT_THAT(merge({3, 4}).error().message, HasSubstr("of another policy or shard"));
  EXPECT_EQ(merge({1}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(merge({1, 77}).error().code, ErrorCode::not_found);
  EXPECT_EQ(merge({1, 2}, "../out").error().code, ErrorCode::bad_input);
}

TEST_F(MergeTest, AMergedFileMayLieInAnotherFolder) {
  store(2);
  store(2);
  ASSERT_TRUE(merge({1, 2}, "archive/old"));
  EXPECT_THAT(on_disk(), IsEmpty());
  EXPECT_THAT(on_disk("archive/old"), ElementsAre(segment_name(3)));
  open();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(store_->files()[0].path, "/s/archive/old/" + segment_name(3));
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  EXPECT_THAT(on_disk("archive/old"), IsEmpty());
}

TEST_F(MergeTest, WhatWasDroppedIsNotMerged) {
  ASSERT_TRUE(put(2));
  ASSERT_TRUE(put(2, "other"));
  ASSERT_TRUE(store_->flush());
  store(2, "other");
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  ASSERT_TRUE(merge({1, 2}));
  EXPECT_EQ(store_->files()[0].rows, 4u);
  EXPECT_THAT(numbers("other"), ElementsAre(2, 3, 4, 5));
}

// Files 1 and 2 are gone: the one that has all their rows takes their place.
TEST_F(MergeTest, AnOlderManifestTakesTheMergedFile) {
  store(2);
  store(2);
  std::string before = manifest();
  ASSERT_TRUE(merge({1, 2}));
  store_.reset();
  ASSERT_TRUE(system::replace_file(files_, kManifest, before));
  open();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(committed(), Offset(4));
  open();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(store_->figures().files, 1u);
}

// One that knows not even all of its parts: the log does not bring their rows once more. A merge
// of a merge names all numbers.
TEST_F(MergeTest, AnOlderManifestTakesAMergeOfMergesAndItsPositions) {
  store(2);
  std::string before = manifest();
  store(2);
  store(2);
  ASSERT_TRUE(merge({1, 2}));
  ASSERT_TRUE(merge({3, 4}));
  store_.reset();
  ASSERT_TRUE(system::replace_file(files_, kManifest, before));
  open();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(committed(), Offset(6));
}

// Offsets whose rows went to another shard are no part of a merged file.
TEST_F(MergeTest, PositionsOfAMergedFileAreRuns) {
  std::string before = manifest();
  store(2);
  store(2, "m", 5);
  store(2);
  store(2);
  ASSERT_TRUE(merge({1, 3, 4}));
  store_.reset();
  ASSERT_TRUE(system::replace_file(files_, kManifest, before));
  store_ = std::move(*Store::open(files_, clock_, {.path = "/s", .start_threads = false}));
  std::vector<std::vector<std::pair<int64_t, int64_t>>> runs;
  ASSERT_TRUE(store_->settle_aside([&](std::span<const CutPosition> positions) {
    runs.emplace_back();
    for (const CutPosition& run : positions)
      runs.back().emplace_back(run.from.value(), run.next.value());
    return Result<bool>(false);
  }));
  EXPECT_THAT(runs, ElementsAre(ElementsAre(std::pair(2, 4)),
                                ElementsAre(std::pair(0, 2), std::pair(4, 8))));
  EXPECT_EQ(*store_->adopt("/s/segments/" + segment_name(2) + ".aside"), 2u);
  EXPECT_EQ(*store_->adopt("/s/segments/" + segment_name(5) + ".aside"), 6u);
  EXPECT_THAT(numbers(), SizeIs(8));
}

TEST_F(MergeTest, AMergeThatFindsNoRoomChangesNothing) {
  store(2);
  store(2);
  for (const char* part : {".seg", "/segments$", "/manifest$"}) {
    files_.fail_sync_once({part});
    EXPECT_FALSE(merge({1, 2})) << part;
    EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3));
    EXPECT_EQ(store_->figures().files, 2u);
  }
  ASSERT_TRUE(merge({1, 2}));
  open();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(on_disk(), SizeIs(1));
}

}  // namespace
}  // namespace efd::store
