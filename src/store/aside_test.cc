// SPDX-License-Identifier: MIT
// Segment files in the wrong place, and those that the manifest does not name: nothing that they
// alone have is removed, nothing is answered from another file, and they can be taken back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/segment_file.h"
#include "store/store.h"
#include "store/testing/test_rows.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kStart = 1'700'000'000'000'000'000;
constexpr const char* kManifest = "/data/store/manifest";

std::string segment(uint64_t number) {
  return "/data/store/segments/" + segment_name(number);
}
std::string aside(uint64_t number) {
  return segment(number) + ".aside";
}

class AsideTest : public ::testing::Test {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(store_->create_database("efd"));
  }

  void open() {
    store_.reset();
    auto opened = Store::open(files_, clock_, {.path = "/data/store", .start_threads = false});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }

  // So many records more of a topic, a row each with the record's offset.
  void put(int64_t count, const std::string& topic = "t") {
    int64_t& next = next_[topic];
    auto layout = std::make_shared<const rows::Layout>(
        rows::Layout{{{"offset", rows::ColumnType::integer, false}}});
    rows::Rows rows(layout);
    for (int64_t i = 0; i < count; ++i, ++next) {
      rows.column(0).append<int64_t>(next);
      rows.end_row(UtcTime::from_ns(kStart + next * kNsPerSecond));
    }
    PutRows one{store_->measurement("efd", "", topic)->get(), &rows};
    PutPosition position{store_->position_slot(connector_, {TopicName(topic), Partition(0)}),
                         id_,
                         Offset(next),
                         {Offset(next - 1), next, 7},
                         Offset(next - count)};
    ASSERT_TRUE(store_->put({&one, 1}, {&position, 1}));
  }
  // In a commit.
  void store(int64_t count, const std::string& topic = "t") {
    put(count, topic);
    ASSERT_TRUE(store_->flush());
  }

  std::vector<int64_t> offsets(const std::string& topic = "t") {
    std::vector<int64_t> found;
    auto views = store_->views("efd", "", {&topic, 1});
    if (!views || views->empty() || (*views)[0]->fields().empty()) return found;
    auto scan = (*views)[0]->scan({.fields = {0}});
    Chunk chunk;
    for (;;) {
      auto more = scan->next(chunk);
      if (!more) read_error_ = more.error().message;
      if (!more || !*more) return found;
      for (size_t i = 0; i < chunk.size(); ++i) found.push_back(chunk.columns[0].integers[i]);
    }
  }

  // What the log has from `start` on comes again; the lane goes on behind what it does not have.
  void settle(int64_t log_start) {
    asked_.clear();
    ASSERT_TRUE(store_->settle_aside([&](std::span<const CutPosition> positions) {
      asked_.assign(positions.begin(), positions.end());
      return Result<bool>(positions[0].from >= Offset(log_start));
    }));
  }

  void put_a_row() {
    auto layout = std::make_shared<const rows::Layout>(
        rows::Layout{{{"offset", rows::ColumnType::integer, false}}});
    rows::Rows rows(layout);
    rows.column(0).append<int64_t>(5);
    rows.end_row(UtcTime::from_ns(kStart));
    PutRows one{store_->measurement("efd", "", "t")->get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
  }

  std::string manifest() { return *system::read_file(files_, kManifest); }
  void write(const std::string& path, std::string_view bytes) {
    ASSERT_TRUE(system::replace_file(files_, path, bytes));
  }
  // A bit of the last record.
  void spoil_manifest() {
    std::string bytes = manifest();
    bytes[bytes.size() - 5] ^= 1;
    write(kManifest, bytes);
  }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kStart)};
  std::unique_ptr<Store> store_;
  ConnectorName connector_{"sink"};
  TopicId id_{Uuid::random()};
  std::map<std::string, int64_t> next_;
  std::vector<CutPosition> asked_;
  std::string read_error_;
};

// ------------------------------------------------------------------- files in another's place

TEST_F(AsideTest, SwappedFilesAreToldAndNotAnswered) {
  store(3);
  store(3);
  std::string one = *system::read_file(files_, segment(1));
  std::string two = *system::read_file(files_, segment(2));
  write(segment(1), two);
  write(segment(2), one);
  open();
  EXPECT_THAT(offsets(), IsEmpty());
  EXPECT_THAT(read_error_, HasSubstr(segment(1) + ": this is not the file that the manifest names: "
                                                  "its number is 2, not 1"));
  ASSERT_EQ(store_->figures().damage.size(), 1u);
  EXPECT_EQ(store_->figures().damage[0], read_error_);
}

TEST_F(AsideTest, AnotherStoresFileIsToldAndNotAnswered) {
  store(3);
  store(3);
  store_.reset();
  system::MemoryFileSystem strange_files;
  auto strange = *Store::open(strange_files, clock_, {.path = "/o", .start_threads = false});
  std::swap(store_, strange);
  ASSERT_TRUE(store_->create_database("efd"));
  store(3);
  write(segment(2), *system::read_file(strange_files, "/o/segments/000000000001.seg"));
  store_.reset();
  open();
  offsets();
  EXPECT_THAT(read_error_, HasSubstr(segment(2) + ": this is not the file"));
  EXPECT_THAT(read_error_, HasSubstr("its store is"));
  std::string other_manifest = *system::read_file(strange_files, "/o/manifest");
  ASSERT_TRUE(files_.remove(segment(2)));
  write(kManifest, other_manifest);
  store_.reset();
  auto opened = Store::open(files_, clock_, {.path = "/data/store", .start_threads = false});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("/data/store/manifest: this is the manifest of"));
}

// Each word of the header alone tells another file.
TEST_F(AsideTest, AFileOfAnotherPlaceIsToldByEachWordOfItsHeader) {
  store(3);
  const std::string whole = *system::read_file(files_, segment(1));
  const SegmentHeader expected = *SegmentHeader::parse(whole.substr(0, kSegmentHeaderBytes));
  const std::pair<const char*, std::function<void(SegmentHeader&)>> changes[] = {
      {"its store is", [](SegmentHeader& header) { header.store = Uuid::random(); }},
      {"its number is 2, not 1", [](SegmentHeader& header) { header.number = 2; }},
      {"its database is", [](SegmentHeader& header) { ++header.database; }},
      {"its retention policy is", [](SegmentHeader& header) { ++header.policy; }},
      {"its shard's start is", [](SegmentHeader& header) { header.shard_start_ns -= kNsPerDay; }},
      {"its shard's length is", [](SegmentHeader& header) { header.shard_ns += kNsPerDay; }},
      {"its level is 1, not 0", [](SegmentHeader& header) { header.level = 1; }},
  };
  for (const auto& [told, change] : changes) {
    SegmentHeader header = expected;
    change(header);
    write(segment(1), header.encoded() + whole.substr(kSegmentHeaderBytes));
    auto strange = open_segment(files_, segment(1));
    ASSERT_TRUE(strange) << strange.error().message;
    auto checked = check_identity(**strange, expected);
    ASSERT_FALSE(checked) << told;
    EXPECT_EQ(checked.error().code, ErrorCode::give_up);
    EXPECT_THAT(checked.error().message, HasSubstr(segment(1) + ": this is not the file"));
    EXPECT_THAT(checked.error().message, HasSubstr(told));
  }
}

// ----------------------------------------------------------- files that the manifest does not name

TEST_F(AsideTest, ADamagedLastRecordCostsNoRows) {
  store(5);
  store(3);
  spoil_manifest();
  open();
  EXPECT_FALSE(*files_.exists(segment(2)));
  EXPECT_TRUE(*files_.exists(aside(2)));
  settle(6);  // the log has the last two records
  EXPECT_THAT(asked_, ElementsAre(CutPosition{connector_, TopicName("t"), id_, Partition(0),
                                              Offset(5), Offset(8)}));
  EXPECT_THAT(store_->figures().aside, ElementsAre(aside(2)));
  EXPECT_EQ(offsets().size(), 5u);
  open();
  auto adopted = store_->adopt(aside(2));
  ASSERT_TRUE(adopted) << adopted.error().message;
  EXPECT_EQ(*adopted, 3u);
  EXPECT_THAT(store_->figures().aside, IsEmpty());
  EXPECT_THAT(offsets(), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(store_->committed_positions()[0].position.next, Offset(8));
  open();
  EXPECT_THAT(offsets(), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(store_->adopt(aside(2)).error().code, ErrorCode::not_found);
  store(2);
  EXPECT_EQ(offsets().size(), 10u);
}

// Measurements, columns and files of later commits, too: all by their names.
TEST_F(AsideTest, YesterdaysManifestCostsNoRows) {
  store(5);
  std::string yesterday = manifest();
  for (const char* topic : {"t", "u", "v"}) store(4, topic);
  write(kManifest, yesterday);
  open();
  settle(1'000);
  EXPECT_THAT(store_->figures().aside, ElementsAre(aside(2), aside(3), aside(4)));
  // Nothing gets a number or an id that the files have.
  next_["w"] = 0;
  store(1, "w");
  EXPECT_TRUE(*files_.exists(segment(5)));
  open();
  for (uint64_t number : {2, 3, 4}) {
    auto adopted = store_->adopt(aside(number));
    ASSERT_TRUE(adopted) << adopted.error().message;
  }
  EXPECT_EQ(offsets("t").size(), 9u);
  EXPECT_EQ(offsets("u").size(), 4u);
  EXPECT_EQ(offsets("v").size(), 4u);
  EXPECT_EQ(offsets("w").size(), 1u);
  open();
  EXPECT_EQ(offsets("t").size(), 9u);
  EXPECT_EQ(offsets("v").size(), 4u);
}

TEST_F(AsideTest, TheRightManifestPutBackTakesItsFilesBack) {
  store(5);
  std::string yesterday = manifest();
  store(3);
  std::string today = manifest();
  write(kManifest, yesterday);
  open();
  settle(1'000);
  write(kManifest, today);
  open();
  EXPECT_EQ(offsets().size(), 8u);
  EXPECT_THAT(store_->figures().aside, IsEmpty());
}

TEST_F(AsideTest, WhatTheLogHasInWholeIsRemoved) {
  store(5);
  store(3);
  spoil_manifest();
  open();
  settle(5);
  EXPECT_FALSE(*files_.exists(aside(2)));
  EXPECT_THAT(store_->figures().aside, IsEmpty());
  store(1);
  EXPECT_TRUE(*files_.exists(segment(3))) << "number 2 is passed over";
}

TEST_F(AsideTest, AFileWithoutAWholeFooterIsRemoved) {
  store(5);
  std::string bytes = *system::read_file(files_, segment(1));
  write(segment(7), bytes.substr(0, bytes.size() - 1));
  open();
  EXPECT_FALSE(*files_.exists(segment(7)));
  EXPECT_FALSE(*files_.exists(aside(7)));
}

TEST_F(AsideTest, WhatIsStoredAgainIsRefused) {
  store(5);
  store(3);
  spoil_manifest();
  open();
  settle(6);
  next_["t"] = 6;
  store(2);
  open();
  auto adopted = store_->adopt(aside(2));
  ASSERT_FALSE(adopted);
  EXPECT_EQ(adopted.error().code, ErrorCode::conflict);
  EXPECT_THAT(adopted.error().message,
              HasSubstr("offsets 5 to 7 of t/0 are stored again, in " + segment(3)));
  EXPECT_TRUE(*files_.exists(aside(2)));
}

TEST_F(AsideTest, WhatLeavesAHoleIsRefused) {
  store(5);
  std::string yesterday = manifest();
  store(3);
  store(3);
  write(kManifest, yesterday);
  open();
  EXPECT_THAT(store_->adopt(aside(3)).error().message, HasSubstr("adopt the files in order"));
  EXPECT_TRUE(store_->adopt(aside(2)));
  EXPECT_TRUE(store_->adopt(aside(3)));
  EXPECT_EQ(offsets().size(), 11u);
}

TEST_F(AsideTest, ADamagedFileIsRefused) {
  store(5);
  store(3);
  spoil_manifest();
  open();
  auto file = *files_.open(aside(2), system::Open::write);
  ASSERT_TRUE(file->write_at(kSegmentHeaderBytes + 12, "rot"));
  auto adopted = store_->adopt(aside(2));
  ASSERT_FALSE(adopted);
  EXPECT_EQ(adopted.error().code, ErrorCode::give_up);
  EXPECT_THAT(adopted.error().message, HasSubstr(aside(2)));
  EXPECT_EQ(offsets().size(), 5u);
}

// A flush that failed leaves a file whose removal a power cut took back: its rows are in another.
TEST_F(AsideTest, AFileThatTheManifestListsAsRemovedIsRemoved) {
  store(5);
  files_.fail_sync_once({"/segments$"});
  put_a_row();
  ASSERT_FALSE(store_->flush());
  std::string whole = *system::read_file(files_, segment(1));
  ASSERT_TRUE(store_->flush());
  write(segment(2), whole);  // it is back
  open();
  EXPECT_FALSE(*files_.exists(segment(2)));
  EXPECT_FALSE(*files_.exists(aside(2)));
  EXPECT_EQ(offsets().size(), 6u);
}

// The rows of a commit that the manifest did not take are in the next one's file.
TEST_F(AsideTest, AFileOfACommitThatFailedIsRemoved) {
  store(5);
  files_.fail_sync_once({"/manifest$"});
  put_a_row();
  ASSERT_FALSE(store_->flush());
  std::string whole = *system::read_file(files_, segment(2));
  ASSERT_TRUE(store_->flush());
  EXPECT_FALSE(*files_.exists(segment(2)));
  write(segment(2), whole);  // it is back
  open();
  EXPECT_FALSE(*files_.exists(segment(2)));
  EXPECT_FALSE(*files_.exists(aside(2)));
  EXPECT_EQ(offsets().size(), 6u);
}

// The manifest has that commit after all when only the process ends: a file with its rows and more
// would lie aside, and the lane would pass over those.
TEST_F(AsideTest, NoFileIsWrittenWhileACommitMayBeInTheManifestOrNot) {
  store(5);
  files_.fail_sync_once({"/manifest$"});
  put_a_row();
  ASSERT_FALSE(store_->flush());
  files_.fail_sync_once({"/manifest.new"});
  put_a_row();
  ASSERT_FALSE(store_->flush());
  open();
  EXPECT_THAT(store_->figures().aside, IsEmpty());
  EXPECT_EQ(offsets().size(), 6u);
}

// By what the disk has kept of a record whose sync failed.
class AsideAfterAPowerCutTest : public AsideTest, public ::testing::WithParamInterface<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, AsideAfterAPowerCutTest, ::testing::Range<uint64_t>(1, 17));

// A process that ends after a failed commit leaves a manifest that a power cut takes back. The one
// before it may name the file of that commit, which stays until a new manifest is durable.
TEST_P(AsideAfterAPowerCutTest, AFileWhoseRowsComeAgainStaysUntilTheManifestIsProven) {
  store(5);
  files_.fail_sync_once({"/manifest$"});
  put(1);
  ASSERT_FALSE(store_->flush());  // its record is in the file, and nobody knows
  files_.fail_sync_once({"/data/store$", ErrorCode::overload, true});
  ASSERT_FALSE(store_->flush());  // a new manifest under the old name, not durable
  files_.fail_sync_once({"/manifest.new"});
  open();
  ASSERT_THAT(store_->figures().aside, ElementsAre(aside(2)));
  settle(0);
  EXPECT_THAT(store_->figures().aside, IsEmpty());
  store_.reset();
  files_.restore_power(GetParam());
  open();
  EXPECT_GE(offsets().size(), 5u);
}

}  // namespace
}  // namespace efd::store
