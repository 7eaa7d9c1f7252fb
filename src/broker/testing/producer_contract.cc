// SPDX-License-Identifier: MIT
// What every Producer promises. tests/broker has the list of those that it runs against.
#include <future>
#include <map>
#include <set>

#include "broker/testing/broker_contract.h"

namespace efd::broker {
namespace {

class ProducerContract : public BrokerContract {};

TEST_P(ProducerContract, DeliveriesTellWhere) {
  create("t", 2);
  for (Acks acks : {Acks::none, Acks::leader, Acks::all}) {
    ProducerOptions options;
    options.acks = acks;
    auto producer = *broker().producer(options);
    std::vector<Delivery> delivered;
    for (int i = 0; i < 3; ++i) {
      NewRecord record;
      record.topic = named("t");
      record.partition = Partition(1);
      record.value = "v";
      ASSERT_TRUE(producer->send(record, [&](const Result<Delivery>& delivery) {
        ASSERT_TRUE(delivery) << delivery.error().message;
        delivered.push_back(*delivery);
      }));
    }
    ASSERT_TRUE(producer->flush(kPatience));
    ASSERT_EQ(delivered.size(), 3u);
    EXPECT_EQ(delivered[0].partition, Partition(1));
    if (acks == Acks::none) continue;
    EXPECT_EQ(delivered[2].offset - delivered[0].offset, 2);
  }
}

TEST_P(ProducerContract, ADeliveryMaySendAgain) {
  create("t");
  for (Acks acks : {Acks::leader, Acks::all}) {
    ProducerOptions options;
    options.acks = acks;
    auto producer = *broker().producer(options);
    std::promise<void> second;
    NewRecord record;
    record.topic = named("t");
    record.value = "v";
    ASSERT_TRUE(producer->send(record, [&](const Result<Delivery>&) {
      EXPECT_TRUE(producer->send(record, [&](const Result<Delivery>& delivery) {
        EXPECT_TRUE(delivery);
        second.set_value();
      }));
    }));
    EXPECT_EQ(second.get_future().wait_for(kPatience), std::future_status::ready);
  }
}

TEST_P(ProducerContract, AKeyStaysWithItsPartition) {
  create("t", 8);
  auto producer = *broker().producer({});
  for (int i = 0; i < 40; ++i) {
    std::string key = "key" + std::to_string(i % 10);
    NewRecord record;
    record.topic = named("t");
    record.key = key;
    record.value = key;
    ASSERT_TRUE(producer->send(record));
  }
  ASSERT_TRUE(producer->flush(kPatience));
  auto r = reader("t");
  std::map<std::string, std::set<int32_t>> partitions;
  std::set<int32_t> all;
  for (const Got& got : take(*r, 40)) {
    partitions[got.value].insert(got.partition);
    all.insert(got.partition);
  }
  EXPECT_EQ(partitions.size(), 10u);
  for (const auto& [key, where] : partitions) EXPECT_EQ(where.size(), 1u) << key;
  EXPECT_GT(all.size(), 2u);
}

// At once, or by its call-back.
ErrorCode refusal_of(Producer& producer, const NewRecord& record) {
  ErrorCode code{};
  auto sent = producer.send(record, [&](const Result<Delivery>& delivery) {
    EXPECT_FALSE(delivery);
    if (!delivery) code = delivery.error().code;
  });
  if (!sent) return sent.error().code;
  EXPECT_TRUE(producer.flush(kPatience));
  return code;
}

TEST_P(ProducerContract, SendingToWhatDoesNotExistFails) {
  EFD_CONTRACT_NEEDS(Needs::unknown_topics);
  auto producer = *broker().producer({});
  NewRecord record;
  record.topic = named("none");
  record.value = "v";
  EXPECT_EQ(refusal_of(*producer, record), ErrorCode::not_found);
  create("t");
  record.topic = named("t");
  record.partition = Partition(1);
  EXPECT_EQ(refusal_of(*producer, record), ErrorCode::not_found);
}

TEST_P(ProducerContract, AnIdempotentProducerWritesEachRecordOnce) {
  create("t");
  ProducerOptions options;
  options.idempotent = true;
  auto producer = *broker().producer(options);
  for (int i = 0; i < 100; ++i) {
    NewRecord record;
    record.topic = named("t");
    record.value = "v";
    ASSERT_TRUE(producer->send(record));
    if (i % 10 != 9) continue;
    ASSERT_TRUE(producer->flush(kPatience));
  }
  EXPECT_EQ(*broker().offset({named("t"), Partition(0)}, At::latest), Offset(100));
}

INSTANTIATE_TEST_SUITE_P(Each, ProducerContract, ::testing::ValuesIn(brokers_under_test()),
                         broker_name);

}  // namespace
}  // namespace efd::broker
