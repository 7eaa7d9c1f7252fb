// SPDX-License-Identifier: MIT
#include "salmock/mock_topic.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "kafka_cluster/kafka_cluster.h"
#include "kafka_cluster/testing/kafka_mock_cluster.h"
#include "registry/testing/fake_registry.h"
#include "salmock/message_line.h"
#include "salmock/testing/fakes.h"

namespace efd::salmock {
namespace {

TEST(MockTopic, RegistersTheWholeExperiment) {
  registry::FakeRegistry registry;
  size_t last = 0;
  auto topics = register_topics(sal::sqr029(), registry, [&](size_t done, size_t total) {
    EXPECT_EQ(total, sal::sqr029().topics.size());
    EXPECT_EQ(done, ++last);
  });
  ASSERT_TRUE(topics) << topics.error().message;
  EXPECT_EQ(topics->size(), 1049u);
  EXPECT_EQ(registry.size(), 1049u);
  int64_t per_second = 0;
  for (const MockTopic& topic : *topics)
    for (int rate_hz : topic.rates_hz) per_second += rate_hz;
  EXPECT_EQ(per_second, 29'284);
}

TEST(MockTopic, IsFoundByItsSubjectsLatestSchema) {
  registry::FakeRegistry registry;
  const sal::TopicShape& shape = sal::sqr029().topics[0].shape;
  ASSERT_TRUE(register_topics(sal::sqr029(), registry));
  std::vector<std::string> names{shape.name, "lsst.sal." + shape.name};
  auto topics = find_topics(names, registry);
  ASSERT_TRUE(topics) << topics.error().message;
  for (const MockTopic& topic : *topics) {
    EXPECT_EQ(topic.name.value(), "lsst.sal." + shape.name);
    EXPECT_EQ(topic.schema, SchemaId(1));
    EXPECT_EQ(topic.rates_hz, std::vector<int>{1});
    ASSERT_EQ(topic.shape.fields.size(), shape.fields.size());
    for (size_t i = 0; i < shape.fields.size(); ++i) {
      EXPECT_EQ(topic.shape.fields[i].name, shape.fields[i].name);
      EXPECT_EQ(topic.shape.fields[i].length, shape.fields[i].length);
    }
  }
}

TEST(MockTopic, ComponentsOfTheExperimentAreKnownToBeKeyed) {
  registry::FakeRegistry registry;
  auto registered = register_topics(sal::sqr029(), registry);
  ASSERT_TRUE(registered);
  std::vector<std::string> names{"DIMM_status", "MTM1M3_accelerometerData"};
  auto found = find_topics(names, registry);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE((*found)[0].is_keyed);
  EXPECT_FALSE((*found)[1].is_keyed);
  EXPECT_EQ(std::count_if(registered->begin(), registered->end(),
                          [](const MockTopic& topic) { return topic.is_keyed; }),
            217);
}

TEST(MockTopic, TypesOfTheXmlComeAlong) {
  registry::FakeRegistry registry;
  sal::Profile profile{"test", {*sal::sqr029().find("DIMM_status")}};
  profile.topics[0].sal_types = {{"x", "char"}};
  auto topics = register_topics(profile, registry);
  ASSERT_TRUE(topics);
  EXPECT_EQ((*topics)[0].sal_types, profile.topics[0].sal_types);
}

TEST(MockTopic, OneWithoutASchemaIsNotFound) {
  registry::FakeRegistry registry;
  std::vector<std::string> names{"None"};
  auto topics = find_topics(names, registry);
  ASSERT_FALSE(topics);
  EXPECT_EQ(topics.error().code, ErrorCode::not_found);
  EXPECT_EQ(topics.error().message, "topic None: subject 'lsst.sal.None' not found");
}

class MessageLineTest : public testing::Test {
 protected:
  std::string line(std::optional<std::string_view> value, int64_t timestamp_ms = 5) {
    std::string out;
    broker::RecordView record{.offset = Offset(3),
                              .timestamp_ms = timestamp_ms,
                              .key = std::nullopt,
                              .value = value,
                              .headers = {}};
    broker::Source source{0, TopicName("t"), TopicId(), Partition(2)};
    auto appended = append_message_line(source, record, registry_, out);
    return appended ? out : appended.error().message;
  }
  void SetUp() override {
    ASSERT_TRUE(registry_.add(
        Subject("t"),
        R"({"type":"record","name":"t","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"}]})"));
  }
  registry::FakeRegistry registry_;
};

TEST_F(MessageLineTest, HasThePlaceAndTheDecodedFields) {
  EXPECT_EQ(line(std::string_view("\0\0\0\0\1\x06\x04hi", 9)),
            "{\"topic\":\"t\",\"partition\":2,\"offset\":3,\"timestamp\":5,"
            "\"value\":{\"a\":3,\"b\":\"hi\"}}\n");
  EXPECT_EQ(line(std::nullopt, -1),
            "{\"topic\":\"t\",\"partition\":2,\"offset\":3,\"timestamp\":null,\"value\":null}\n");
}

TEST_F(MessageLineTest, SaysWhatCannotBeDecodedAndWhere) {
  EXPECT_EQ(line(std::string_view("\0\0\0\0\x09\x06", 6)), "t-2 at offset 3: schema 9 not found");
  for (std::string_view bad : {std::string_view("x"), std::string_view("\0\0\0\0\1\x06", 6)})
    EXPECT_EQ(line(bad).substr(0, 17), "t-2 at offset 3: ");
}

}  // namespace
}  // namespace efd::salmock
