// SPDX-License-Identifier: MIT
// A log is made whole again: what is dropped is told, what is good is kept, and a repair that a
// power cut ends is begun again.
#include <gtest/gtest.h>

#include "broker/log/segment.h"
#include "broker/testing/rot_fixture.h"
#include "embedded_broker/embedded_reader.h"

namespace efd::broker {
namespace {

class RepairTest : public RotTest {
 protected:
  std::vector<LogDamage> repair(Repair what) {
    log_.reset();
    auto damages = CommitLog::repair(files_, clock_, options_, what);
    EXPECT_TRUE(damages) << damages.error().message;
    return damages ? *damages : std::vector<LogDamage>();
  }
  using Files = std::map<std::string, std::string>;
  static constexpr const char* kFolders[] = {"/log", "/log/wal", "/log/a-0", "/log/a-1"};
  Files all_files() {
    Files all;
    for (std::string folder : kFolders) {
      auto entries = *files_.list(folder);
      for (const auto& entry : entries)
        if (std::string path = folder + "/" + entry.name; !entry.is_directory)
          all[path] = read_file(path);
    }
    return all;
  }
  void put_back(const Files& all) {
    for (const auto& [path, bytes] : all_files()) ASSERT_TRUE(files_.remove(path));
    for (const auto& [path, bytes] : all) {
      write_file(path, bytes);
      ASSERT_TRUE((*files_.open(path, system::Open::write))->sync());
    }
    for (std::string folder : kFolders) ASSERT_TRUE(files_.sync_directory(folder));
  }
  // Everything is read, and nothing is wrong any more.
  void expect_whole(const Values& values) {
    EXPECT_EQ(repair(Repair::look).size(), 0u);
    open();
    Read read = read_all(find("a"));
    EXPECT_EQ(read.values, values);
    EXPECT_TRUE(read.rotten.empty());
    EXPECT_FALSE(log_->damage());
    EXPECT_EQ(read_all(find("a", 1)).values, values_but(1, {}));
  }
};

TEST_F(RepairTest, AWholeLogIsLeftAsItIs) {
  write_log();
  std::string bytes = read_file(segment_);
  EXPECT_TRUE(repair(Repair::drop).empty());
  EXPECT_EQ(read_file(segment_), bytes);
  expect_whole(values_but(0, {}));
}

TEST_F(RepairTest, AnyFlippedByteIsMendedOrItsBatchDropped) {
  for (size_t byte = 0; byte < kBatches * size_t{81}; byte += byte % 81 < 30 ? 1 : 9) {
    SCOPED_TRACE(byte);
    log_.reset();
    ASSERT_TRUE(system::remove_tree(files_, "/log"));
    write_log();
    const std::string whole = read_file(segment_);
    std::vector<size_t> positions = batch_positions(whole);
    ASSERT_EQ(whole.size(), kBatches * size_t{81});
    int batch = static_cast<int>(std::upper_bound(positions.begin(), positions.end(), byte) -
                                 positions.begin()) -
                1;
    std::string spoilt = whole;
    spoilt[byte] ^= 1;
    write_file(segment_, spoilt);
    auto found = repair(Repair::look);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(read_file(segment_), spoilt) << "looking changes nothing";
    auto dropped = repair(Repair::drop);
    ASSERT_EQ(dropped.size(), 1u);
    EXPECT_EQ(dropped[0].topic, TopicName("a"));
    EXPECT_EQ(dropped[0].from, Offset(2 * batch));
    EXPECT_EQ(dropped[0].next, Offset(2 * batch + 2));
    bool is_outside_of_crc = byte - positions[static_cast<size_t>(batch)] < 17;
    EXPECT_EQ(dropped[0].is_mendable, is_outside_of_crc);
    EXPECT_EQ(dropped[0].bytes, 81u);
    expect_whole(values_but(0, is_outside_of_crc ? std::set<int>{} : std::set<int>{batch}));
    if (HasFailure()) return;
  }
}

TEST_F(RepairTest, WhatIsMissingSwappedOrCutOffIsDroppedAndSetAside) {
  for (std::string how : {"missing", "swapped", "cut off"}) {
    SCOPED_TRACE(how);
    log_.reset();
    ASSERT_TRUE(system::remove_tree(files_, "/log"));
    write_log();
    std::string bytes = read_file(segment_);
    if (how == "missing") {
      ASSERT_TRUE(files_.remove(segment_));
    }
    if (how == "swapped") write_file(segment_, read_file("/log/a-1/00000000000000000000.log"));
    if (how == "cut off") write_file(segment_, bytes.substr(0, bytes.size() / 2));
    auto dropped = repair(Repair::drop);
    ASSERT_EQ(dropped.size(), 1u);
    EXPECT_EQ(dropped[0].next, Offset(2 * kBatches));
    EXPECT_EQ(*files_.exists(segment_ + ".aside"), how == "swapped");
    expect_whole(how == "cut off" ? values_but(0, {2, 3, 4}) : Values());
    // The offsets are not given again, and a reader that waits at the end sees what comes.
    EXPECT_EQ(append(find("a"), "new").base_offset, Offset(2 * kBatches));
    commit();
    EXPECT_EQ(read_all(find("a"), 2 * kBatches - 1).values, (Values{"new"}));
    checkpoint();
    kill_and_open();
    EXPECT_EQ(read_all(find("a"), 2 * kBatches - 1).values, (Values{"new"}));
    log_.reset();
  }
}

TEST_F(RepairTest, ARepairThatAPowerCutEndsIsBegunAgain) {
  write_log();
  std::string bytes = read_file(segment_);
  std::vector<size_t> positions = batch_positions(bytes);
  bytes[positions[1] + kBatchHeaderBytes] ^= 1;
  bytes[positions[3] + 5] ^= 1;
  write_file(segment_, bytes);
  const auto before = all_files();
  for (uint64_t cut = 1;; ++cut) {
    SCOPED_TRACE(cut);
    put_back(before);
    files_.cut_power_after(cut);
    auto repaired = CommitLog::repair(files_, clock_, options_, Repair::drop);
    bool is_over = files_.has_power();
    if (is_over) files_.cut_power_after(1u << 30);
    if (!is_over) files_.restore_power(cut);
    repair(Repair::drop);
    expect_whole(values_but(0, {1}));
    log_.reset();
    if (is_over || HasFailure()) return;
  }
}

TEST_F(RepairTest, ReadersAreToldWhatWasDropped) {
  write_log();
  std::string bytes = read_file(segment_);
  bytes[batch_positions(bytes)[kBatches - 1] + kBatchHeaderBytes] ^= 1;
  write_file(segment_, bytes);
  repair(Repair::drop);
  open();
  std::vector<Stretch> told;
  ReaderOptions options;
  options.pattern.regex = "a";
  options.on_rotten = [&](const Source&, const RottenRecords& rotten) {
    EXPECT_TRUE(rotten.is_dropped);
    told.emplace_back(rotten.from.value(), rotten.next.value());
  };
  auto reader = embedded_broker::EmbeddedReader::open(*log_, options);
  Batch batch;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE((*reader)->poll(std::chrono::milliseconds(0), batch));
  EXPECT_EQ(told, (std::vector<Stretch>{{2 * kBatches - 2, 2 * kBatches}}));
}

// ------------------------------------------------------------------------- the write-ahead log

class WalRepairTest : public RepairTest {
 protected:
  // Ten batches of two partitions by turns, each durable before the next: the log is closed.
  void write_wal() {
    log_.reset();
    EXPECT_TRUE(system::remove_tree(files_, "/log"));
    open();
    create("a", {}, 2);
    for (int i = 0; i < 10; ++i) {
      append(find("a", i % 2), "value" + std::to_string(i));
      commit();
    }
    log_.reset();
    wal_ = "/log/wal/" + files_.list("/log/wal")->back().name;
  }
  Values all_but(int partition, std::set<int> lost) {
    Values values;
    for (int i = partition; i < 10; i += 2)
      if (!lost.contains(i)) values.push_back("value" + std::to_string(i));
    return values;
  }
  void expect_lost(std::set<int> lost) {
    EXPECT_EQ(repair(Repair::look).size(), 0u);
    open();
    for (int partition : {0, 1}) {
      Read read = read_all(find("a", partition));
      EXPECT_EQ(read.values, all_but(partition, lost));
      EXPECT_TRUE(read.rotten.empty());
      EXPECT_EQ(log_->state(*find("a", partition)).log_end, Offset(5));
    }
    log_.reset();
  }
  std::string wal_;
};

TEST_F(WalRepairTest, OneSpoiltRecordCostsItselfOnly) {
  for (int i = 0; i < 8; ++i) {  // another one of the partition follows
    for (int in_record : {0, 9, 20, 30, 45, 60, 100}) {
      SCOPED_TRACE(fmt::format("record {}, byte {}", i, in_record));
      write_wal();
      std::string bytes = read_file(wal_);
      size_t begin = bytes.find("value" + std::to_string(i)) - 40 - kBatchHeaderBytes - 6;
      begin = begin / 8 * 8 + (begin % 8 ? 8 : 0);
      bytes[begin + static_cast<size_t>(in_record)] ^= 1;
      write_file(wal_, bytes);
      EXPECT_FALSE(CommitLog::open(files_, clock_, options_));
      auto found = repair(Repair::look);
      ASSERT_EQ(found.size(), 1u);
      EXPECT_EQ(found[0].topic, TopicName("a")) << found[0].message;
      EXPECT_EQ(found[0].partition, Partition(i % 2));
      EXPECT_EQ(found[0].from, Offset(i / 2));
      EXPECT_EQ(found[0].next, Offset(i / 2 + 1));
      EXPECT_EQ(read_file(wal_), bytes) << "looking changes nothing";
      EXPECT_EQ(repair(Repair::drop).size(), 1u);
      expect_lost({i});
      if (HasFailure()) return;
    }
  }
}

TEST_F(WalRepairTest, ASpoiltHeaderCostsNothing) {
  for (size_t byte = 0; byte < 40; ++byte) {
    SCOPED_TRACE(byte);
    write_wal();
    std::string bytes = read_file(wal_);
    bytes[byte] ^= 1;
    write_file(wal_, bytes);
    EXPECT_FALSE(CommitLog::open(files_, clock_, options_));
    auto found = repair(Repair::drop);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].is_mendable);
    expect_lost({});
    if (HasFailure()) return;
  }
}

TEST_F(WalRepairTest, ATornTailIsNoDamage) {
  write_wal();
  std::string bytes = read_file(wal_);
  write_file(wal_, bytes + "torn");
  EXPECT_TRUE(repair(Repair::look).empty());
  expect_lost({});
}

// What a start found and could not be sure of was written to a new file once more, and what a file
// that was given up has behind that is not read.
class RewrittenWalTest : public WalRepairTest {
 protected:
  // Three files: the second and the third begin with the same records.
  void write_files() {
    write_wal();
    for (int i = 0; i < 2; ++i) {
      open();
      log_.reset();
    }
    open();
    append(find("a", 0), "value10");
    commit();
    append(find("a", 1), "value11");
    commit();
    log_.reset();
    auto entries = *files_.list("/log/wal");
    for (const auto& entry : entries) paths_.push_back("/log/wal/" + entry.name);
    ASSERT_GE(paths_.size(), 3u);
  }
  void expect_all_there() {
    EXPECT_TRUE(repair(Repair::look).empty());
    open();
    EXPECT_EQ(values(find("a", 0)).size(), 6u);
    EXPECT_EQ(values(find("a", 1)).size(), 6u);
    log_.reset();
  }
  std::vector<std::string> paths_;
};

TEST_F(RewrittenWalTest, WhatStandsBehindTheBeginOfALaterFileIsNoDamage) {
  write_files();
  std::string bytes = read_file(paths_[0]);
  // The record before this one, of 48 bytes: the next file begins with both.
  size_t begin = (bytes.rfind("value9") - 40 - kBatchHeaderBytes - 6 + 7) / 8 * 8;
  bytes[begin - 4] ^= 1;
  write_file(paths_[0], bytes);
  expect_all_there();
}

TEST_F(RewrittenWalTest, AMissingFileWhoseRecordsTheNextOneHasIsNoDamage) {
  write_files();
  ASSERT_TRUE(files_.remove(paths_[1]));
  expect_all_there();
}

TEST_F(RewrittenWalTest, AMissingFileWhoseRecordsNoOtherHasIsNamedAndDropped) {
  write_files();
  open();
  log_.reset();
  ASSERT_TRUE(files_.remove(paths_.back()));
  auto log = CommitLog::open(files_, clock_, options_);
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().message.find(paths_.back() + " is missing"), std::string::npos)
      << log.error().message;
  EXPECT_FALSE(repair(Repair::look).empty());
  EXPECT_FALSE(repair(Repair::drop).empty());
  EXPECT_TRUE(repair(Repair::look).empty());
  open();
  EXPECT_EQ(read_all(find("a", 0)).values, all_but(0, {}));
  log_.reset();
}

TEST_F(RewrittenWalTest, SpoiltRecordsAtTheFrontThatTheFileBeforeHasCostNothing) {
  write_files();
  std::string bytes = read_file(paths_.back());
  bytes[60] ^= 1;
  write_file(paths_.back(), bytes);
  EXPECT_FALSE(CommitLog::open(files_, clock_, options_));
  auto dropped = repair(Repair::drop);
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_TRUE(dropped[0].is_mendable) << dropped[0].message;
  expect_all_there();
}

TEST_F(WalRepairTest, AnotherLogsFileIsNotTaken) {
  write_wal();
  std::string foreign = read_file(wal_);
  write_wal();
  write_file(wal_, foreign);
  Error error = CommitLog::open(files_, clock_, options_).error();
  EXPECT_NE(error.message.find("not the header"), std::string::npos) << error.message;
  auto found = repair(Repair::drop);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("another one is in its place"), std::string::npos);
  open();
  EXPECT_FALSE(find("a")) << "nothing of it is answered";
}

}  // namespace
}  // namespace efd::broker
