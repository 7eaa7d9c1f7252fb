// SPDX-License-Identifier: MIT
// The store's manifest is damaged, or an old one is put back, when the log has dropped what the
// store had: no row is removed, none is stored twice, and all are back when the files are adopted.
#include <numeric>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/pipeline.h"
#include "pipeline/testing/test_world.h"

namespace efd::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr SchemaId kSchema{1};
constexpr const char* kManifest = "/data/store/manifest";
constexpr const char* kTopic = "lsst.sal.a";

class AsideFilesTest : public ::testing::Test {
 protected:
  void SetUp() override { world_.start(); }

  // So many records more, stored and committed.
  void store(int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      double stamp_s = 1.7e9 + static_cast<double>(sent_);
      Position at = world_.send(kTopic, reading(kSchema, stamp_s, sent_));
      ++sent_;
      ASSERT_TRUE(world_.pipeline->await_applied(ConnectorName("efd"), at, {}));
    }
    ASSERT_TRUE(world_.store->flush());
  }

  // The lane lets go of what is committed some time later.
  void trim_log(int64_t below) {
    TopicPartition partition{TopicName(kTopic), Partition(0)};
    auto log = world_.log->partition(partition.topic, partition.partition);
    ASSERT_TRUE(log);
    while (*world_.broker->offset(partition, broker::At::earliest) != Offset(below)) {
      broker::CommitLog::Trim trim{log.get(), Offset(below)};
      ASSERT_TRUE(world_.log->trim({&trim, 1}));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  std::string manifest() { return *system::read_file(world_.files, kManifest); }
  void restart_with(std::string_view manifest) {
    world_.stop();
    ASSERT_TRUE(system::replace_file(world_.files, kManifest, manifest));
    world_.start();
  }
  void adopt(const std::vector<std::string>& paths) {
    world_.stop();
    auto store = store::Store::open(world_.files, system::real_clock(),
                                    {.path = "/data/store", .start_threads = false});
    ASSERT_TRUE(store) << store.error().message;
    for (const std::string& path : paths) {
      auto adopted = (*store)->adopt(path);
      EXPECT_TRUE(adopted) << adopted.error().message;
    }
    EXPECT_TRUE((*store)->close());
    store->reset();
    world_.start();
  }
  std::map<std::string, std::string> read_tree(const std::string& folder) {
    std::map<std::string, std::string> found;
    const std::vector<system::DirectoryEntry> entries = *world_.files.list(folder);
    for (const system::DirectoryEntry& entry : entries) {
      std::string path = folder + "/" + entry.name;
      if (entry.is_directory) {
        found.merge(read_tree(path));
      } else {
        found[path] = *system::read_file(world_.files, path);
      }
    }
    return found;
  }
  std::vector<std::string> aside() { return world_.store->figures().aside; }
  std::vector<int64_t> numbers() { return world_.numbers(kTopic); }
  std::vector<int64_t> all_sent() const {
    std::vector<int64_t> all(static_cast<size_t>(sent_));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  World world_;
  int64_t sent_ = 0;
};

TEST_F(AsideFilesTest, YesterdaysManifestLosesAndDoublesNothing) {
  store(5);
  std::string yesterday = manifest();
  store(5);
  trim_log(8);
  restart_with(yesterday);
  ASSERT_THAT(aside(), SizeIs(1));
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3, 4));
  store(2);
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 3, 4, 10, 11));
  adopt(aside());
  EXPECT_THAT(aside(), IsEmpty());
  EXPECT_EQ(numbers(), all_sent());
  store(1);
  EXPECT_EQ(numbers(), all_sent());
}

TEST_F(AsideFilesTest, AFlippedBitInTheLastRecordLosesAndDoublesNothing) {
  store(5);
  store(5);
  trim_log(8);
  std::string damaged = manifest();
  damaged[damaged.size() - 5] ^= 1;
  restart_with(damaged);
  ASSERT_THAT(aside(), SizeIs(1));
  adopt(aside());
  EXPECT_EQ(numbers(), all_sent());
}

// As a crash between a file and its commit leaves it.
TEST_F(AsideFilesTest, WhatTheLogHasIsRemovedAndStoredAgain) {
  store(5);
  store(5);
  std::string damaged = manifest();
  damaged[damaged.size() - 5] ^= 1;
  restart_with(damaged);
  EXPECT_THAT(aside(), IsEmpty());
  store(1);
  EXPECT_EQ(numbers(), all_sent());
}

// The topic is gone, and with it the records: another topic of that name has others.
TEST_F(AsideFilesTest, RowsOfATopicMadeAnewAreKept) {
  store(5);
  std::string yesterday = manifest();
  store(5);
  world_.stop();
  world_.start();
  ASSERT_TRUE(world_.broker->delete_topic(TopicName(kTopic)));
  store(12);  // the same offsets of another topic
  restart_with(yesterday);
  ASSERT_THAT(aside(), ElementsAre("/data/store/segments/000000000002.seg.aside"))
      << "the other topic's comes from the log";
  store(2);
  adopt(aside());
  EXPECT_EQ(numbers(), all_sent());
}

// An older copy of the log, too.
TEST_F(AsideFilesTest, WhatTheLogHasLostIsKept) {
  store(5);
  std::string yesterday = manifest();
  world_.stop();
  auto log = read_tree("/data/log");
  world_.start();
  store(5);
  world_.stop();
  ASSERT_TRUE(system::remove_tree(world_.files, "/data/log"));
  for (const auto& [path, bytes] : log) {
    ASSERT_TRUE(world_.files.make_directories(system::parent_path(path)));
    ASSERT_TRUE(system::replace_file(world_.files, path, bytes));
  }
  ASSERT_TRUE(system::replace_file(world_.files, kManifest, yesterday));
  world_.start();
  ASSERT_THAT(aside(), SizeIs(1));
  adopt(aside());
  EXPECT_EQ(numbers(), all_sent());
}

// The log has all of it, but the lane goes on behind it.
TEST_F(AsideFilesTest, WhatTheLaneDoesNotReadAgainIsKept) {
  store(5);
  std::string yesterday = manifest();
  store(5);
  world_.stop();
  ASSERT_TRUE(system::replace_file(world_.files, kManifest, yesterday));
  {
    auto store = *store::Store::open(world_.files, system::real_clock(),
                                     {.path = "/data/store", .start_threads = false});
    StoredPosition behind = store->positions().at(0);
    behind.position.next = Offset(10);
    ASSERT_TRUE(store->set_position(behind));
    ASSERT_TRUE(store->close());
  }
  world_.start();
  ASSERT_THAT(aside(), SizeIs(1));
  adopt(aside());
  EXPECT_EQ(numbers(), all_sent());
}

// Files whose end the log still has, one behind the other.
TEST_F(AsideFilesTest, SeveralFilesAreDecidedInOrder) {
  store(2);
  std::string yesterday = manifest();
  for (int i = 0; i < 3; ++i) store(4);
  trim_log(8);  // within the second of the three
  restart_with(yesterday);
  ASSERT_THAT(aside(), SizeIs(2)) << "the third comes from the log";
  adopt(aside());
  store(1);
  EXPECT_EQ(numbers(), all_sent());
}

}  // namespace
}  // namespace efd::pipeline
