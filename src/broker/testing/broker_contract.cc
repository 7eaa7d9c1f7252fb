// SPDX-License-Identifier: MIT
// What every Broker and Reader promises. tests/broker has the list of those that it runs against.
#include "broker/testing/broker_contract.h"

#include <set>
#include <thread>

namespace efd::broker {
namespace {

TEST_P(BrokerContract, TopicsAreMadeListedAndDeleted) {
  EFD_CONTRACT_NEEDS(Needs::topic_admin);
  create("b", 3);
  create("a");
  ASSERT_TRUE(eventually([&] { return own_topics().size() == 2; }));
  auto own = own_topics();
  EXPECT_EQ(own[0].name, named("a"));
  EXPECT_EQ(own[1].partitions, 3);
  auto again = broker().create_topic({named("a"), 1, 1, {}});
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(broker().create_topic({named("a b"), 1, 1, {}}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(broker().create_topic({named("c"), 1, 1, {{"retention.ms", "soon"}}}).error().code,
            ErrorCode::bad_input);
  ASSERT_TRUE(broker().delete_topic(named("a")));
  EXPECT_EQ(broker().delete_topic(named("a")).error().code, ErrorCode::not_found);
  EXPECT_TRUE(eventually([&] {
    auto topic = broker().topic(named("a"));
    return !topic && topic.error().code == ErrorCode::not_found;
  }));
  EXPECT_EQ(broker().topic(named("b"))->partitions, 3);
}

TEST_P(BrokerContract, ManyTopicsAreMadeAtOnce) {
  EFD_CONTRACT_NEEDS(Needs::topic_admin);
  create("there");
  std::vector<NewTopic> wanted;
  for (int i = 0; i < 150; ++i) wanted.push_back({named(fmt::format("t{}", i)), 1 + i % 2, -1, {}});
  wanted[7].name = named("there");
  wanted[8].name = named("a b");
  wanted[9].name = wanted[10].name;
  auto made = broker().create_topics(wanted);
  ASSERT_EQ(made.size(), wanted.size());
  for (size_t i = 0; i < made.size(); ++i) {
    bool is_good = i != 7 && i != 8 && i != 10;
    EXPECT_EQ(made[i].has_value(), is_good) << (made[i] ? "" : made[i].error().message);
    if (!is_good) continue;
    EXPECT_EQ(*broker().offset({wanted[i].name, Partition(0)}, At::latest), Offset(0));
  }
  EXPECT_EQ(made[7].error().code, ErrorCode::conflict);
  EXPECT_EQ(made[8].error().code, ErrorCode::bad_input);
  EXPECT_EQ(made[10].error().code, ErrorCode::conflict);
  EXPECT_TRUE(eventually([&] { return own_topics().size() == 148; }));
  EXPECT_TRUE(broker().create_topics({}).empty());
}

TEST_P(BrokerContract, ATopicKeepsItsSettings) {
  EFD_CONTRACT_NEEDS(Needs::topic_admin);
  NewTopic topic{named("t"), 1, 1, {{"retention.ms", "1000"}, {"cleanup.policy", "compact"}}};
  ASSERT_TRUE(broker().create_topic(topic));
  ASSERT_TRUE(eventually([&] { return broker().topic(named("t")).has_value(); }));
  auto config = broker().topic(named("t"))->config;
  EXPECT_EQ(config["retention.ms"], "1000");
  EXPECT_EQ(config["cleanup.policy"], "compact");
}

TEST_P(BrokerContract, WhatIsSentIsReadInOrder) {
  create("t");
  send("t", {"a", "b"});
  auto r = reader("t");
  EXPECT_EQ(take(*r, 2), (std::vector<Got>{{"t", 0, 0, "a"}, {"t", 0, 1, "b"}}));
  send("t", {"c"});
  EXPECT_EQ(take(*r, 1), (std::vector<Got>{{"t", 0, 2, "c"}}));
}

TEST_P(BrokerContract, ARecordComesBackAsItWas) {
  create("t");
  auto producer = *broker().producer({});
  Header headers[] = {{"h", "v"}, {"h", std::nullopt}, {"", ""}};
  NewRecord record;
  record.topic = named("t");
  record.timestamp_ms = 1'700'000'000'123;
  record.key = std::string_view("k\0k", 3);
  record.value = "";
  record.headers = headers;
  ASSERT_TRUE(producer->send(record));
  record.key = std::nullopt;
  record.value = std::nullopt;
  record.headers = {};
  ASSERT_TRUE(producer->send(record));
  record.key = "";
  ASSERT_TRUE(producer->send(record));
  ASSERT_TRUE(producer->flush(kPatience));
  auto r = reader("t");
  Batch batch;
  while (batch.record_count() < 3) {
    auto polled = r->poll(kPatience, batch);
    ASSERT_TRUE(polled || polled.error().code == ErrorCode::retry) << polled.error().message;
  }
  const RecordView& first = batch.slices()[0].records[0];
  EXPECT_EQ(first.timestamp_ms, 1'700'000'000'123);
  EXPECT_EQ(first.key, std::string_view("k\0k", 3));
  EXPECT_EQ(first.value, "");
  ASSERT_EQ(first.headers.size(), 3u);
  EXPECT_EQ(first.headers[0].key, "h");
  EXPECT_EQ(first.headers[0].value, "v");
  EXPECT_EQ(first.headers[1].value, std::nullopt);
  EXPECT_EQ(first.headers[2].value, "");
  const RecordView& second = batch.slices()[0].records[1];
  EXPECT_EQ(second.key, std::nullopt);
  EXPECT_EQ(second.value, std::nullopt);
  EXPECT_TRUE(second.headers.empty());
  EXPECT_EQ(batch.slices()[0].records[2].key, "");
}

TEST_P(BrokerContract, APatternTakesWholeNamesAndTopicsThatComeLater) {
  create("lsst.a");
  create("xlsst.a");
  auto r = reader("lsst\\..*");
  send("lsst.a", {"1"});
  send("xlsst.a", {"no"});
  EXPECT_EQ(take(*r, 1), (std::vector<Got>{{"lsst.a", 0, 0, "1"}}));
  create("lsst.b", 2);
  send("lsst.b", {"2"}, 1);
  EXPECT_EQ(take(*r, 1), (std::vector<Got>{{"lsst.b", 1, 0, "2"}}));
  EXPECT_EQ(r->sources().size(), 3u);
  std::set<uint32_t> indexes;
  for (const Source* source : r->sources()) indexes.insert(source->index);
  EXPECT_EQ(indexes, (std::set<uint32_t>{0, 1, 2}));
}

TEST_P(BrokerContract, PartitionsThatComeLaterAreRead) {
  EFD_CONTRACT_NEEDS(Needs::growing_topics);
  create("t", 1);
  auto reader = this->reader("t");
  send("t", {"old"}, 0);
  EXPECT_EQ(take(*reader, 1), (std::vector<Got>{{"t", 0, 0, "old"}}));
  auto grown = under_test_->grow_topic(named("t"), 3);
  ASSERT_TRUE(grown) << grown.error().message;
  send("t", {"new"}, 2);
  EXPECT_EQ(take(*reader, 1), (std::vector<Got>{{"t", 2, 0, "new"}}));
  send("t", {"more"}, 0);
  EXPECT_EQ(take(*reader, 1), (std::vector<Got>{{"t", 0, 1, "more"}}));
}

TEST_P(BrokerContract, ABadPatternIsRefused) {
  ReaderOptions options;
  options.pattern = {"("};
  EXPECT_EQ(broker().reader(options).error().code, ErrorCode::bad_input);
}

TEST_P(BrokerContract, APollWithNothingToReadIsEmpty) {
  create("t");
  auto r = reader("t");
  EXPECT_TRUE(poll(*r, milliseconds(1)).empty());
}

TEST_P(BrokerContract, StartDecidesWhereAPartitionBegins) {
  create("t");
  send("t", {"a", "b", "c"});
  ReaderOptions options;
  options.start = [this](const Source& source, const LogRange& range) {
    EXPECT_EQ(source.topic, named("t"));
    EXPECT_EQ(range.start, Offset(0));
    EXPECT_EQ(range.end, Offset(3));
    return Offset(2);
  };
  auto r = reader("t", options);
  EXPECT_EQ(take(*r, 1), (std::vector<Got>{{"t", 0, 2, "c"}}));
}

TEST_P(BrokerContract, SeekPauseAndResume) {
  create("t");
  create("u");
  send("t", {"a", "b"});
  auto r = reader("[tu]");
  take(*r, 2);
  const Source* t = nullptr;
  for (const Source* source : r->sources())
    if (source->topic == named("t")) t = source;
  ASSERT_NE(t, nullptr);
  ASSERT_TRUE(r->seek(*t, Offset(1)));
  EXPECT_EQ(take(*r, 1), (std::vector<Got>{{"t", 0, 1, "b"}}));
  EXPECT_FALSE(r->seek(*t, Offset(9)));
  r->pause(*t);
  send("t", {"c"});
  send("u", {"x"});
  EXPECT_EQ(take(*r, 1), (std::vector<Got>{{"u", 0, 0, "x"}}));
  r->resume(*t);
  EXPECT_EQ(take(*r, 1), (std::vector<Got>{{"t", 0, 2, "c"}}));
  auto range = r->range(*t);
  ASSERT_TRUE(range);
  EXPECT_EQ(range->start, Offset(0));
  EXPECT_EQ(range->end, Offset(3));
}

TEST_P(BrokerContract, ASmallBatchBoundStillGetsEverything) {
  create("t", 4);
  std::vector<std::string> values(50, std::string(100, 'v'));
  for (int32_t p = 0; p < 4; ++p) send("t", values, p);
  ReaderOptions options;
  options.batch_bytes_max = 1;
  auto r = reader("t", options);
  std::vector<Got> got = take(*r, 200);
  std::map<int32_t, int64_t> next;
  for (const Got& record : got) EXPECT_EQ(record.offset, next[record.partition]++);
}

TEST_P(BrokerContract, ATopicMadeAnewIsAnotherSource) {
  EFD_CONTRACT_NEEDS(Needs::topic_admin);
  create("t");
  send("t", {"old"});
  auto r = reader("t");
  take(*r, 1);
  ASSERT_TRUE(broker().delete_topic(named("t")));
  // Without ids a reader must have looked meanwhile.
  if (!under_test_->has_ids()) poll(*r, kLookInterval * 3);
  create("t");
  send("t", {"new", "newer"});
  EXPECT_EQ(take(*r, 2), (std::vector<Got>{{"t", 0, 0, "new"}, {"t", 0, 1, "newer"}}));
  if (!under_test_->has_ids()) return;
  auto sources = r->sources();
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_NE(sources[0]->id, sources[1]->id);
  EXPECT_EQ(r->range(*sources[0]).error().code, ErrorCode::not_found);
}

TEST_P(BrokerContract, OffsetsAreWhereTheLogBeginsAndEnds) {
  create("t");
  TopicPartition partition{named("t"), Partition(0)};
  EXPECT_EQ(*broker().offset(partition, At::latest), Offset(0));
  send("t", {"a", "b", "c"});
  EXPECT_EQ(*broker().offset(partition, At::earliest), Offset(0));
  EXPECT_EQ(*broker().offset(partition, At::latest), Offset(3));
  TopicPartition none{named("t"), Partition(1)};
  EXPECT_EQ(broker().offset(none, At::latest).error().code, ErrorCode::not_found);
}

TEST_P(BrokerContract, ATopicThatDoesNotExistHasNoOffsets) {
  EFD_CONTRACT_NEEDS(Needs::unknown_topics);
  TopicPartition none{named("none"), Partition(0)};
  EXPECT_EQ(broker().offset(none, At::latest).error().code, ErrorCode::not_found);
}

TEST_P(BrokerContract, OffsetsAreFoundByTime) {
  EFD_CONTRACT_NEEDS(Needs::offsets_by_time);
  create("t");
  send("t", {"a", "b", "c"});
  TopicPartition partition{named("t"), Partition(0)};
  EXPECT_EQ(*broker().offset_at(partition, 0), Offset(0));
  EXPECT_EQ(*broker().offset_at(partition, 1'700'000'000'001), Offset(1));
  EXPECT_EQ(*broker().offset_at(partition, 1'700'000'000'003), std::nullopt);
}

TEST_P(BrokerContract, AppendedRecordsAreDurableAfterAwait) {
  create("t");
  ReaderOptions options;
  options.see = See::appended;
  options.hold = "test";
  auto r = reader("t", options);
  send("t", {"a"}, 0, Acks::leader);
  take(*r, 1);
  const Source& source = *r->sources()[0];
  Position position{source.topic, source.id, source.partition, Offset(1)};
  ASSERT_TRUE(r->await_durable(std::span(&position, 1), {}));
  EXPECT_EQ(*broker().offset({named("t"), Partition(0)}, At::latest), Offset(1));
  EXPECT_TRUE(r->release(std::span(&position, 1)));
}

TEST_P(BrokerContract, AReaderThatWaitsIsWoken) {
  create("t");
  auto r = reader("t");
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(20));
    send("t", {"a"});
  });
  auto began = std::chrono::steady_clock::now();
  std::vector<Got> got;
  while (got.empty() && !HasFailure()) got = poll(*r, kPatience);
  later.join();
  EXPECT_EQ(got.size(), 1u);
  EXPECT_LT(std::chrono::steady_clock::now() - began, kPatience);
}

TEST_P(BrokerContract, ManyProducersAndReadersLoseNothing) {
  create("t", 4);
  constexpr int kProducers = 4, kEach = 500;
  std::vector<std::thread> threads;
  for (int p = 0; p < kProducers; ++p)
    threads.emplace_back([&, p] {
      auto producer = *broker().producer({});
      for (int i = 0; i < kEach; ++i) {
        std::string value = std::to_string(p) + ":" + std::to_string(i);
        NewRecord record;
        record.topic = named("t");
        record.partition = Partition(p);
        record.value = value;
        ASSERT_TRUE(producer->send(record));
      }
      ASSERT_TRUE(producer->flush(kPatience));
    });
  auto r = reader("t");
  std::vector<Got> got = take(*r, kProducers * kEach);
  for (std::thread& thread : threads) thread.join();
  std::map<int32_t, int> next;
  for (const Got& record : got)
    EXPECT_EQ(record.value,
              std::to_string(record.partition) + ":" + std::to_string(next[record.partition]++));
}

INSTANTIATE_TEST_SUITE_P(Each, BrokerContract, ::testing::ValuesIn(brokers_under_test()),
                         broker_name);

}  // namespace
}  // namespace efd::broker
