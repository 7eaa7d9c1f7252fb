// SPDX-License-Identifier: MIT
// What lies on disk: what happens when it is full, fails or rots.
#include <future>

#include <gtest/gtest.h>

#include "store/store.h"
#include "store/testing/one_column.h"
#include "store/testing/test_rows.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using rows::ColumnType;
using testing::ModelMeasurement;
using testing::one_column;
using testing::rows_of;

constexpr int64_t kStart = testing::kOneColumnStart;

class StorageTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }

  void open(uint64_t memory_bytes_max = 512 << 20) {
    store_.reset();
    auto opened = Store::open(
        files_, clock_,
        {.path = "/data/store", .memory_bytes_max = memory_bytes_max, .start_threads = false});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->create_database("efd"));
  }
  Result<> put(const rows::Rows& rows, const std::string& name = "m") {
    PutRows one{store_->measurement("efd", "", name)->get(), &rows};
    return store_->put({&one, 1}, {});
  }
  std::shared_ptr<const MeasurementView> view(const std::string& name = "m") {
    return (*store_->views("efd", "", {&name, 1}))[0];
  }
  ScanRequest everything(const MeasurementView& view) {
    ScanRequest request;
    for (uint32_t field = 0; field < view.fields().size(); ++field) request.fields.push_back(field);
    return request;
  }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kStart)};
  std::unique_ptr<Store> store_;
};

TEST_F(StorageTest, RowsThatCannotBeWrittenStayReadableAndAreWrittenLater) {
  rows::Rows rows = rows_of<int64_t>(ColumnType::integer, 5000,
                                     [](size_t i) { return static_cast<int64_t>(i * i * 7919); });
  ASSERT_TRUE(put(rows));
  files_.set_capacity_bytes(2000);
  EXPECT_EQ(store_->flush().error().code, ErrorCode::overload);
  EXPECT_TRUE(store_->figures().intake_error);
  EXPECT_EQ(testing::scan_text(*view(), everything(*view())).size(), 5000u);
  files_.set_capacity_bytes(1 << 20);
  EXPECT_TRUE(store_->flush());
  EXPECT_FALSE(store_->figures().intake_error);
  open();
  EXPECT_EQ(testing::scan_text(*view(), everything(*view())).size(), 5000u);
}

// Whatever sync finds no room, the next flush goes to new files and the rows are there once.
TEST_F(StorageTest, AFailedSyncIsFollowedByNewFiles) {
  for (bool drops : {false, true}) {
    for (const char* part : {".seg", "/segments$", "/manifest$", "/manifest.new", "/store$"}) {
      open();
      std::string name = fmt::format("m{}{}", part, drops);
      rows::Rows rows = rows_of<int64_t>(ColumnType::integer, 10,
                                         [](size_t i) { return static_cast<int64_t>(i); });
      ASSERT_TRUE(put(rows, name));
      files_.fail_sync_once({"/manifest$"});  // so that the next commit needs a new manifest
      EXPECT_FALSE(store_->flush());
      files_.fail_sync_once({part, ErrorCode::overload, drops});
      EXPECT_EQ(store_->flush().error().code, ErrorCode::overload) << part;
      EXPECT_EQ(view(name)->row_count(), 10u);
      EXPECT_TRUE(store_->flush());
      EXPECT_EQ(files_.uses_of_given_up_files(), 0u) << part;
      open();
      EXPECT_EQ(testing::scan_text(*view(name), everything(*view(name))).size(), 10u) << part;
    }
  }
}

// An I/O error is no lack of room: whatever the disk says later, nothing is taken any more.
TEST_F(StorageTest, AnIoErrorEndsTheCommitsAndNotTheReading) {
  for (const char* part : {".seg", "/segments$", "/manifest$", "/manifest.new", "/store$"}) {
    open();
    rows::Rows rows = rows_of<int64_t>(ColumnType::integer, 10, [](size_t) { return 1; });
    std::string name = std::string("m") + part;
    ASSERT_TRUE(put(rows, name));
    files_.fail_sync_once({"/manifest$"});
    EXPECT_FALSE(store_->flush());
    files_.fail_sync_once({part, ErrorCode::give_up});
    EXPECT_EQ(store_->flush().error().code, ErrorCode::give_up) << part;
    EXPECT_EQ(files_.sync_failures_left(), 0u);
    EXPECT_EQ(store_->flush().error().code, ErrorCode::give_up) << "the disk works again";
    EXPECT_EQ(put(rows, name).error().code, ErrorCode::give_up);
    EXPECT_EQ(store_->create_database("other").error().code, ErrorCode::give_up);
    EXPECT_TRUE(store_->figures().intake_error);
    EXPECT_EQ(testing::scan_text(*view(name), everything(*view(name))).size(), 10u);
  }
}

// A kill after a failed sync: the manifest that the kernel shows may be on no disk, so that the log
// keeps what it says until a new one is durable. Without room for one the store can be read.
TEST_F(StorageTest, AFullDiskOpensAndLetsTheLogDropNothing) {
  ConnectorName connector("sink");
  PutPosition position{store_->position_slot(connector, {TopicName("t"), Partition(0)}),
                       TopicId(),
                       Offset(10),
                       {Offset(9), 1, 2}};
  rows::Rows rows = rows_of<int64_t>(ColumnType::integer, 10, [](size_t) { return 1; });
  PutRows one{store_->measurement("efd", "", "m")->get(), &rows};
  ASSERT_TRUE(store_->put({&one, 1}, {&position, 1}));
  ASSERT_TRUE(store_->flush());
  files_.set_capacity_bytes(0);
  open();
  EXPECT_EQ(store_->figures().intake_error->code, ErrorCode::overload);
  EXPECT_EQ(testing::scan_text(*view(), everything(*view())).size(), 10u);
  EXPECT_EQ(store_->positions().size(), 1u);
  EXPECT_TRUE(store_->committed_positions().empty());
  EXPECT_EQ(store_->flush().error().code, ErrorCode::overload);
  files_.set_capacity_bytes(1 << 20);
  EXPECT_TRUE(store_->flush());
  EXPECT_FALSE(store_->figures().intake_error);
  EXPECT_EQ(store_->committed_positions().size(), 1u);
}

// A commit into a file that has no name any more is none.
TEST_F(StorageTest, AFolderThatIsRemovedIsNoticed) {
  rows::Rows rows = rows_of<int64_t>(ColumnType::integer, 10, [](size_t) { return 1; });
  ConnectorName connector("sink");
  PutPosition position{store_->position_slot(connector, {TopicName("t"), Partition(0)}),
                       TopicId(),
                       Offset(10),
                       {Offset(9), 1, 2}};
  ASSERT_TRUE(store_->put({}, {&position, 1}));
  ASSERT_TRUE(files_.remove("/data/store/manifest"));
  Result<> flushed = store_->flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, ErrorCode::give_up);
  EXPECT_NE(flushed.error().message.find("/data/store/manifest: the manifest is gone"),
            std::string::npos);
  EXPECT_EQ(put(rows).error().code, ErrorCode::give_up);
}

// Idle, too: by the thread that looks after the files.
TEST(RemovedStore, IsNoticedWithoutACommit) {
  system::MemoryFileSystem files;
  system::FakeClock clock{UtcTime::from_ns(kStart)};
  auto store = *Store::open(files, clock, {.path = "/s"});
  ASSERT_TRUE(store->create_database("efd"));
  ASSERT_TRUE(files.remove("/s/manifest"));
  while (!store->figures().intake_error) clock.advance_ns(kNsPerMs);
  EXPECT_EQ(store->figures().intake_error->code, ErrorCode::give_up);
}

// A flush has a thread of its own.
TEST(RemovedStore, IsNoticedWhileAFlushIsUnderWay) {
  system::MemoryFileSystem files;
  system::FakeClock clock{UtcTime::from_ns(kStart)};
  auto store = *Store::open(files, clock, {.path = "/s", .flush_interval_ms = 5});
  ASSERT_TRUE(store->create_database("efd"));
  std::promise<void> begun, go_on;
  std::shared_future<void> gate = go_on.get_future().share();
  std::once_flag once;
  store->before_commit([&](std::span<const StoredPosition>) -> Result<LeftOut> {
    std::call_once(once, [&] { begun.set_value(); });
    gate.wait();
    return {};
  });
  rows::Rows rows = rows_of<int64_t>(ColumnType::integer, 10, [](size_t) { return 1; });
  PutRows one{store->measurement("efd", "", "m")->get(), &rows};
  ASSERT_TRUE(store->put({&one, 1}, {}));
  auto has_begun = begun.get_future();
  while (has_begun.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
    clock.advance_ns(10 * kNsPerMs);
  ASSERT_TRUE(files.remove("/s/manifest"));
  while (!store->figures().intake_error) {
    clock.advance_ns(kNsPerSecond);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(store->figures().intake_error->code, ErrorCode::give_up);
  go_on.set_value();
  store.reset();
}

TEST_F(StorageTest, PutAnswersOverloadWhenMemoryIsFull) {
  open(100'000);
  rows::Rows rows = rows_of<int64_t>(ColumnType::integer, 1000, [](size_t) { return 1; });
  Result<> last;
  for (int i = 0; i < 100 && last; ++i) last = put(rows);
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, ErrorCode::overload);
  EXPECT_TRUE(store_->flush());
  EXPECT_TRUE(put(rows));
}

TEST_F(StorageTest, TheHookOfAFailedLogHoldsTheCommitBack) {
  bool log_is_well = false;
  store_->before_commit([&](std::span<const StoredPosition>) -> Result<LeftOut> {
    if (!log_is_well) return fail(ErrorCode::give_up, "the log is away");
    return {};
  });
  rows::Rows rows = rows_of<int64_t>(ColumnType::integer, 10, [](size_t) { return 1; });
  ConnectorName connector("sink");
  PutPosition position{store_->position_slot(connector, {TopicName("t"), Partition(0)}),
                       TopicId(),
                       Offset(10),
                       {Offset(9), 1, 2}};
  PutRows one{store_->measurement("efd", "", "m")->get(), &rows};
  ASSERT_TRUE(store_->put({&one, 1}, {&position, 1}));
  EXPECT_FALSE(store_->flush());
  EXPECT_TRUE(store_->committed_positions().empty());
  log_is_well = true;
  EXPECT_TRUE(store_->flush());
  ASSERT_EQ(store_->committed_positions().size(), 1u);
  EXPECT_EQ(store_->committed_positions()[0].fingerprints.size(), 1u);
  EXPECT_EQ(store_->figures().files, 1u);
  EXPECT_EQ(view()->row_count(), 10u);
}

TEST_F(StorageTest, TheFingerprintsOfTheLastEightCommitsAreKept) {
  ConnectorName connector("sink");
  for (int64_t n = 1; n <= 12; ++n) {
    PutPosition position{store_->position_slot(connector, {TopicName("t"), Partition(0)}),
                         TopicId(),
                         Offset(n),
                         {Offset(n - 1), n, 7}};
    ASSERT_TRUE(store_->put({}, {&position, 1}));
    ASSERT_TRUE(store_->flush());
  }
  open();
  ASSERT_EQ(store_->committed_positions().size(), 1u);
  StoredPosition stored = store_->committed_positions()[0];
  EXPECT_EQ(stored.position.next, Offset(12));
  ASSERT_EQ(stored.fingerprints.size(), 8u);
  EXPECT_EQ(stored.fingerprints.front().offset, Offset(4));
  EXPECT_EQ(stored.fingerprints.back().offset, Offset(11));
}

// A producer may write any times.
TEST_F(StorageTest, FingerprintsOfAnyTimesComeBack) {
  const int64_t times_ms[] = {INT64_MAX, INT64_MIN, -1, INT64_MAX, 0};
  ConnectorName connector("sink");
  int64_t n = 0;
  for (int64_t time_ms : times_ms) {
    PutPosition position{store_->position_slot(connector, {TopicName("t"), Partition(0)}),
                         TopicId(),
                         Offset(n + 1),
                         {Offset(n), time_ms, 7}};
    ASSERT_TRUE(store_->put({}, {&position, 1}));
    ASSERT_TRUE(store_->flush());
    ++n;
  }
  open();
  StoredPosition stored = store_->committed_positions()[0];
  ASSERT_EQ(stored.fingerprints.size(), std::size(times_ms));
  for (size_t i = 0; i < std::size(times_ms); ++i)
    EXPECT_EQ(stored.fingerprints[i].timestamp_ms, times_ms[i]);
}

// 1 % of the rows come minutes late, over a head, sealed blocks and two files.
TEST_F(StorageTest, LateRowsAreAnsweredInOrder) {
  std::mt19937_64 random(3);
  ModelMeasurement model;
  int64_t time = kStart;
  for (int part = 0; part < 4; ++part) {
    for (int batch = 0; batch < 50; ++batch) {
      rows::Rows rows(one_column(ColumnType::integer));
      for (int i = 0; i < 100; ++i) {
        time += 10'000'000;
        bool late = random() % 100 == 0;
        rows.column(0).append<int64_t>(static_cast<int64_t>(random() % 1000));
        rows.end_row(UtcTime::from_ns(
            late ? time - static_cast<int64_t>(random() % 300) * kNsPerSecond : time));
      }
      ASSERT_TRUE(put(rows));
      model.put(rows);
    }
    if (part >= 2) continue;
    ASSERT_TRUE(store_->flush());
  }
  EXPECT_GE(store_->figures().files, 2u);
  EXPECT_GT(store_->figures().rows_in_memory, 0u);
  for (bool descending : {false, true}) {
    ScanRequest request = everything(*view());
    request.descending = descending;
    EXPECT_EQ(testing::scan_text(*view(), request), testing::model_text(model, *view(), request));
    request.min = UtcTime::from_ns(kStart + 60 * kNsPerSecond);
    request.max = UtcTime::from_ns(kStart + 120 * kNsPerSecond);
    EXPECT_EQ(testing::scan_text(*view(), request), testing::model_text(model, *view(), request));
  }
}

TEST_F(StorageTest, ARottenBlockIsNamedAndNotRead) {
  ASSERT_TRUE(put(rows_of<int64_t>(ColumnType::integer, 1000,
                                   [](size_t i) { return static_cast<int64_t>(i * i); })));
  ASSERT_TRUE(store_->flush());
  std::string path = "/data/store/segments/000000000001.seg";
  auto file = *files_.open(path, system::Open::write);
  ASSERT_TRUE(file->write_at(300, "rot"));
  Result<> failed;
  testing::scan_text(*view(), everything(*view()), &failed);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::give_up);
  EXPECT_NE(failed.error().message.find(path), std::string::npos) << failed.error().message;
}

TEST_F(StorageTest, AManifestRottenInTheMiddleIsRefused) {
  std::string path = "/data/store/manifest";
  uint64_t first_end = (*files_.open(path, system::Open::read))->size().value();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(put(rows_of<int64_t>(ColumnType::integer, 3, [](size_t) { return 1; })));
    ASSERT_TRUE(store_->flush());
  }
  store_.reset();
  auto file = *files_.open(path, system::Open::write);
  ASSERT_TRUE(file->write_at(first_end + 20, "rot"));
  auto opened = Store::open(files_, clock_, {.path = "/data/store", .start_threads = false});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::give_up);
  EXPECT_NE(opened.error().message.find(path + ": the record at byte"), std::string::npos)
      << opened.error().message;
}

TEST_F(StorageTest, AFolderIsHeldByOneStore) {
  auto second = Store::open(files_, clock_, {.path = "/data/store", .start_threads = false});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

// A descending scan with a limit opens what it shows, not all there is.
TEST_F(StorageTest, TheNewestRowNeedsNoRottenOldBlock) {
  for (int part = 0; part < 3; ++part) {
    rows::Rows rows(one_column(ColumnType::integer));
    rows.column(0).append<int64_t>(part);
    rows.end_row(UtcTime::from_ns(kStart + part * kNsPerSecond));
    ASSERT_TRUE(put(rows));
    ASSERT_TRUE(store_->flush());
  }
  ASSERT_TRUE(files_.remove("/data/store/segments/000000000001.seg"));
  auto view = this->view();
  auto scan = view->scan({.fields = {0}, .descending = true});
  Chunk chunk;
  ASSERT_TRUE(*scan->next(chunk));
  EXPECT_EQ(chunk.columns[0].integers[0], 2);
}

}  // namespace
}  // namespace efd::store
