// SPDX-License-Identifier: MIT
// Topics whose settings, partitions and first offsets change, over the wire. The errors are those
// of an Apache Kafka 4.1 that was asked the same (tests/e2e/test_topic_changes.py asks again).
#include "kafka/testing/test_client.h"
#include "kafka/testing/test_requests.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

constexpr int8_t kSet = 0;
constexpr int8_t kDelete = 1;
constexpr int8_t kAppend = 2;
constexpr int8_t kSubtract = 3;
constexpr int8_t kTopicType = 2;
constexpr int8_t kBrokerType = 4;

class TopicChanges : public TestServer {
 protected:
  using Change = IncrementallyAlterableConfig;

  KafkaError alter(std::string_view name, std::vector<Change> changes, int8_t type = kTopicType,
                   bool validate_only = false, int16_t version = 1) {
    IncrementalAlterConfigsResource resource{type, name, changes};
    IncrementalAlterConfigsRequest request{{&resource, 1}, validate_only};
    TestClient client(port());
    auto response = client.ask<IncrementalAlterConfigsApi>(request, version).responses[0];
    EXPECT_EQ(response.resource_name, name);
    message_ = response.error_message ? *response.error_message : "";
    return response.error_code;
  }
  KafkaError replace(std::string_view name, std::vector<AlterableConfig> configs,
                     bool validate_only = false, int16_t version = 2) {
    AlterConfigsResource resource{kTopicType, name, configs};
    AlterConfigsRequest request{{&resource, 1}, validate_only};
    TestClient client(port());
    return client.ask<AlterConfigsApi>(request, version).responses[0].error_code;
  }
  KafkaError grow(std::string_view name, int32_t count, bool validate_only = false,
                  std::optional<std::span<CreatePartitionsAssignment>> assignments = {},
                  int16_t version = 3) {
    CreatePartitionsTopic topic{name, count, assignments};
    CreatePartitionsRequest request{{&topic, 1}, 1000, validate_only};
    TestClient client(port());
    return client.ask<CreatePartitionsApi>(request, version).results[0].error_code;
  }
  DeleteRecordsPartitionResult remove(std::string_view name, int64_t below, int16_t version = 2,
                                      int32_t number = 0) {
    DeleteRecordsPartition partition{number, below};
    DeleteRecordsTopic topic{name, {&partition, 1}};
    DeleteRecordsRequest request{{&topic, 1}, 1000};
    TestClient client(port());
    return client.ask<DeleteRecordsApi>(request, version).topics[0].partitions[0];
  }
  // By the same description that clients get; "" for a setting that is not listed.
  std::string described(std::string_view topic, std::string_view setting) {
    DescribeConfigsResource resource{kTopicType, topic, std::nullopt};
    DescribeConfigsRequest request;
    request.resources = {&resource, 1};
    TestClient client(port());
    auto response = client.ask<DescribeConfigsApi>(request, 4);
    for (const auto& config : response.results[0].configs)
      if (config.name == setting) return std::string(*config.value);
    return "";
  }
  void append(const std::string& topic, int32_t records) {
    auto partition = log().partition(TopicName(topic), Partition(0));
    ASSERT_EQ(log().append(*partition, batch_of(records), false).error, broker::AppendError::none);
    ASSERT_TRUE(log().commit_now());
  }
  // The power fails: whatever was not durable is gone.
  void kill_and_start() {
    files_.cut_power_after(1);
    server_.reset();
    groups_.reset();
    log_.reset();
    files_.restore_power(1);
    start();
  }

  std::string message_;
};

TEST_F(TopicChanges, SettingsHoldAtOnceAndSurviveAKill) {
  start();
  make_topic("t");
  for (int16_t version = 0; version <= 1; ++version)
    EXPECT_EQ(alter("t", {{"max.message.bytes", kSet, "100"}}, kTopicType, false, version),
              KafkaError::none);
  EXPECT_EQ(described("t", "max.message.bytes"), "100");
  auto partition = log().partition(TopicName("t"), Partition(0));
  EXPECT_EQ(log().append(*partition, batch_of(9), false).error,
            broker::AppendError::message_too_large);
  kill_and_start();
  EXPECT_EQ(described("t", "max.message.bytes"), "100");
  ASSERT_TRUE(log().checkpoint_now());
  kill_and_start();
  EXPECT_EQ(described("t", "max.message.bytes"), "100");
  EXPECT_EQ(alter("t", {{"max.message.bytes", kDelete, {}}}), KafkaError::none);
  partition = log().partition(TopicName("t"), Partition(0));
  EXPECT_EQ(log().append(*partition, batch_of(9), false).error, broker::AppendError::none);
}

TEST_F(TopicChanges, ListsAreAddedToAndTakenFrom) {
  start();
  make_topic("t");
  EXPECT_EQ(alter("t", {{"cleanup.policy", kAppend, "compact"}}), KafkaError::none);
  EXPECT_EQ(described("t", "cleanup.policy"), "delete,compact");
  EXPECT_EQ(alter("t", {{"cleanup.policy", kAppend, "compact"}}), KafkaError::none);
  EXPECT_EQ(described("t", "cleanup.policy"), "delete,compact");
  EXPECT_EQ(alter("t", {{"cleanup.policy", kSubtract, "delete"}}), KafkaError::none);
  EXPECT_EQ(described("t", "cleanup.policy"), "compact");
  EXPECT_EQ(alter("t", {{"cleanup.policy", kAppend, "nonsense"}}), KafkaError::invalid_config);
  EXPECT_EQ(alter("t", {{"retention.ms", kAppend, "1"}}), KafkaError::invalid_config);
  EXPECT_EQ(alter("t", {{"no.such", kSubtract, "1"}}), KafkaError::invalid_config);
  EXPECT_EQ(described("t", "cleanup.policy"), "compact");
}

TEST_F(TopicChanges, ValuesAreTakenAsKafkaTakesThem) {
  start();
  make_topic("t");
  EXPECT_EQ(alter("t", {{"retention.ms", kSet, " 9000 "}, {"preallocate", kSet, "TRUE"}}),
            KafkaError::none);
  EXPECT_EQ(described("t", "retention.ms"), "9000");
  EXPECT_EQ(described("t", "preallocate"), "true");
  // What is deleted need not be a setting.
  EXPECT_EQ(alter("t", {{"no.such.setting", kDelete, {}}, {"segment.ms", kDelete, {}}}),
            KafkaError::none);
  EXPECT_EQ(alter("t", {}), KafkaError::none);
}

TEST_F(TopicChanges, WhatCannotBeSetIsRefusedAndNothingChanges) {
  start();
  make_topic("t", {{"retention.ms", "1000"}});
  EXPECT_EQ(alter("t", {{"retention.ms", kSet, "5"}, {"no.such", kSet, "1"}}),
            KafkaError::invalid_config);
  EXPECT_EQ(alter("t", {{"retention.ms", kSet, "abc"}}), KafkaError::invalid_config);
  EXPECT_EQ(alter("t", {{"retention.ms", kSet, {}}}), KafkaError::invalid_request);
  EXPECT_EQ(message_, "Null value not supported for : retention.ms");
  EXPECT_EQ(alter("t", {{"retention.ms", kSet, "1"}, {"retention.ms", kSet, "2"}}),
            KafkaError::invalid_request);
  EXPECT_EQ(alter("t", {{"retention.ms", 4, "1"}}), KafkaError::invalid_request);
  EXPECT_EQ(alter("nobody", {{"retention.ms", kSet, "1"}}), KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(alter("nobody", {{"retention.ms", kSet, "x"}}), KafkaError::invalid_config);
  EXPECT_EQ(alter("no body", {{"retention.ms", kSet, "1"}}), KafkaError::invalid_topic);
  EXPECT_EQ(alter("", {{"retention.ms", kSet, "1"}}), KafkaError::invalid_request);
  EXPECT_EQ(described("t", "retention.ms"), "1000");
}

TEST_F(TopicChanges, OnlyTopicsHaveSettingsThatChange) {
  start();
  EXPECT_EQ(alter("1", {{"num.partitions", kSet, "3"}}, kBrokerType), KafkaError::invalid_request);
  EXPECT_EQ(message_, "Cannot update these configs dynamically: Set(num.partitions)");
  EXPECT_EQ(alter("", {{"num.partitions", kSet, "3"}}, kBrokerType), KafkaError::invalid_request);
  EXPECT_EQ(alter("1", {}, kBrokerType), KafkaError::none);
  EXPECT_EQ(alter("9", {}, kBrokerType), KafkaError::invalid_request);
  for (int8_t type : {0, 8, 16, 32})
    EXPECT_EQ(alter("1", {{"x", kSet, "3"}}, type), KafkaError::invalid_request);
}

TEST_F(TopicChanges, ValidateOnlyChangesNothing) {
  start();
  make_topic("t");
  EXPECT_EQ(alter("t", {{"retention.ms", kSet, "5"}}, kTopicType, true), KafkaError::none);
  EXPECT_EQ(alter("t", {{"retention.ms", kSet, "x"}}, kTopicType, true),
            KafkaError::invalid_config);
  EXPECT_EQ(replace("t", {{"retention.ms", "5"}}, true), KafkaError::none);
  EXPECT_EQ(grow("t", 3, true), KafkaError::none);
  EXPECT_EQ(grow("t", 1, true), KafkaError::invalid_partitions);
  EXPECT_TRUE(log().find_topic(TopicName("t"))->config.empty());
  EXPECT_EQ(log().find_topic(TopicName("t"))->partitions, 1);
}

TEST_F(TopicChanges, AlterConfigsReplacesWhatIsSet) {
  start();
  make_topic("t", {{"retention.ms", "1000"}, {"segment.ms", "7"}});
  for (int16_t version = 0; version <= 2; ++version)
    EXPECT_EQ(replace("t", {{"retention.ms", "2000"}}, false, version), KafkaError::none);
  EXPECT_EQ(log().find_topic(TopicName("t"))->config,
            (broker::TopicConfig{{"retention.ms", "2000"}}));
  EXPECT_EQ(replace("t", {{"retention.ms", {}}}), KafkaError::invalid_request);
  EXPECT_EQ(replace("t", {}), KafkaError::none);
  EXPECT_TRUE(log().find_topic(TopicName("t"))->config.empty());
}

TEST_F(TopicChanges, AResourceNamedTwiceIsNotChanged) {
  start();
  make_topic("t");
  Change change{"retention.ms", kSet, "5"};
  IncrementalAlterConfigsResource resources[2] = {{kTopicType, "t", {&change, 1}},
                                                  {kTopicType, "t", {&change, 1}}};
  IncrementalAlterConfigsRequest request{resources, false};
  TestClient client(port());
  auto response = client.ask<IncrementalAlterConfigsApi>(request, 1);
  EXPECT_EQ(response.responses[0].error_code, KafkaError::invalid_request);
  EXPECT_EQ(response.responses[1].error_code, KafkaError::invalid_request);
  EXPECT_TRUE(log().find_topic(TopicName("t"))->config.empty());
}

TEST_F(TopicChanges, WhatIsKeptInCompactedTopicsStays) {
  start();
  make_topic("_schemas", {{"cleanup.policy", "compact"}});
  EXPECT_EQ(alter("_schemas", {{"cleanup.policy", kSet, "delete"}}), KafkaError::policy_violation);
  EXPECT_EQ(alter("_schemas", {{"cleanup.policy", kDelete, {}}}), KafkaError::policy_violation);
  EXPECT_EQ(replace("_schemas", {{"retention.ms", "1"}}), KafkaError::policy_violation);
  EXPECT_EQ(alter("_schemas", {{"retention.ms", kSet, "1"}}), KafkaError::none);
  EXPECT_EQ(grow("_schemas", 2), KafkaError::invalid_topic);
  EXPECT_EQ(remove("_schemas", 0).error_code, KafkaError::policy_violation);
}

TEST_F(TopicChanges, DescribesToKafkaClientsOnlyWhatKafkaKnows) {
  start();
  make_topic("t", {{"message.format.version", "3.0-IV1"}});
  make_topic("lazy", {{"efd.durability", "os"}});
  for (const char* unknown : {"message.format.version", "message.downconversion.enable",
                              "efd.durability", "message.timestamp.difference.max.ms"})
    EXPECT_EQ(described("t", unknown), "") << unknown;
  EXPECT_EQ(described("lazy", "efd.durability"), "os");
  EXPECT_EQ(described("t", "retention.bytes"), "-1");
}

TEST_F(TopicChanges, TopicsGrow) {
  start();
  make_topic("t");
  append("t", 5);
  for (int16_t version = 0; version <= 3; ++version)
    EXPECT_EQ(grow("t", 2 + version, false, {}, version), KafkaError::none);
  EXPECT_EQ(log().find_topic(TopicName("t"))->partitions, 5);
  auto last = log().partition(TopicName("t"), Partition(4));
  ASSERT_TRUE(last);
  ASSERT_EQ(log().append(*last, batch_of(3), false).error, broker::AppendError::none);
  ASSERT_TRUE(log().commit_now());
  kill_and_start();
  EXPECT_EQ(log().find_topic(TopicName("t"))->partitions, 5);
  last = log().partition(TopicName("t"), Partition(4));
  ASSERT_TRUE(last);
  EXPECT_EQ(log().state(*last).log_end, Offset(3));
  EXPECT_EQ(log_end("t"), Offset(5));
  ASSERT_TRUE(log().checkpoint_now());
  kill_and_start();
  EXPECT_EQ(log().state(*log().partition(TopicName("t"), Partition(4))).log_end, Offset(3));
}

TEST_F(TopicChanges, TopicsOnlyGrow) {
  start();
  make_topic("t");
  EXPECT_EQ(grow("t", 3), KafkaError::none);
  for (int32_t count : {3, 2, 0, -1, 1'000'000})
    EXPECT_EQ(grow("t", count), KafkaError::invalid_partitions) << count;
  EXPECT_EQ(grow("nobody", 3), KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(grow("no body", 3), KafkaError::unknown_topic_or_partition);
  int32_t here = 1;
  int32_t elsewhere = 7;
  CreatePartitionsAssignment one{{&here, 1}};
  CreatePartitionsAssignment other{{&elsewhere, 1}};
  CreatePartitionsAssignment none{};
  using Assignments = std::span<CreatePartitionsAssignment>;
  EXPECT_EQ(grow("t", 5, false, Assignments(&one, 1)), KafkaError::invalid_replica_assignment);
  EXPECT_EQ(grow("t", 4, false, Assignments(&other, 1)), KafkaError::invalid_replica_assignment);
  EXPECT_EQ(grow("t", 4, false, Assignments(&none, 1)), KafkaError::invalid_replica_assignment);
  EXPECT_EQ(grow("t", 4, false, Assignments(&one, 1)), KafkaError::none);
  EXPECT_EQ(log().find_topic(TopicName("t"))->partitions, 4);
}

TEST_F(TopicChanges, DeletedRecordsStayDeleted) {
  start();
  make_topic("t");
  append("t", 10);
  EXPECT_EQ(remove("t", 3).low_watermark, 3);
  EXPECT_EQ(remove("t", 1).low_watermark, 3);
  EXPECT_EQ(log().state(*log().partition(TopicName("t"), Partition(0))).log_start, Offset(3));
  kill_and_start();
  EXPECT_EQ(log().state(*log().partition(TopicName("t"), Partition(0))).log_start, Offset(3));
  for (int16_t version = 0; version <= 2; ++version)
    EXPECT_EQ(remove("t", 4 + version, version).low_watermark, 4 + version);
  EXPECT_EQ(remove("t", -1).low_watermark, 10);
  TestClient client(port());
  OneFetch fetch("t", 3, 0);
  auto answer = client.ask<FetchApi>(fetch.request, 11).responses[0].partitions[0];
  EXPECT_EQ(answer.error_code, KafkaError::offset_out_of_range);
  EXPECT_EQ(answer.log_start_offset, 10);
}

TEST_F(TopicChanges, WhatCannotBeDeleted) {
  start();
  make_topic("t");
  make_topic("compacted", {{"cleanup.policy", "compact"}});
  make_topic("both", {{"cleanup.policy", "compact,delete"}});
  append("t", 10);
  EXPECT_EQ(remove("t", 11).error_code, KafkaError::offset_out_of_range);
  EXPECT_EQ(remove("t", -2).error_code, KafkaError::offset_out_of_range);
  EXPECT_EQ(remove("t", 11).low_watermark, -1);
  EXPECT_EQ(remove("t", 0, 2, 1).error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(remove("nobody", 0).error_code, KafkaError::unknown_topic_or_partition);
  EXPECT_EQ(remove("compacted", 0).error_code, KafkaError::policy_violation);
  EXPECT_EQ(remove("both", 0).error_code, KafkaError::none);
  EXPECT_EQ(remove("__consumer_offsets", 0).error_code, KafkaError::invalid_topic);
}

// What a connector has not stored is not taken from it: the answer says where the log starts.
TEST_F(TopicChanges, RecordsThatAConnectorHasNotStoredAreDeletedWhenItHas) {
  start();
  make_topic("t");
  append("t", 10);
  auto partition = log().partition(TopicName("t"), Partition(0));
  log().hold("connector", [](const TopicName&) { return true; });
  log().release("connector", *partition, Offset(4));
  EXPECT_EQ(remove("t", -1).low_watermark, 4);
  EXPECT_EQ(log().state(*partition).log_start, Offset(4));
  log().release("connector", *partition, Offset(10));
  ASSERT_TRUE(log().retain_now());
  EXPECT_EQ(log().state(*partition).log_start, Offset(10));
}

TEST_F(TopicChanges, ThereIsNoAccessControl) {
  start();
  TestClient client(port());
  DescribeAclsRequest request;
  for (int16_t version = 0; version <= 3; ++version)
    EXPECT_EQ(client.ask<DescribeAclsApi>(request, version).error_code,
              KafkaError::security_disabled);
}

}  // namespace
}  // namespace efd::kafka
