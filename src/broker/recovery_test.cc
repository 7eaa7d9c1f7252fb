// SPDX-License-Identifier: MIT
// What a log does with files that were cut off, spoilt or taken away while it was closed.
#include <gtest/gtest.h>

#include "broker/testing/commit_log_fixture.h"
#include "broker/testing/stepped_log.h"

namespace efd::broker {
namespace {

class RecoveryTest : public CommitLogTest {
 protected:
  std::string read(const std::string& path) { return *system::read_file(files_, path); }
  void write(const std::string& path, const std::string& bytes) {
    auto file = files_.open(path, system::Open::create);
    ASSERT_TRUE((*file)->truncate(0));
    ASSERT_TRUE((*file)->write_at(0, bytes));
  }
  // The one file of the WAL that has records.
  std::string wal() {
    auto entries = *files_.list("/log/wal");
    return "/log/wal/" + entries.back().name;
  }
  Error refused() {
    log_.reset();
    auto log = CommitLog::open(files_, clock_, options_);
    EXPECT_FALSE(log);
    return log ? Error{} : log.error();
  }
};

TEST_F(RecoveryTest, ATornTailIsCutOffWhereverItEnds) {
  open();
  create("a");
  append(find("a"), "kept");
  commit();
  append(find("a"), "torn");
  ASSERT_TRUE(log_->write_out());
  log_.reset();
  std::string path = wal(), whole = read(path);
  std::string checkpoint_file = read("/log/checkpoint");
  size_t torn_from = whole.find("torn") - kBatchHeaderBytes - 50;
  for (size_t size = torn_from; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    write(path, whole.substr(0, size));
    open();
    Values got = values(find("a"));
    ASSERT_FALSE(got.empty());
    EXPECT_EQ(got.front(), "kept");
    if (size + 8 < whole.size()) {
      EXPECT_EQ(got.size(), 1u);
    }
    EXPECT_EQ(log_->state(*find("a")).high_watermark, log_->state(*find("a")).log_end);
    // As before, for the next round.
    log_.reset();
    auto entries = *files_.list("/log/wal");
    for (const auto& entry : entries) ASSERT_TRUE(files_.remove("/log/wal/" + entry.name));
    ASSERT_TRUE(remove_tree(files_, "/log/a-0"));
    write("/log/checkpoint", checkpoint_file);
  }
}

TEST_F(RecoveryTest, RotInTheMiddleIsRefusedAndNamed) {
  open();
  create("a");
  for (int i = 0; i < 10; ++i) {
    append(find("a"), "value" + std::to_string(i));
    commit();
  }
  log_.reset();
  std::string path = wal(), whole = read(path);
  std::string spoilt = whole;
  spoilt[whole.find("value4")] ^= 1;
  write(path, spoilt);
  Error error = refused();
  EXPECT_EQ(error.code, ErrorCode::give_up);
  EXPECT_NE(error.message.find(path), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("damaged at byte"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("`efd log repair`"), std::string::npos) << error.message;
  EXPECT_EQ(read(path), spoilt) << "nothing was changed";
  write(path, whole);
  open();
  EXPECT_EQ(values(find("a")).size(), 10u);
}

TEST_F(RecoveryTest, SpoiltOrMissingFilesAreRefusedByName) {
  open();
  create("a");
  append(find("a"), std::string(500, 'x'));
  checkpoint();
  append(find("a"), "y");
  commit();
  log_.reset();
  std::string wal_path = wal(), wal_bytes = read(wal_path);
  std::string segment = "/log/a-0/00000000000000000000.log", segment_bytes = read(segment);
  std::string checkpoint_bytes = read("/log/checkpoint");

  ASSERT_TRUE(files_.remove("/log/checkpoint"));
  ASSERT_TRUE(files_.remove("/log/checkpoint.copy"));
  EXPECT_NE(refused().message.find("/log/checkpoint and /log/checkpoint.copy are missing"),
            std::string::npos);
  write("/log/checkpoint", checkpoint_bytes);
  write("/log/checkpoint.copy", checkpoint_bytes);

  ASSERT_TRUE(files_.remove(wal_path));
  EXPECT_NE(refused().message.find(wal_path + " is missing"), std::string::npos);
  EXPECT_NE(refused().message.find("`efd log repair`"), std::string::npos);
  write(wal_path, "EFDWAL02" + std::string(100, '\0'));
  EXPECT_NE(refused().message.find(wal_path + ": not the header"), std::string::npos);
  EXPECT_NE(refused().message.find("`efd log repair`"), std::string::npos);
  write(wal_path, wal_bytes);

  write(segment, segment_bytes + "what a checkpoint had begun");
  open();
  EXPECT_EQ(values(find("a")), (Values{std::string(500, 'x'), "y"}));
}

TEST_F(RecoveryTest, FilesThatNobodyNamesAreRemovedAndOthersLeftAlone) {
  open();
  create("a");
  append(find("a"), "v");
  checkpoint();
  log_.reset();
  write("/log/a-0/00000000000000000077.log", "begun");
  ASSERT_TRUE(files_.make_directories("/log/gone-3"));
  write("/log/gone-3/00000000000000000000.log", "of a deleted topic");
  ASSERT_TRUE(files_.make_directories("/log/notes"));
  write("/log/notes/mine", "x");
  open();
  EXPECT_FALSE(*files_.exists("/log/a-0/00000000000000000077.log"));
  EXPECT_FALSE(*files_.exists("/log/gone-3"));
  EXPECT_TRUE(*files_.exists("/log/notes/mine"));
}

TEST_F(RecoveryTest, AnOlderCopyOfTheLogOpens) {
  open();
  create("a");
  append(find("a"), "old");
  checkpoint();
  ASSERT_TRUE(log_->close());
  log_.reset();
  std::map<std::string, std::string> copy;
  auto keep = [&](const std::string& path) { copy[path] = read(path); };
  keep("/log/checkpoint");
  keep(wal());
  keep("/log/a-0/00000000000000000000.log");
  open();
  TopicId id = log_->find_topic(TopicName("a"))->id;
  append(find("a"), "newer");
  ASSERT_TRUE(log_->close());
  log_.reset();
  ASSERT_TRUE(remove_tree(files_, "/log"));
  ASSERT_TRUE(files_.make_directories("/log/wal"));
  ASSERT_TRUE(files_.make_directories("/log/a-0"));
  for (const auto& [path, bytes] : copy) write(path, bytes);
  open();
  EXPECT_EQ(values(find("a")), (Values{"old"}));
  EXPECT_EQ(log_->find_topic(TopicName("a"))->id, id);
}

TEST_F(RecoveryTest, AFullDiskKeepsNothingDurableFromBeingRead) {
  open();
  create("a");
  append(find("a"), std::string(500, 'x'));
  commit();
  append(find("a"), "vouches for the first");
  commit();
  log_.reset();
  std::string path = wal();
  for (bool is_torn : {false, true}) {
    if (is_torn) write(path, read(path) + "torn");
    system::DiskSpace space = *files_.space("/");
    files_.set_capacity_bytes(space.total_bytes - space.free_bytes);
    open();
    ASSERT_TRUE(log_->intake_error());
    EXPECT_EQ(log_->intake_error()->code, ErrorCode::overload);
    EXPECT_EQ(values(find("a"), 0, See::durable).front(), std::string(500, 'x'));
    EXPECT_EQ(append(find("a"), "refused").error, AppendError::storage);
    EXPECT_EQ(log_->new_producer_id().error().code, ErrorCode::overload);
    ASSERT_TRUE(log_->close());
    log_.reset();
    open();
    ASSERT_TRUE(log_->intake_error());
    files_.set_capacity_bytes(1u << 30);
    ASSERT_TRUE(log_->retain_now());
    EXPECT_FALSE(log_->intake_error());
    EXPECT_EQ(values(find("a"), 0, See::durable).size(), 2u) << "all is durable now";
    kill_and_open();
    EXPECT_EQ(values(find("a"), 0, See::durable).size(), 2u);
    log_.reset();
    path = wal();
  }
}

// Where checkpoints fail, files of the WAL lie there that nothing was written to.
TEST_F(RecoveryTest, AnUnusedFileBeforeATornOneIsNotMissing) {
  open();
  create("a");
  append(find("a"), "kept");
  commit();
  for (int i = 0; i < 2; ++i) {
    files_.fail_sync_once({"a-0$", ErrorCode::overload, false, 0});
    ASSERT_FALSE(log_->checkpoint_now());
    ASSERT_TRUE(log_->retain_now());
  }
  ASSERT_FALSE(log_->intake_error());
  append(find("a"), "torn");
  ASSERT_TRUE(log_->write_out());
  log_.reset();
  auto entries = *files_.list("/log/wal");
  ASSERT_EQ(read("/log/wal/" + entries[entries.size() - 2].name).size(), 40u);
  write(wal(), read(wal()).substr(0, 60));
  open();
  EXPECT_EQ(values(find("a")), (Values{"kept"}));
}

// The one before it does not know what only segments have.
TEST(RecoveryFromAnUndurableCheckpoint, TellsNobodyThatAnythingIsDurable) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    system::MemoryFileSystem files;
    system::FakeClock clock(UtcTime::from_ms(1'700'000'000'000));
    const CommitLogOptions options = stepped_log_options();
    auto log = *CommitLog::open(files, clock, options);
    ASSERT_TRUE(log->create_topic({TopicName("a"), 1, 1, {}}));
    auto append = [&](const char* value) {
      auto a = log->partition(TopicName("a"), Partition(0));
      return log->append(*a, make_batch({value}), true).error == AppendError::none;
    };
    ASSERT_TRUE(append("only in a segment"));
    files.fail_sync_once({"/log$", ErrorCode::overload, false, 1});
    ASSERT_FALSE(log->checkpoint_now());
    log.reset();
    files.fail_sync_once({"/log$", ErrorCode::overload, false, 0});
    log = *CommitLog::open(files, clock, options);
    ASSERT_TRUE(log->intake_error());
    ASSERT_TRUE(log->retain_now());
    ASSERT_FALSE(log->intake_error());
    ASSERT_TRUE(append("acknowledged"));
    ASSERT_TRUE(log->commit_now());
    files.cut_power_after(1);
    log.reset();
    files.restore_power(seed);
    auto opened = CommitLog::open(files, clock, options);
    ASSERT_TRUE(opened) << opened.error().message;
    auto a = (*opened)->partition(TopicName("a"), Partition(0));
    ASSERT_TRUE(a);
    EXPECT_EQ((*opened)->state(*a).log_end, Offset(2));
  }
}

TEST_F(RecoveryTest, AFolderInUseIsRefused) {
  open();
  auto second = CommitLog::open(files_, clock_, options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace efd::broker
