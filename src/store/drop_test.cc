// SPDX-License-Identifier: MIT
// What the store takes away: drops are cuts, files go with their last reader, and merges put one
// file in the place of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/segment_file.h"
#include "store/store.h"
#include "store/test_rows.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kStart = 1'700'000'000'000'000'000;
constexpr const char* kManifest = "/s/manifest";

class DropTest : public ::testing::Test {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(store_->create_database("efd"));
  }

  void open() {
    store_.reset();
    auto opened = Store::open(files_, clock_, {.path = "/s", .start_threads = false});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->settle_aside([](auto) { return Result<bool>(false); }));
  }

  // So many rows with numbers that count up, second by second; the log's offsets count the same.
  Result<> put(int64_t count, const std::string& name = "m", const std::string& field = "n",
               int64_t day = 0) {
    rows::Rows rows(std::make_shared<const rows::Layout>(
        rows::Layout{{{field, rows::ColumnType::integer, false}}}));
    for (int64_t i = 0; i < count; ++i, ++next_) {
      rows.column(0).append<int64_t>(next_);
      rows.end_row(UtcTime::from_ns(kStart + next_ * kNsPerSecond + day * kNsPerDay));
    }
    PutRows one{store_->measurement("efd", "", name)->get(), &rows};
    PutPosition position{store_->position_slot(connector_, {TopicName("t"), Partition(0)}),
                         id_,
                         Offset(next_),
                         {Offset(next_ - 1), next_, 7},
                         Offset(next_ - count)};
    return store_->put({&one, 1}, {&position, 1});
  }
  void store(int64_t count, const std::string& name = "m", int64_t day = 0) {
    ASSERT_TRUE(put(count, name, "n", day));
    ASSERT_TRUE(store_->flush());
  }

  std::shared_ptr<const MeasurementView> view(const std::string& name = "m") {
    auto views = store_->views("efd", "", {&name, 1});
    return views && !views->empty() ? (*views)[0] : nullptr;
  }
  static std::vector<int64_t> numbers(const MeasurementView& view) {
    std::vector<int64_t> found;
    auto scan = view.scan({.fields = {0}});
    Chunk chunk;
    for (auto more = scan->next(chunk); more && *more; more = scan->next(chunk))
      for (size_t i = 0; i < chunk.size(); ++i) found.push_back(chunk.columns[0].integers[i]);
    return found;
  }
  std::vector<int64_t> numbers(const std::string& name = "m") {
    auto view = this->view(name);
    return view && !view->fields().empty() ? numbers(*view) : std::vector<int64_t>();
  }
  std::vector<std::string> on_disk(const std::string& folder = "segments") {
    std::vector<std::string> names;
    const auto entries = *files_.list("/s/" + folder);
    for (const auto& entry : entries) names.push_back(entry.name);
    return names;
  }
  Result<> merge(std::vector<uint64_t> numbers, const std::string& folder = "segments") {
    return store_->merge(numbers, folder);
  }
  Offset committed() {
    auto positions = store_->committed_positions();
    return positions.empty() ? Offset(0) : positions[0].position.next;
  }
  std::string manifest() { return *system::read_file(files_, kManifest); }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kStart)};
  std::unique_ptr<Store> store_;
  ConnectorName connector_{"sink"};
  TopicId id_{Uuid::random()};
  int64_t next_ = 0;
};

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
  rows.end_row(UtcTime::from_ns(kStart));
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

// ----------------------------------------------------------------------------------------- merges

TEST_F(DropTest, AMergePutsOneFileInThePlaceOfItsNeighbours) {
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
TEST_F(DropTest, AMergedFileKeepsItsPlaceInTheOrderOfTheLog) {
  for (int i = 0; i < 3; ++i) {
    next_ = i * 10;
    rows::Rows rows(std::make_shared<const rows::Layout>(
        rows::Layout{{{"n", rows::ColumnType::integer, false}}}));
    rows.column(0).append<int64_t>(i);
    rows.end_row(UtcTime::from_ns(kStart));
    PutRows one{store_->measurement("efd", "", "m")->get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
    ASSERT_TRUE(store_->flush());
  }
  ASSERT_TRUE(merge({1, 2}));
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2));
  open();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2));
}

TEST_F(DropTest, OnlyNeighboursOfOneShardAreMerged) {
  for (int i = 0; i < 3; ++i) store(2);
  store(1, "m", 3);  // of another shard
  EXPECT_EQ(merge({1, 3}).error().code, ErrorCode::conflict);
  EXPECT_THAT(merge({1, 3}).error().message, HasSubstr("lies between them"));
  EXPECT_THAT(merge({3, 4}).error().message, HasSubstr("of another policy or shard"));
  EXPECT_EQ(merge({1}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(merge({1, 77}).error().code, ErrorCode::not_found);
  EXPECT_EQ(merge({1, 2}, "../out").error().code, ErrorCode::bad_input);
}

TEST_F(DropTest, AMergedFileMayLieInAnotherFolder) {
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

TEST_F(DropTest, WhatWasDroppedIsNotMerged) {
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
TEST_F(DropTest, AnOlderManifestTakesTheMergedFile) {
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
TEST_F(DropTest, AnOlderManifestTakesAMergeOfMergesAndItsPositions) {
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
TEST_F(DropTest, PositionsOfAMergedFileAreRuns) {
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

TEST_F(DropTest, AMergeThatFindsNoRoomChangesNothing) {
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

TEST_F(DropTest, TotalsAreThoseOfTheFilesThatAreThere) {
  store(2);
  store(2, "m", 5);
  EXPECT_EQ(view()->row_count(), 4u);
  EXPECT_EQ(view()->min_time().ns(), kStart);
  EXPECT_EQ(view()->max_time().ns(), kStart + 3 * kNsPerSecond + 5 * kNsPerDay);
  open();
  EXPECT_EQ(view()->row_count(), 4u);
  EXPECT_EQ(view()->min_time().ns(), kStart);
  EXPECT_EQ(view()->max_time().ns(), kStart + 3 * kNsPerSecond + 5 * kNsPerDay);
  EXPECT_FALSE(view()->empty());
}

}  // namespace
}  // namespace efd::store
