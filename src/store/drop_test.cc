// SPDX-License-Identifier: MIT
// What the store takes away: drops are cuts, and files go with their last reader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/numbered_rows.h"

namespace efd::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DropTest : public NumberedRowsTest {};

// ------------------------------------------------------------------------------------------ drops

TEST_F(DropTest, ADroppedMeasurementIsGoneAndRowsPutLaterLive) {
  store(3);
  ASSERT_TRUE(put(2));           // in memory
  ASSERT_TRUE(put(2, "other"));  // put before the drop: its commit holds them
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  EXPECT_EQ(view(), nullptr);
  EXPECT_EQ(committed(), Offset(7));
  EXPECT_THAT(numbers("other"), ElementsAre(5, 6));
  EXPECT_EQ(store_->figures().rows_in_memory, 0u);
  ASSERT_TRUE(put(1));
  EXPECT_THAT(numbers(), ElementsAre(7));
  ASSERT_TRUE(store_->flush());
  open();
  EXPECT_THAT(numbers(), ElementsAre(7));
  EXPECT_THAT(numbers("other"), ElementsAre(5, 6));
  EXPECT_THAT(*store_->measurement_names("efd"), ElementsAre("m", "other"));
}

// Its rows stay in a file that others have rows in, too; it had the highest id of all.
TEST_F(DropTest, ANamesakeMadeAfterARestartDoesNotGetTheDroppedRows) {
  ASSERT_TRUE(put(1, "a"));
  store(3);
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  open();
  store(1);
  EXPECT_THAT(numbers(), ElementsAre(4));
  EXPECT_THAT(numbers("a"), ElementsAre(0));
}

// One commit: a power cut leaves neither the rows without the drop nor the drop without the rows.
TEST_F(DropTest, ADropAndWhatWasPutBeforeItAreOneCommit) {
  store(3);
  ASSERT_TRUE(put(2, "other"));
  uint64_t commits = store_->figures().commits;
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  EXPECT_EQ(store_->figures().commits, commits + 1);
}

TEST_F(DropTest, AHandleSaysThatItsMeasurementWasDropped) {
  ASSERT_TRUE(put(1));
  MeasurementHandle held = *store_->measurement("efd", "", "m");
  EXPECT_FALSE(is_dropped(*held));
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  EXPECT_TRUE(is_dropped(*held));
  rows::Rows rows(std::make_shared<const rows::Layout>(
      rows::Layout{{{"n", rows::ColumnType::integer, false}}}));
  rows.column(0).append<int64_t>(1);
  rows.end_row(UtcTime::from_ns(kFirstTimeNs));
  PutRows both[] = {{store_->measurement("efd", "", "other")->get(), &rows}, {held.get(), &rows}};
  EXPECT_EQ(store_->put(both, {}).error().code, ErrorCode::not_found);
  EXPECT_TRUE(view("other")->empty()) << "nothing entered";
  EXPECT_NE(*store_->measurement("efd", "", "m"), held);
}

TEST_F(DropTest, ADatabaseGoesWithAllThatIsInIt) {
  store(3);
  ASSERT_TRUE(store_->create_database("b"));
  ASSERT_TRUE(put(1));
  ASSERT_TRUE(store_->drop_database("efd"));
  EXPECT_THAT(store_->databases(), ElementsAre("b"));
  EXPECT_THAT(on_disk(), IsEmpty());
  EXPECT_EQ(store_->measurement("efd", "", "m").error().message, "database not found: efd");
  ASSERT_TRUE(store_->create_database("efd"));
  store(2);
  open();
  EXPECT_THAT(store_->databases(), ElementsAre("b", "efd"));
  EXPECT_THAT(numbers(), ElementsAre(4, 5));
  EXPECT_EQ(committed(), Offset(6));
  EXPECT_EQ(store_->figures().files, 1u);
  ASSERT_TRUE(store_->drop_database("nobody"));
}

TEST_F(DropTest, APolicyGoesAndIsMadeAnew) {
  store(3);
  ASSERT_TRUE(store_->create_policy("efd", {"short", kNsPerDay, kNsPerDay, false}));
  EXPECT_TRUE(store_->create_policy("efd", {"short", kNsPerDay, kNsPerDay, false}));
  EXPECT_EQ(store_->create_policy("efd", {"short", 1, kNsPerDay, false}).error().code,
            ErrorCode::conflict);
  ASSERT_TRUE(store_->measurement("efd", "short", "m"));
  ASSERT_TRUE(store_->drop_policy("efd", "short"));
  EXPECT_EQ(store_->measurement("efd", "short", "m").error().message,
            "retention policy not found: short");
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2));
  ASSERT_TRUE(store_->drop_policy("efd", "autogen"));
  ASSERT_TRUE(store_->create_policy("efd", {"autogen", 0, 7 * kNsPerDay, true}));
  EXPECT_EQ(view(), nullptr);
  store(1);
  open();
  ASSERT_THAT(*store_->policies("efd"), SizeIs(1));
  EXPECT_THAT(numbers(), ElementsAre(3));
}

TEST_F(DropTest, AFieldGoesWithAllItsTypesAndItsNameIsFree) {
  ASSERT_TRUE(put(2, "m", "a"));
  ASSERT_TRUE(put(1, "m", "b"));
  ASSERT_TRUE(store_->flush());
  ASSERT_TRUE(put(1, "m", "a"));
  ASSERT_TRUE(store_->drop_field("efd", "m", "a"));
  ASSERT_THAT(view()->fields(), SizeIs(1));
  EXPECT_EQ(view()->fields()[0].name, "b");
  open();
  ASSERT_THAT(view()->fields(), SizeIs(1));
  ASSERT_TRUE(put(1, "m", "a"));
  for (bool is_stored : {false, true}) {
    if (is_stored) {
      ASSERT_TRUE(store_->close());
      open();
    }
    ASSERT_THAT(view()->fields(), SizeIs(2));
    EXPECT_EQ(view()->fields()[0].name, "a");
    auto values = *view()->find_values({.fields = {0, 1}});
    EXPECT_THAT(values, ElementsAre(1, 1));
    auto scan = view()->scan({.fields = {0}});
    Chunk chunk;
    std::vector<bool> nulls;
    while (*scan->next(chunk))
      for (size_t i = 0; i < chunk.size(); ++i) nulls.push_back(chunk.columns[0].is_null(i));
    EXPECT_THAT(nulls, ElementsAre(true, true, true, true, false));
  }
}

// Without room the drop waits in memory: nobody sees it undone, and the next commit holds it.
TEST_F(DropTest, ADropThatCouldNotBeCommittedIsInTheNextCommit) {
  store(3);
  ASSERT_TRUE(put(1, "other"));
  files_.fail_sync_once({"/manifest$"});
  EXPECT_FALSE(store_->drop_measurement("efd", "m"));
  EXPECT_EQ(view(), nullptr);
  ASSERT_TRUE(put(1));
  EXPECT_THAT(numbers(), ElementsAre(4));
  ASSERT_TRUE(store_->create_database("more"));
  ASSERT_TRUE(store_->flush());
  open();
  EXPECT_THAT(numbers(), ElementsAre(4));
  EXPECT_THAT(numbers("other"), ElementsAre(3));
  EXPECT_THAT(store_->databases(), ElementsAre("efd", "more"));
}

// ------------------------------------------------------------------------------------------ files

TEST_F(DropTest, AFileGoesWithItsLastReader) {
  store(3);
  auto reader = view();
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  EXPECT_THAT(on_disk(), SizeIs(1));
  EXPECT_THAT(numbers(*reader), ElementsAre(0, 1, 2));
  EXPECT_EQ(store_->figures().files, 0u);
  EXPECT_EQ(store_->figures().bytes_on_disk, 0u);
  auto scan = reader->scan({.fields = {0}});
  Chunk chunk;
  EXPECT_TRUE(*scan->next(chunk));
  scan.reset();
  reader.reset();
  EXPECT_THAT(on_disk(), IsEmpty());
}

// The commit that drops it may be many manifests old.
TEST_F(DropTest, AManifestListsRemovedFilesUntilTheyAreUnlinked) {
  store(3);
  auto reader = view();
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  for (int i = 0; i < 3; ++i) {
    files_.fail_sync_once({"/manifest$"});  // so that the next commit begins a new manifest
    ASSERT_TRUE(put(1, "other"));
    EXPECT_FALSE(store_->flush());
    ASSERT_TRUE(store_->flush());
  }
  files_.cut_power_after(1);
  (void)files_.remove("/s/nothing");
  store_.reset();
  reader.reset();  // it cannot unlink any more
  files_.restore_power(1);
  open();
  EXPECT_THAT(store_->figures().aside, IsEmpty());
  EXPECT_FALSE(*files_.exists("/s/segments/" + segment_name(1)));
  EXPECT_FALSE(*files_.exists("/s/segments/" + segment_name(1) + ".aside"));
  EXPECT_THAT(numbers("other"), ElementsAre(3, 4, 5));
}

// A file in which others have rows stays, and what was dropped is not seen in it.
TEST_F(DropTest, AFileOfSeveralMeasurementsStaysUntilAllAreDropped) {
  ASSERT_TRUE(put(2));
  ASSERT_TRUE(put(2, "other"));
  ASSERT_TRUE(store_->flush());
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  EXPECT_THAT(on_disk(), SizeIs(1));
  store(1);
  EXPECT_THAT(numbers(), ElementsAre(4));
  ASSERT_TRUE(store_->drop_measurement("efd", "other"));
  EXPECT_THAT(on_disk(), SizeIs(1));
  EXPECT_THAT(numbers(), ElementsAre(4));
}

TEST_F(DropTest, TotalsAreThoseOfTheFilesThatAreThere) {
  store(2);
  store(2, "m", 5);
  EXPECT_EQ(view()->row_count(), 4u);
  EXPECT_EQ(view()->min_time().ns(), kFirstTimeNs);
  EXPECT_EQ(view()->max_time().ns(), kFirstTimeNs + 3 * kNsPerSecond + 5 * kNsPerDay);
  open();
  EXPECT_EQ(view()->row_count(), 4u);
  EXPECT_EQ(view()->min_time().ns(), kFirstTimeNs);
  EXPECT_EQ(view()->max_time().ns(), kFirstTimeNs + 3 * kNsPerSecond + 5 * kNsPerDay);
  EXPECT_FALSE(view()->empty());
}

}  // namespace
}  // namespace efd::store
