// SPDX-License-Identifier: MIT
// What waits for a flush and what does not. The disk holds the flush for as long as a test wants.
#include <chrono>
#include <functional>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/store.h"
#include "system/testing/latched_file_system.h"

namespace efd::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Only a test that fails waits so long.
constexpr std::chrono::minutes kPatience{1};

class WaitsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(store_->create_database("efd"));
  }
  void TearDown() override { files_.latch().release(); }

  void open() {
    store_.reset();
    auto opened = Store::open(files_, clock_, {.path = "/s", .start_threads = false});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  Result<> put(const std::string& database, const std::string& name) {
    rows::Rows rows(std::make_shared<const rows::Layout>(
        rows::Layout{{{"n", rows::ColumnType::integer, false}}}));
    rows.column(0).append<int64_t>(4711);
    rows.end_row(UtcTime::from_ns(kNsPerDay));
    const auto held = *store_->measurement(database, "", name);
    PutRows one{held.get(), &rows};
    return store_->put({&one, 1}, {});
  }
  // Begins on a thread of its own, and is held where the disk is to sync `part`.
  std::future<Result<>> begin_and_hold(const std::string& part, std::function<Result<>()> call) {
    files_.latch().hold(part);
    auto begun = std::async(std::launch::async, std::move(call));
    files_.latch().await_held();
    return begun;
  }
  // Returns although the disk holds somebody. When it does not, the test has failed and goes on.
  void expect_no_wait(const std::function<Result<>()>& call) {
    auto called = std::async(std::launch::async, call);
    const bool has_waited = called.wait_for(kPatience) != std::future_status::ready;
    EXPECT_FALSE(has_waited);
    if (has_waited) files_.latch().release();
    auto done = called.get();
    EXPECT_TRUE(done) << done.error().message;
  }

  system::LatchedFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kNsPerDay)};
  std::unique_ptr<Store> store_;
};

TEST_F(WaitsTest, WhatIsSmallDoesNotWaitForAFlush) {
  ASSERT_TRUE(put("efd", "m"));
  auto flush = begin_and_hold(".seg", [this] { return store_->flush(); });
  expect_no_wait([this] { return store_->create_database("more"); });
  expect_no_wait([this] { return store_->create_policy("efd", {"p", 0, kNsPerDay, false}); });
  expect_no_wait([this] { return put("more", "made"); });
  expect_no_wait([this] { return store_->drop_database("nobody"); });
  expect_no_wait([this] { return store_->drop_measurement("efd", "nothing"); });
  expect_no_wait([this]() -> Result<> {
    EXPECT_THAT(store_->databases(), ElementsAre("efd", "more"));
    EXPECT_THAT(*store_->policies("efd"), SizeIs(2));
    EXPECT_THAT(*store_->measurement_names("efd"), ElementsAre("m"));
    const std::string name = "m";
    EXPECT_EQ((*store_->views("efd", "", {&name, 1}))[0]->row_count(), 1u);
    EXPECT_EQ(store_->figures().files, 0u);
    EXPECT_THAT(store_->files(), SizeIs(0));
    return store_->set_position({ConnectorName("sink"), {TopicName("t"), TopicId()}, {}});
  });
  files_.latch().release();
  EXPECT_TRUE(flush.get());
  open();
  EXPECT_THAT(store_->databases(), ElementsAre("efd", "more"));
  EXPECT_THAT(*store_->policies("efd"), SizeIs(2));
  EXPECT_EQ(store_->figures().files, 1u);
}

// Before it writes its files a flush waits for the log.
TEST_F(WaitsTest, WhatIsSmallDoesNotWaitForTheLog) {
  std::promise<void> asked, answered;
  store_->before_commit([&](auto) {
    asked.set_value();
    answered.get_future().wait();
    return Result<LeftOut>();
  });
  ASSERT_TRUE(put("efd", "m"));
  auto flush = std::async(std::launch::async, [this] { return store_->flush(); });
  asked.get_future().wait();
  expect_no_wait([this] { return store_->create_database("more"); });
  answered.set_value();
  EXPECT_TRUE(flush.get());
}

// A drop is as long as a flush: it is one. Only its own name is made after it.
TEST_F(WaitsTest, OnlyWhoWantsADroppedNameWaitsForTheDrop) {
  ASSERT_TRUE(store_->create_database("old"));
  ASSERT_TRUE(store_->create_policy("efd", {"p", 0, kNsPerDay, false}));
  ASSERT_TRUE(put("efd", "m"));
  auto drop = begin_and_hold(".seg", [this] { return store_->drop_database("old"); });
  EXPECT_THAT(store_->databases(), ElementsAre("efd"));
  expect_no_wait([this] { return store_->create_database("more"); });
  auto again = std::async(std::launch::async, [this] { return store_->create_database("old"); });
  files_.latch().release();
  EXPECT_TRUE(drop.get());
  EXPECT_TRUE(again.get());
  open();
  EXPECT_THAT(store_->databases(), ElementsAre("efd", "more", "old"));
}

// The store's clock alone says when; what looks after the files goes on while a flush is held.
TEST_F(WaitsTest, FlushesAndTheRestHaveAThreadEach) {
  store_.reset();
  store_ = *Store::open(files_, clock_, {.path = "/s", .flush_interval_ms = 3'600'000});
  ASSERT_TRUE(put("efd", "m"));
  files_.latch().hold(".seg");
  while (!files_.latch().holds()) {
    clock_.advance_ns(3'600 * kNsPerSecond);
    std::this_thread::yield();
  }
  EXPECT_FALSE(store_->figures().intake_error);
  ASSERT_TRUE(files_.remove("/s/manifest"));
  while (!store_->figures().intake_error) {
    clock_.advance_ns(kNsPerSecond);
    std::this_thread::yield();
  }
  EXPECT_THAT(store_->figures().intake_error->message, HasSubstr("the manifest is gone"));
}

// Its commit is on its way to the disk when its database goes.
TEST_F(WaitsTest, APolicyThatIsMadeWhileItsDatabaseIsDroppedGoesToo) {
  auto made = begin_and_hold(
      "manifest", [this] { return store_->create_policy("efd", {"p", 0, kNsPerDay, false}); });
  auto drop = std::async(std::launch::async, [this] { return store_->drop_database("efd"); });
  while (!store_->databases().empty()) std::this_thread::yield();
  files_.latch().release();
  EXPECT_TRUE(made.get());
  EXPECT_TRUE(drop.get());
  ASSERT_TRUE(store_->create_database("efd"));
  EXPECT_THAT(*store_->policies("efd"), SizeIs(1));
  open();
  EXPECT_THAT(*store_->policies("efd"), SizeIs(1));
}

}  // namespace
}  // namespace efd::store
