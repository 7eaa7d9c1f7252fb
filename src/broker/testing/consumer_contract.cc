// SPDX-License-Identifier: MIT
// What every Consumer promises. tests/broker has the list of those that it runs against.
#include <algorithm>
#include <set>

#include "broker/testing/broker_contract.h"

namespace efd::broker {
namespace {

class ConsumerContract : public BrokerContract {
 protected:
  // With the regular expression as its pattern, in the test's only group.
  std::unique_ptr<Consumer> member(const std::string& regex, ConsumerOptions options = {}) {
    options.group = under_test_->prefix() + "group";
    options.pattern = pattern(regex);
    options.session_timeout = under_test_->session_timeout();
    auto consumer = broker().consumer(std::move(options));
    EXPECT_TRUE(consumer) << consumer.error().message;
    return std::move(*consumer);
  }

  // Polls each member in turn until `holds`.
  void turn(const std::vector<Consumer*>& members, const std::function<bool()>& holds) {
    auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!holds() && !HasFailure()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << trouble_;
      for (Consumer* each : members) got_[each] = append(got_[each], poll(*each, milliseconds(20)));
    }
  }
  void await_partitions(Consumer& consumer, size_t count) {
    turn({&consumer}, [&] { return consumer.assigned().size() == count; });
  }

  void release(Consumer& consumer, const Position& position) {
    Result<> released;
    EXPECT_TRUE(eventually([&] {
      released = consumer.release(std::span(&position, 1));
      return released || released.error().code != ErrorCode::retry;
    }));
    EXPECT_TRUE(released) << released.error().message;
  }

  static std::vector<Got> append(std::vector<Got> list, const std::vector<Got>& more) {
    list.insert(list.end(), more.begin(), more.end());
    return list;
  }
  static Position behind(const Source& source, int64_t next) {
    return {source.topic, source.id, source.partition, Offset(next)};
  }
  static int64_t now_ms() {
    auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<milliseconds>(now).count();
  }

  std::map<Consumer*, std::vector<Got>> got_;
};

TEST_P(ConsumerContract, AnEmptyValueIsNotNull) {
  create("t");
  send("t", {""});
  auto producer = *broker().producer({});
  ASSERT_TRUE(producer->send({.topic = named("t"), .value = std::nullopt}));
  ASSERT_TRUE(producer->flush(kPatience));
  auto one = member("t");
  EXPECT_EQ(take(*one, 2), (std::vector<Got>{{"t", 0, 0, ""}, {"t", 0, 1, "null"}}));
}

TEST_P(ConsumerContract, TheOnlyMemberReadsEveryPartition) {
  create("t", 3);
  for (int32_t p = 0; p < 3; ++p) send("t", {"a", "b"}, p);
  auto one = member("t");
  EXPECT_TRUE(one->assigned().empty());
  std::vector<Got> got = take(*one, 6);
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, (std::vector<Got>{{"t", 0, 0, "a"},
                                   {"t", 0, 1, "b"},
                                   {"t", 1, 0, "a"},
                                   {"t", 1, 1, "b"},
                                   {"t", 2, 0, "a"},
                                   {"t", 2, 1, "b"}}));
  EXPECT_EQ(one->assigned().size(), 3u);
}

TEST_P(ConsumerContract, TheNextMemberBeginsAtWhatWasReleased) {
  create("t");
  send("t", {"a", "b", "c"});
  int64_t begin_ms = now_ms();
  {
    auto one = member("t");
    take(*one, 3);
    Position position = behind(*one->assigned().at(0), 2);
    ASSERT_TRUE(one->await_durable(std::span(&position, 1), {}));
    release(*one, position);
  }
  std::optional<CommittedOffset> seen;
  ConsumerOptions options;
  options.start = [&](const Source&, const LogRange& range,
                      const std::optional<CommittedOffset>& committed) -> Result<Offset> {
    EXPECT_EQ(range.end, Offset(3));
    seen = committed;
    return committed ? committed->next : range.start;
  };
  auto two = member("t", std::move(options));
  EXPECT_EQ(take(*two, 1), (std::vector<Got>{{"t", 0, 2, "c"}}));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->next, Offset(2));
  EXPECT_GE(seen->time_ms, begin_ms);
  EXPECT_LE(seen->time_ms, now_ms());
}

TEST_P(ConsumerContract, AReleaseHasTheTimeThatItNames) {
  create("t");
  send("t", {"a", "b"});
  const UtcTime as_of = UtcTime::from_ms(1'700'000'000'000);
  {
    auto one = member("t");
    take(*one, 2);
    const Position position = behind(*one->assigned().at(0), 1);
    ASSERT_TRUE(one->await_durable(std::span(&position, 1), {}));
    ASSERT_TRUE(one->release(std::span(&position, 1), as_of));
  }
  int64_t time_ms = 0;
  ConsumerOptions options;
  options.start = [&](const Source&, const LogRange&, const auto& committed) -> Result<Offset> {
    time_ms = committed->time_ms;
    return committed->next;
  };
  auto two = member("t", std::move(options));
  EXPECT_EQ(take(*two, 1), (std::vector<Got>{{"t", 0, 1, "b"}}));
  EXPECT_EQ(time_ms, as_of.ms());
}

TEST_P(ConsumerContract, StartDecidesWhereAPartitionBegins) {
  create("t");
  send("t", {"a", "b", "c"});
  int asked = 0;
  ConsumerOptions options;
  options.start = [&](const Source& source, const LogRange& range,
                      const std::optional<CommittedOffset>& committed) -> Result<Offset> {
    EXPECT_EQ(source.topic, named("t"));
    EXPECT_EQ(range.start, Offset(0));
    EXPECT_EQ(range.end, Offset(3));
    EXPECT_FALSE(committed);
    if (++asked == 1) return fail(ErrorCode::overload, "not now");
    return Offset(1);
  };
  auto one = member("t", std::move(options));
  Batch batch;
  Result<> polled;
  ASSERT_TRUE(eventually([&] {
    polled = one->poll(milliseconds(20), batch);
    return !polled && polled.error().code != ErrorCode::retry;
  }));
  EXPECT_EQ(polled.error().message, "not now");
  EXPECT_EQ(take(*one, 2), (std::vector<Got>{{"t", 0, 1, "b"}, {"t", 0, 2, "c"}}));
  EXPECT_EQ(asked, 2);
}

// Before the member has noticed that the old one is gone.
TEST_P(ConsumerContract, ATopicMadeAnewIsReadFromItsStart) {
  EFD_CONTRACT_NEEDS(Needs::topic_admin);
  create("t");
  send("t", {"a", "b", "c"});
  int asked = 0;
  ConsumerOptions options;
  options.start = [&](const Source&, const LogRange& range, const auto&) -> Result<Offset> {
    ++asked;
    return range.start;
  };
  auto one = member("t", std::move(options));
  take(*one, 3);
  Position position = behind(*one->assigned().at(0), 3);
  ASSERT_TRUE(one->await_durable(std::span(&position, 1), {}));
  release(*one, position);
  EXPECT_EQ(asked, 1);
  ASSERT_TRUE(broker().delete_topic(named("t")));
  create("t");
  send("t", {"x"});
  turn({one.get()}, [&] { return !got_[one.get()].empty(); });
  EXPECT_EQ(got_[one.get()].front(), (Got{"t", 0, 0, "x"}));
  EXPECT_EQ(asked, 2);
}

TEST_P(ConsumerContract, TwoMembersShareThePartitions) {
  create("t", 4);
  auto one = member("t");
  await_partitions(*one, 4);
  auto two = member("t");
  turn({one.get(), two.get()},
       [&] { return one->assigned().size() == 2 && two->assigned().size() == 2; });
  for (int32_t p = 0; p < 4; ++p) send("t", {"v"}, p);
  turn({one.get(), two.get()},
       [&] { return got_[one.get()].size() + got_[two.get()].size() >= 4; });
  std::set<int32_t> partitions;
  for (Consumer* each : {one.get(), two.get()}) {
    EXPECT_EQ(got_[each].size(), 2u);
    for (const Got& got : got_[each]) partitions.insert(got.partition);
  }
  EXPECT_EQ(partitions, (std::set<int32_t>{0, 1, 2, 3}));
}

TEST_P(ConsumerContract, WhatIsRevokedCanStillBeReleased) {
  EFD_CONTRACT_NEEDS(Needs::commits_while_a_group_moves);
  create("t", 2);
  send("t", {"a", "b"}, 0);
  send("t", {"a", "b"}, 1);
  Consumer* first = nullptr;
  std::vector<Leaves> left;
  ConsumerOptions options;
  options.on_leave = [&](std::span<const Source* const> sources, Leaves how) {
    left.push_back(how);
    if (left.size() > 1) return;  // its end
    std::vector<Position> positions;
    for (const Source* source : sources) positions.push_back(behind(*source, 2));
    EXPECT_EQ(positions.size(), 2u);
    auto released = first->release(positions);
    EXPECT_TRUE(released) << released.error().message;
  };
  auto one = member("t", options);
  first = one.get();
  take(*one, 4);
  auto two = member("t");
  turn({one.get(), two.get()},
       [&] { return one->assigned().size() == 1 && two->assigned().size() == 1; });
  EXPECT_EQ(left, (std::vector<Leaves>{Leaves::revoked}));
  send("t", {"c"}, 0);
  send("t", {"c"}, 1);
  turn({one.get(), two.get()},
       [&] { return got_[one.get()].size() + got_[two.get()].size() >= 2; });
  for (Consumer* each : {one.get(), two.get()}) {
    ASSERT_EQ(got_[each].size(), 1u);
    EXPECT_EQ(got_[each][0].value, "c");
  }
}

TEST_P(ConsumerContract, AMemberThatGoesLeavesItsPartitionsToTheOther) {
  create("t", 2);
  auto one = member("t");
  auto two = member("t");
  turn({one.get(), two.get()},
       [&] { return one->assigned().size() == 1 && two->assigned().size() == 1; });
  one.reset();
  await_partitions(*two, 2);
  send("t", {"a"}, 0);
  send("t", {"b"}, 1);
  turn({two.get()}, [&] { return got_[two.get()].size() >= 2; });
}

TEST_P(ConsumerContract, AStaticMemberThatComesBackGoesOnAtOnce) {
  EFD_CONTRACT_NEEDS(Needs::static_members);
  create("t", 2);
  int calls = 0;
  ConsumerOptions other;
  other.instance = "other";
  other.on_leave = [&](std::span<const Source* const>, Leaves) { ++calls; };
  ConsumerOptions same;
  same.instance = "same";
  auto one = member("t", same);
  auto two = member("t", other);
  turn({one.get(), two.get()},
       [&] { return one->assigned().size() == 1 && two->assigned().size() == 1; });
  Partition partition = one->assigned()[0]->partition;
  int calls_before = calls;
  one.reset();
  auto again = member("t", same);
  turn({again.get(), two.get()}, [&] { return again->assigned().size() == 1; });
  EXPECT_EQ(again->assigned()[0]->partition, partition);
  EXPECT_EQ(calls, calls_before);
}

TEST_P(ConsumerContract, AMemberThatIsReplacedIsTold) {
  EFD_CONTRACT_NEEDS(Needs::static_members);
  create("t");
  std::vector<Leaves> left;
  ConsumerOptions options;
  options.instance = "same";
  auto newer = options;
  options.on_leave = [&](std::span<const Source* const>, Leaves how) { left.push_back(how); };
  auto one = member("t", options);
  await_partitions(*one, 1);
  auto two = member("t", newer);
  await_partitions(*two, 1);
  Batch batch;
  Result<> polled;
  ASSERT_TRUE(eventually([&] {
    polled = one->poll(milliseconds(20), batch);
    return !polled && polled.error().code != ErrorCode::retry;
  }));
  EXPECT_EQ(polled.error().code, ErrorCode::conflict) << polled.error().message;
  EXPECT_EQ(left, (std::vector<Leaves>{Leaves::lost}));
  EXPECT_TRUE(one->assigned().empty());
  Position position = behind(*one->sources()[0], 0);
  EXPECT_EQ(one->release(std::span(&position, 1)).error().code, ErrorCode::conflict);
}

// Those of a cluster: within a process nobody takes a name by mistake.
class ClusterConsumerContract : public ConsumerContract {};

TEST_P(ClusterConsumerContract, AMemberThatWasReplacedComesBackWhenItsNameIsFree) {
  create("t");
  ConsumerOptions options;
  options.instance = "same";
  auto one = member("t", options);
  await_partitions(*one, 1);
  auto two = member("t", options);
  await_partitions(*two, 1);
  Batch batch;
  Result<> polled;
  auto refused_for = [&](milliseconds time) {
    auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      EXPECT_TRUE(two->poll(milliseconds(20), batch));
      polled = one->poll(milliseconds(20), batch);
    }
    return !polled && polled.error().code == ErrorCode::conflict;
  };
  EXPECT_TRUE(
      refused_for(5 * under_test_->session_timeout() / 2));  // it has asked once in this time
  EXPECT_EQ(two->assigned().size(), 1u);
  two.reset();  // its name stays in the group for a session
  ASSERT_TRUE(eventually([&] {
    polled = one->poll(milliseconds(20), batch);
    return one->assigned().size() == 1;
  }));
  send("t", {"x"});
  EXPECT_EQ(take(*one, 1), (std::vector<Got>{{"t", 0, 0, "x"}}));
}

INSTANTIATE_TEST_SUITE_P(Each, ClusterConsumerContract, ::testing::ValuesIn(clusters_under_test()),
                         broker_name);

TEST_P(ConsumerContract, ATopicThatComesLaterIsShared) {
  create("a");
  auto one = member("[ab]");
  await_partitions(*one, 1);
  create("b", 2);
  await_partitions(*one, 3);
  send("b", {"x"}, 1);
  turn({one.get()}, [&] { return !got_[one.get()].empty(); });
  EXPECT_EQ(got_[one.get()], (std::vector<Got>{{"b", 1, 0, "x"}}));
}

TEST_P(ConsumerContract, PartitionsThatComeLaterAreShared) {
  EFD_CONTRACT_NEEDS(Needs::growing_topics);
  create("t", 1);
  auto one = member("t");
  await_partitions(*one, 1);
  auto grown = under_test_->grow_topic(named("t"), 3);
  ASSERT_TRUE(grown) << grown.error().message;
  await_partitions(*one, 3);
  send("t", {"x"}, 2);
  turn({one.get()}, [&] { return !got_[one.get()].empty(); });
  EXPECT_EQ(got_[one.get()], (std::vector<Got>{{"t", 2, 0, "x"}}));
}

TEST_P(ConsumerContract, SeekPauseAndResume) {
  create("t", 2);
  send("t", {"a", "b"});
  auto one = member("t");
  take(*one, 2);
  const Source* first = nullptr;
  for (const Source* source : one->assigned())
    if (source->partition == Partition(0)) first = source;
  ASSERT_NE(first, nullptr);
  ASSERT_TRUE(one->seek(*first, Offset(1)));
  EXPECT_EQ(take(*one, 1), (std::vector<Got>{{"t", 0, 1, "b"}}));
  EXPECT_FALSE(one->seek(*first, Offset(9)));
  one->pause(*first);
  send("t", {"c"});
  send("t", {"x"}, 1);
  EXPECT_EQ(take(*one, 1), (std::vector<Got>{{"t", 1, 0, "x"}}));
  one->resume(*first);
  EXPECT_EQ(take(*one, 1), (std::vector<Got>{{"t", 0, 2, "c"}}));
}

TEST_P(ConsumerContract, AGroupNeedsANameAndAPattern) {
  ConsumerOptions options;
  options.pattern = {"t"};
  EXPECT_EQ(broker().consumer(options).error().code, ErrorCode::bad_input);
  options.group = "g";
  options.pattern = {"("};
  EXPECT_EQ(broker().consumer(options).error().code, ErrorCode::bad_input);
}

INSTANTIATE_TEST_SUITE_P(Each, ConsumerContract, ::testing::ValuesIn(brokers_under_test()),
                         broker_name);

}  // namespace
}  // namespace efd::broker
