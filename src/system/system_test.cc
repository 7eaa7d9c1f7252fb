// SPDX-License-Identifier: MIT
#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "system/clock.h"
#include "system/file_system.h"
#include "system/memory_file_system.h"

namespace efd::system {
namespace {

// Both file systems do the same; each test runs on either.
class FileSystemTest : public ::testing::TestWithParam<bool> {
 protected:
  FileSystemTest() {
    root_ = GetParam() ? "/tmp/efd-system-test-" + std::to_string(::getpid()) : "/data";
    EXPECT_TRUE(files().make_directories(root_ + "/a/b"));
  }
  ~FileSystemTest() override { EXPECT_TRUE(remove_tree(files(), root_)); }
  FileSystem& files() {
    return GetParam() ? posix_file_system() : static_cast<FileSystem&>(memory_);
  }
  MemoryFileSystem memory_;
  std::string root_;
};
INSTANTIATE_TEST_SUITE_P(Each, FileSystemTest, ::testing::Bool(), [](const auto& info) {
  return std::string(info.param ? "Posix" : "Memory");
});

TEST_P(FileSystemTest, WritesInPartsAndReadsBack) {
  std::string path = root_ + "/a/file";
  auto file = files().open(path, Open::create_new);
  ASSERT_TRUE(file);
  std::string_view parts[] = {"ab", "", "cdef"};
  ASSERT_TRUE((*file)->write_at(3, parts));
  ASSERT_TRUE((*file)->sync());
  EXPECT_EQ(*(*file)->size(), 9u);
  EXPECT_EQ(*read_file(files(), path), std::string("\0\0\0abcdef", 9));
  ASSERT_TRUE((*file)->truncate(4));
  char byte[10];
  EXPECT_EQ(*(*file)->read_at(3, byte, 10), 1u);
  EXPECT_EQ(byte[0], 'a');
}

TEST_P(FileSystemTest, OpenSaysWhatIsWrong) {
  EXPECT_EQ(files().open(root_ + "/none", Open::read).error().code, ErrorCode::not_found);
  ASSERT_TRUE(files().open(root_ + "/x", Open::create));
  EXPECT_EQ(files().open(root_ + "/x", Open::create_new).error().code, ErrorCode::conflict);
  EXPECT_NE(files().open(root_ + "/no/x", Open::create).error().message.find(root_),
            std::string::npos);
}

TEST_P(FileSystemTest, ListsRenamesReplacesAndRemoves) {
  ASSERT_TRUE(replace_file(files(), root_ + "/a/one", "1"));
  ASSERT_TRUE(replace_file(files(), root_ + "/a/one", "2"));
  ASSERT_TRUE(files().rename(root_ + "/a/one", root_ + "/a/two"));
  auto entries = files().list(root_ + "/a");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_TRUE((*entries)[0].is_directory);
  EXPECT_EQ((*entries)[1].name, "two");
  EXPECT_EQ(*read_file(files(), root_ + "/a/two"), "2");
  EXPECT_FALSE(files().remove(root_ + "/a"));
  ASSERT_TRUE(remove_tree(files(), root_ + "/a"));
  EXPECT_FALSE(*files().exists(root_ + "/a/b"));
}

TEST_P(FileSystemTest, MakesOneFolder) {
  ASSERT_TRUE(files().make_directory(root_ + "/a/new"));
  ASSERT_TRUE(files().make_directory(root_ + "/a/new"));
  EXPECT_TRUE(*files().exists(root_ + "/a/new"));
  EXPECT_EQ(files().make_directory(root_ + "/no/new").error().code, ErrorCode::not_found);
  ASSERT_TRUE(files().open(root_ + "/file", Open::create));
  EXPECT_EQ(files().make_directory(root_ + "/file").error().code, ErrorCode::conflict);
}

TEST_P(FileSystemTest, OneProcessHoldsAFolder) {
  auto lock = files().lock_directory(root_);
  ASSERT_TRUE(lock);
  EXPECT_EQ(files().lock_directory(root_).error().code, ErrorCode::conflict);
  lock->reset();
  EXPECT_TRUE(files().lock_directory(root_));
}

TEST(MemoryFileSystem, APowerCutKeepsWhatWasSyncedAndMayTearTheRest) {
  bool torn = false, lost = false, kept = false;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    MemoryFileSystem files;
    ASSERT_TRUE(files.make_directories("/d"));
    auto file = *files.open("/d/f", Open::create);
    ASSERT_TRUE(file->write_at(0, "synced"));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(files.sync_directory("/d"));
    ASSERT_TRUE(file->write_at(6, "later"));
    files.restore_power(seed);
    std::string content = *read_file(files, "/d/f");
    ASSERT_TRUE(content.starts_with("synced"));
    lost |= content == "synced";
    kept |= content == "syncedlater";
    torn |= content.size() > 6 && content.size() < 11;
    EXPECT_FALSE(file->write_at(0, "dead handle"));
  }
  EXPECT_TRUE(torn && lost && kept);
}

TEST(MemoryFileSystem, ANameWithoutDirectorySyncMayVanish) {
  int there = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    MemoryFileSystem files;
    ASSERT_TRUE(files.make_directories("/d"));
    auto file = *files.open("/d/f", Open::create);
    ASSERT_TRUE(file->write_at(0, "x"));
    ASSERT_TRUE(file->sync());
    files.restore_power(seed);
    there += *files.exists("/d/f");
  }
  EXPECT_GT(there, 10);
  EXPECT_LT(there, 90);
}

TEST(MemoryFileSystem, AFolderWithoutDirectorySyncMayVanish) {
  int there = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    MemoryFileSystem files;
    ASSERT_TRUE(files.make_directories("/d"));
    ASSERT_TRUE(files.make_directory("/d/e"));
    files.restore_power(seed);
    there += *files.exists("/d/e");
  }
  EXPECT_GT(there, 10);
  EXPECT_LT(there, 90);
}

TEST(MemoryFileSystem, ThePowerFailsAtTheAskedChange) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.make_directories("/d"));
  auto file = *files.open("/d/f", Open::create);
  files.cut_power_after(2);
  EXPECT_TRUE(file->write_at(0, "a"));
  EXPECT_FALSE(file->sync());
  EXPECT_FALSE(files.has_power());
  EXPECT_FALSE(files.exists("/d/f"));
}

TEST(MemoryFileSystem, AFullDiskRefusesToGrowAndStillReads) {
  MemoryFileSystem files;
  files.set_capacity_bytes(4);
  ASSERT_TRUE(files.make_directories("/d"));
  auto file = *files.open("/d/f", Open::create);
  ASSERT_TRUE(file->write_at(0, "four"));
  EXPECT_EQ(file->write_at(4, "5").error().code, ErrorCode::overload);
  EXPECT_TRUE(file->write_at(0, "over"));
  EXPECT_EQ(*read_file(files, "/d/f"), "over");
}

TEST(MemoryFileSystem, ASyncThatFailsOnceKeepsOrDropsWhatWasWritten) {
  for (bool drops : {false, true}) {
    MemoryFileSystem files;
    ASSERT_TRUE(files.make_directories("/d"));
    auto file = *files.open("/d/f", Open::create);
    ASSERT_TRUE(file->write_at(0, "good"));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(files.sync_directory("/d"));
    files.fail_sync_once({"/d/f", ErrorCode::overload, drops, 1});
    ASSERT_TRUE(file->sync()) << "the first one is let through";
    ASSERT_TRUE(file->write_at(4, "late"));
    EXPECT_EQ(file->sync().error().code, ErrorCode::overload);
    EXPECT_EQ(files.sync_failures_left(), 0u);
    ASSERT_TRUE(file->sync()) << "Linux says so, whatever became of the pages";
    std::string expected = drops ? std::string("good\0\0\0\0", 8) : "goodlate";
    EXPECT_EQ(*read_file(files, "/d/f"), expected);
    files.restore_power(1);
    EXPECT_EQ(*read_file(files, "/d/f"), expected);
  }
}

// A file whose sync failed is written no more, not even from its start.
TEST(MemoryFileSystem, WhatReplacesAFileIsANewOneAfterAFailedSync) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.make_directories("/d"));
  files.fail_sync_once({"/d/f.new", ErrorCode::overload, true});
  EXPECT_EQ(replace_file(files, "/d/f", "one").error().code, ErrorCode::overload);
  ASSERT_TRUE(replace_file(files, "/d/f", "two"));
  EXPECT_EQ(files.uses_of_given_up_files(), 0u);
  files.restore_power(1);
  EXPECT_EQ(*read_file(files, "/d/f"), "two");
}

TEST(MemoryFileSystem, AFolderWhoseSyncDroppedItsChangesForgetsThemWithThePower) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.make_directories("/d"));
  auto file = *files.open("/d/f", Open::create);
  files.fail_sync_once({"/d$", ErrorCode::give_up, true});
  EXPECT_EQ(files.sync_directory("/d").error().code, ErrorCode::give_up);
  ASSERT_TRUE(files.sync_directory("/d"));
  EXPECT_TRUE(*files.exists("/d/f"));
  files.restore_power(1);
  EXPECT_FALSE(*files.exists("/d/f"));
}

TEST(PosixFileSystem, TooManyOpenFilesIsNoBrokenDisk) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few{3, before.rlim_max};  // what is open already stays
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  auto refused = posix_file_system().open("/dev/null", Open::read);
  EXPECT_EQ(raise_open_files_max(), before.rlim_max);
  auto opened = posix_file_system().open("/dev/null", Open::read);
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::overload);
  EXPECT_TRUE(opened) << opened.error().message;
}

// Whoever waits, for a time or for something, is woken by either.
class WaitTest : public ::testing::Test {
 protected:
  bool wait(Clock& clock, int64_t until_ns, std::stop_token stop = {}) {
    std::unique_lock lock(mutex_);
    return clock.wait_until(lock, condition_, until_ns, stop, [&] { return is_due_; });
  }
  void make_due() {
    std::lock_guard lock(mutex_);
    is_due_ = true;
    condition_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable_any condition_;
  bool is_due_ = false;
  FakeClock fake_{UtcTime::from_ms(5)};
};

TEST_F(WaitTest, EndsAtItsInstantOrWhenDueOrStopped) {
  for (Clock* clock : {static_cast<Clock*>(&fake_), &real_clock()}) {
    is_due_ = false;
    EXPECT_FALSE(wait(*clock, clock->monotonic_ns()));
    std::thread due([&] { make_due(); });
    EXPECT_TRUE(wait(*clock, kNever));
    due.join();
    EXPECT_TRUE(wait(*clock, clock->monotonic_ns()));
    is_due_ = false;
    std::stop_source stop;
    std::thread stopper([&] { stop.request_stop(); });
    EXPECT_FALSE(wait(*clock, kNever, stop.get_token()));
    stopper.join();
    EXPECT_FALSE(wait(*clock, kNever, stop.get_token()));
  }
  EXPECT_FALSE(wait(real_clock(), real_clock().monotonic_ns_in(std::chrono::microseconds(10))));
}

// However the two meet: an advance that comes between the look at the time and the sleep counts.
TEST_F(WaitTest, NoAdvanceIsMissed) {
  for (int i = 0; i < 2000; ++i) {
    int64_t until_ns = fake_.monotonic_ns() + 2;
    std::thread waiter([&] { EXPECT_FALSE(wait(fake_, until_ns)); });
    fake_.advance_ns(1);
    fake_.advance_ns(1);
    waiter.join();
  }
}

TEST_F(WaitTest, ASleepEndsWhenTheFakeClockHasComeSoFar) {
  std::atomic<bool> has_slept = false;
  std::thread sleeper([&] {
    fake_.sleep(std::chrono::nanoseconds(10));
    has_slept = true;
  });
  while (!has_slept) fake_.advance_ns(1);
  sleeper.join();
  std::stop_source stop;
  std::thread other([&] { fake_.sleep(std::chrono::hours(1), stop.get_token()); });
  stop.request_stop();
  other.join();
}

TEST(SteppedClock, AWaitMovesItToItsEnd) {
  SteppedClock clock(UtcTime::from_ms(5));
  clock.sleep(std::chrono::seconds(3));
  EXPECT_EQ(clock.now(), UtcTime::from_ms(3'005));
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  EXPECT_TRUE(clock.wait_until(lock, condition, kNever, [] { return true; }));
  EXPECT_FALSE(clock.wait_until(lock, condition, 0, [] { return false; }));
  EXPECT_EQ(clock.now(), UtcTime::from_ms(3'005));
}

TEST(FakeClock, MovesOnlyWhenTold) {
  FakeClock clock(UtcTime::from_ms(5));
  EXPECT_EQ(clock.now().ms(), 5);
  clock.advance_ns(kNsPerSecond);
  EXPECT_EQ(clock.now().ms(), 1005);
  EXPECT_GT(real_clock().now().ms(), 1'700'000'000'000);
}

}  // namespace
}  // namespace efd::system
