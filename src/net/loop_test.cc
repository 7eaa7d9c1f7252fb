// SPDX-License-Identifier: MIT
#include "net/loop.h"

#include <future>
#include <latch>

#include <gtest/gtest.h>

#include "net/pool.h"
#include "net/send_queue.h"

namespace efd::net {
namespace {

using std::chrono_literals::operator""ms;

TEST(Loop, RunsTasksInOrderOnItsThread) {
  Loops loops;
  std::vector<int> order;
  std::promise<bool> done;
  for (int i = 0; i < 3; ++i) loops.at(0).post([&order, i] { order.push_back(i); });
  loops.at(0).post([&] { done.set_value(loops.at(0).is_current()); });
  EXPECT_TRUE(done.get_future().get());
  EXPECT_FALSE(loops.at(0).is_current());
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(Loop, TimersRunInTheOrderOfTheirTimes) {
  Loops loops;
  std::string order;
  std::promise<void> done;
  Timer late, early, dropped;
  std::latch set(1);
  loops.at(0).post([&] {
    late = loops.at(0).after(20ms, [&] { order += "late", done.set_value(); });
    early = loops.at(0).after(1ms, [&] { order += "early "; });
    dropped = loops.at(0).after(2ms, [&] { order += "dropped "; });
    dropped.cancel();
    set.count_down();
  });
  set.wait();
  done.get_future().wait();
  EXPECT_EQ(order, "early late");
}

TEST(SendQueue, KeepsOrderAcrossPartialWrites) {
  SendQueue queue;
  auto owner = std::make_shared<const std::string>("shared");
  queue.push("abc");
  queue.push("def");
  queue.push(*owner, owner);
  queue.push("");
  std::string all;
  std::array<iovec, kWritePiecesMax> pieces;
  while (queue.bytes() > 0) {
    ASSERT_GT(queue.pieces(pieces), 0u);
    size_t part = std::min<size_t>(pieces[0].iov_len, 4);
    all.append(static_cast<const char*>(pieces[0].iov_base), part);
    queue.drop_front(part);
  }
  EXPECT_EQ(all, "abcdefshared");
  EXPECT_EQ(queue.pieces(pieces), 0u);
}

TEST(Pool, RefusesWhatItsQueueCannotHold) {
  Pool pool({.threads = 1, .queue_max = 1});
  std::promise<void> started, go;
  ASSERT_TRUE(pool.submit([&] { started.set_value(), go.get_future().wait(); }));
  started.get_future().wait();
  ASSERT_TRUE(pool.submit([] {}));
  EXPECT_EQ(pool.submit([] {}).error().code, ErrorCode::overload);
  go.set_value();
  pool.stop();
  EXPECT_EQ(pool.submit([] {}).error().code, ErrorCode::cancelled);
}

TEST(Pool, DropsWhatNobodyWaitsForAnyMore) {
  Pool pool({.threads = 1, .queue_max = 2});
  std::promise<void> started, go;
  ASSERT_TRUE(pool.submit([&] { started.set_value(), go.get_future().wait(); }));
  started.get_future().wait();
  std::stop_source gone;
  std::string ran;
  ASSERT_TRUE(pool.submit({.run = [&] { ran += "a"; }, .stop = gone.get_token()}));
  ASSERT_TRUE(pool.submit({.run = [&] { ran += "b"; }}));
  gone.request_stop();
  EXPECT_TRUE(pool.submit([&] { ran += "c"; }));  // in the place of the one that has gone
  EXPECT_EQ(pool.submit([] {}).error().code, ErrorCode::overload);
  go.set_value();
  pool.stop();
  EXPECT_EQ(ran, "bc");
}

TEST(Pool, SmallTasksWaitBehindNoLargeOnes) {
  Pool pool({.threads = 2, .small_threads = 1});
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  const auto is_large = [] { return false; };
  std::atomic<int> large{0};
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(pool.submit({.run = [&, gone] { gone.wait(), ++large; }, .is_small = is_large}));
  for (int i = 0; i < 10; ++i) {
    std::promise<void> done;
    ASSERT_TRUE(pool.submit({.run = [&] { done.set_value(); }, .is_small = [] { return true; }}));
    done.get_future().wait();
  }
  EXPECT_EQ(large, 0);
  while (pool.waiting() > 48) std::this_thread::yield();  // two threads have one each
  go.set_value();
  pool.stop();
  EXPECT_EQ(large, 50);
}

TEST(Pool, ASmallTaskThatIsLargeAfterAllIsDoneByTheOthers) {
  Pool pool({.threads = 1, .small_threads = 1});
  std::promise<void> started, go;
  ASSERT_TRUE(pool.submit({.run = [&] { started.set_value(), go.get_future().wait(); }}));
  started.get_future().wait();
  std::string ran;
  const auto submit = [&](const std::string& name, bool is_done) {
    std::promise<void> tried;
    ASSERT_TRUE(pool.submit({.run = [&ran, name] { ran += name; },
                             .is_small = [] { return true; },
                             .run_small =
                                 [&ran, &tried, name, is_done] {
                                   ran += "small " + name + ",";
                                   tried.set_value();
                                   return is_done;
                                 }}));
    tried.get_future().wait();
  };
  submit("a", true);
  submit("b", false);
  submit("c", true);
  go.set_value();
  pool.stop();
  EXPECT_EQ(ran, "small a,small b,small c,b");
}

TEST(Pool, TooManyLargeTasksKeepNoSmallOneOut) {
  Pool pool({.threads = 1, .small_threads = 1, .queue_max = 4});
  std::promise<void> started, go;
  ASSERT_TRUE(pool.submit({.run = [&] { started.set_value(), go.get_future().wait(); }}));
  started.get_future().wait();
  std::atomic<int> large{0}, refused{0};
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(pool.submit({.run = [&] { ++large; }, .refuse = [&] { ++refused; }}));
    std::promise<void> done;
    ASSERT_TRUE(pool.submit({.run = [&] { done.set_value(); }, .is_small = [] { return true; }}));
    done.get_future().wait();
  }
  EXPECT_EQ(refused, 16);
  go.set_value();
  pool.stop();
  EXPECT_EQ(large, 4);
}

TEST(Pool, LargeTasksOfOneThatStopsAreDone) {
  for (int i = 0; i < 100; ++i) {
    Pool pool({.threads = 1, .small_threads = 2});
    std::atomic<int> done{0};
    for (int j = 0; j < 8; ++j)
      ASSERT_TRUE(pool.submit({.run = [&] { ++done; }, .is_small = [j] { return j % 2 == 0; }}));
    pool.stop();
    EXPECT_EQ(done, 8);
  }
}

}  // namespace
}  // namespace efd::net
