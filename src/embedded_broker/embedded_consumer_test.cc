// SPDX-License-Identifier: MIT
// Members of groups in this process, beyond what the contract asks of every consumer.
#include <map>

#include <gtest/gtest.h>

#include "broker/testing/broker_contract.h"
#include "embedded_broker/testing/embedded_under_test.h"
#include "system/clock.h"

namespace efd::embedded_broker {
namespace {

class EmbeddedConsumerTest : public broker::BrokerContract {
 protected:
  std::unique_ptr<broker::Consumer> consumer(const std::string& regex,
                                             broker::ConsumerOptions options = {}) {
    options.pattern = {regex};
    if (options.group.empty()) options.group = "g";
    auto consumer = broker().consumer(std::move(options));
    EXPECT_TRUE(consumer) << consumer.error().message;
    return std::move(*consumer);
  }

  // Polls all of them in turn until `is_so`; what comes meanwhile is added to `got`.
  template <class IsSo>
  void poll_until(const std::vector<broker::Consumer*>& consumers, IsSo is_so,
                  std::vector<broker::Got>* got = nullptr) {
    auto deadline = std::chrono::steady_clock::now() + broker::kPatience;
    while (!is_so() && std::chrono::steady_clock::now() < deadline) {
      for (broker::Consumer* consumer : consumers) {
        std::vector<broker::Got> some = poll(*consumer, std::chrono::milliseconds(10));
        if (got) got->insert(got->end(), some.begin(), some.end());
      }
    }
    EXPECT_TRUE(is_so());
  }

  static Position position_of(const broker::Source& source, int64_t next) {
    return {source.topic, source.id, source.partition, Offset(next)};
  }
};

TEST_P(EmbeddedConsumerTest, TwoMembersShareAndHandOver) {
  create("t", 4);
  std::vector<std::string> values(10, "v");
  for (int32_t p = 0; p < 4; ++p) send("t", values, p);
  std::map<int32_t, int64_t> next;  // of what the first member has taken
  broker::Consumer* first = nullptr;
  int revoked = 0;
  broker::ConsumerOptions options;
  options.on_leave = [&](std::span<const broker::Source* const> sources, broker::Leaves how) {
    EXPECT_EQ(how, broker::Leaves::revoked);
    revoked += static_cast<int>(sources.size());
    std::vector<Position> positions;
    for (const broker::Source* source : sources)
      positions.push_back(position_of(*source, next[source->partition.value()]));
    auto released = first->release(positions);
    EXPECT_TRUE(released) << released.error().message;
  };
  auto one = consumer("t", options);
  first = one.get();
  for (const broker::Got& got : take(*one, 40)) next[got.partition] = got.offset + 1;
  auto two = consumer("t");
  poll_until({one.get(), two.get()},
             [&] { return one->assigned().size() == 2 && two->assigned().size() == 2; });
  EXPECT_EQ(revoked, 4);
  // What the first has released does not come to the second.
  for (int32_t p = 0; p < 4; ++p) send("t", {"new"}, p);
  std::vector<broker::Got> got;
  poll_until({one.get(), two.get()}, [&] { return got.size() == 4; }, &got);
  for (const broker::Got& record : got) EXPECT_EQ(record.offset, 10);
  // The first leaves, the second has all.
  for (int32_t p = 0; p < 4; ++p) next[p] = 11;
  one.reset();
  poll_until({two.get()}, [&] { return two->assigned().size() == 4; });
}

TEST_P(EmbeddedConsumerTest, ACommittedOffsetAndItsTimeComeBack) {
  create("t");
  send("t", {"a", "b", "c"});
  int64_t before_ms = system::real_clock().now().ms();
  {
    auto one = consumer("t");
    take(*one, 3);
    Position position = position_of(*one->assigned()[0], 2);
    auto released = one->release(std::span(&position, 1));
    ASSERT_TRUE(released) << released.error().message;
  }
  std::optional<broker::CommittedOffset> found;
  int asked = 0;
  broker::ConsumerOptions options;
  options.start = [&](const broker::Source& source, const broker::LogRange& range,
                      const std::optional<broker::CommittedOffset>& committed) -> Result<Offset> {
    EXPECT_EQ(source.topic.value(), "t");
    EXPECT_EQ(range.end, Offset(3));
    found = committed;
    if (++asked == 1) return fail(ErrorCode::retry, "not yet");
    return committed->next;
  };
  auto two = consumer("t", options);
  broker::Batch batch;
  auto deadline = std::chrono::steady_clock::now() + broker::kPatience;
  while (two->poll(std::chrono::milliseconds(10), batch) &&
         std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(take(*two, 1), (std::vector<broker::Got>{{"t", 0, 2, "c"}}));
  EXPECT_EQ(asked, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->next, Offset(2));
  EXPECT_GE(found->time_ms, before_ms);
  EXPECT_LE(found->time_ms, system::real_clock().now().ms());
}

TEST_P(EmbeddedConsumerTest, GroupsDoNotKnowOfEachOther) {
  create("t");
  send("t", {"a"});
  broker::ConsumerOptions options;
  options.group = "other";
  auto one = consumer("t"), other = consumer("t", options);
  EXPECT_EQ(take(*one, 1).size(), 1u);
  EXPECT_EQ(take(*other, 1).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Each, EmbeddedConsumerTest, ::testing::Values(kEmbedded),
                         broker::broker_name);

}  // namespace
}  // namespace efd::embedded_broker
