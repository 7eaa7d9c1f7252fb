// SPDX-License-Identifier: MIT
// Topics made, described, asked for offsets and deleted, over the wire.
#include "kafka/testing/test_client.h"
#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

class AdminTest : public TestServer {
 protected:
  CreatableTopicResult create(CreatableTopic topic, int16_t version = 7,
                              bool validate_only = false) {
    CreateTopicsRequest request;
    request.topics = {&topic, 1};
    request.validate_only = validate_only;
    TestClient client(port());
    CreatableTopicResult result = client.ask<CreateTopicsApi>(request, version).topics[0];
    message_ = result.error_message ? *result.error_message : "";
    configs_ = result.configs ? result.configs->size() : 0;
    return result;  // its views are dead
  }
  static CreatableTopic topic(std::string_view name, int32_t partitions = -1,
                              int16_t replicas = -1) {
    CreatableTopic topic;
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replicas;
    return topic;
  }

  std::string message_;
  size_t configs_ = 0;
};

TEST_F(AdminTest, CreatesTopicsInEveryVersion) {
  start();
  for (int16_t version = 0; version <= 7; ++version) {
    std::string name = "t" + std::to_string(version);
    CreatableTopicResult made = create(topic(name, 3, 1), version);
    EXPECT_EQ(made.error_code, KafkaError::none);
    auto found = log().find_topic(TopicName(name));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->partitions, 3);
    EXPECT_EQ(made.topic_id, version >= 7 ? found->id.value() : Uuid());
    EXPECT_EQ(made.num_partitions, version >= 5 ? 3 : -1);
    EXPECT_EQ(configs_ > 10, version >= 5);
  }
}

TEST_F(AdminTest, ClampsTheReplicationFactor) {
  start();
  CreatableTopicResult made = create(topic("t", 1, 3));
  EXPECT_EQ(made.error_code, KafkaError::none);
  EXPECT_EQ(made.replication_factor, 1);
}

TEST_F(AdminTest, TakesTheBrokersDefaults) {
  start();
  CreatableTopicResult made = create(topic("t"));
  EXPECT_EQ(made.error_code, KafkaError::none);
  EXPECT_EQ(made.num_partitions, 1);
}

TEST_F(AdminTest, RefusesWhatCannotBeMade) {
  start();
  make_topic("there");
  make_topic("a.b");
  EXPECT_EQ(create(topic("there")).error_code, KafkaError::topic_already_exists);
  EXPECT_EQ(create(topic("a_b")).error_code, KafkaError::invalid_topic);
  EXPECT_EQ(message_, "topic 'a_b' collides with 'a.b': '.' and '_' count as the same");
  EXPECT_EQ(create(topic("a b")).error_code, KafkaError::invalid_topic);
  EXPECT_EQ(create(topic(std::string(250, 'x'))).error_code, KafkaError::invalid_topic);
  EXPECT_EQ(create(topic("t", 0)).error_code, KafkaError::invalid_partitions);
  EXPECT_EQ(create(topic("t", 1'001)).error_code, KafkaError::invalid_partitions);
  EXPECT_EQ(create(topic("t", 1, 0)).error_code, KafkaError::invalid_replication_factor);
  EXPECT_EQ(log().topics().size(), 2u);
}

TEST_F(AdminTest, ChecksSettings) {
  start();
  CreatableTopicConfig config;
  config.name = "retention.ms";
  CreatableTopic with_config = topic("t");
  with_config.configs = {&config, 1};
  EXPECT_EQ(create(with_config).error_code, KafkaError::invalid_config);  // null
  config.value = "soon";
  EXPECT_EQ(create(with_config).error_code, KafkaError::invalid_config);
  config.name = "no.such.setting";
  config.value = "1";
  EXPECT_EQ(create(with_config).error_code, KafkaError::invalid_config);
  config.name = "cleanup.policy";
  config.value = "compact";
  EXPECT_EQ(create(with_config).error_code, KafkaError::none);
  EXPECT_EQ(log().find_topic(TopicName("t"))->config.at("cleanup.policy"), "compact");
}

TEST_F(AdminTest, TakesOnlyAssignmentsToItself) {
  start();
  int32_t here = 1;
  int32_t elsewhere = 2;
  CreatableReplicaAssignment assignments[2];
  assignments[0].broker_ids = {&here, 1};
  assignments[1].broker_ids = {&here, 1};
  assignments[1].partition_index = 1;
  CreatableTopic assigned = topic("t");
  assigned.assignments = assignments;
  EXPECT_EQ(create(assigned, 7, true).error_code, KafkaError::none);
  assignments[1].partition_index = 5;
  EXPECT_EQ(create(assigned).error_code, KafkaError::invalid_replica_assignment);
  assignments[1].partition_index = 0;
  EXPECT_EQ(create(assigned).error_code, KafkaError::invalid_replica_assignment);
  assignments[1].partition_index = 1;
  assignments[1].broker_ids = {&elsewhere, 1};
  EXPECT_EQ(create(assigned).error_code, KafkaError::invalid_replica_assignment);
  assigned.num_partitions = 2;
  EXPECT_EQ(create(assigned).error_code, KafkaError::invalid_request);
  EXPECT_TRUE(log().topics().empty());
}

TEST_F(AdminTest, ValidateOnlyMakesNothing) {
  start();
  make_topic("there");
  EXPECT_EQ(create(topic("t"), 7, true).error_code, KafkaError::none);
  EXPECT_EQ(create(topic("there"), 7, true).error_code, KafkaError::topic_already_exists);
  EXPECT_EQ(log().topics().size(), 1u);
}

TEST_F(AdminTest, ATopicNamedTwiceIsNotMade) {
  start();
  CreatableTopic topics[2] = {topic("t"), topic("t")};
  CreateTopicsRequest request;
  request.topics = topics;
  TestClient client(port());
  EXPECT_EQ(client.ask<CreateTopicsApi>(request, 7).topics[1].error_code,
            KafkaError::invalid_request);
  EXPECT_TRUE(log().topics().empty());
}

TEST_F(AdminTest, DeletesByNameAndById) {
  start();
  make_topic("a");
  make_topic("b");
  TestClient client(port());
  std::string_view names[2] = {"a", "nobody"};
  DeleteTopicsRequest by_name;
  by_name.topic_names = names;
  DeleteTopicsResponse response = client.ask<DeleteTopicsApi>(by_name, 1);
  EXPECT_EQ(response.responses[0].error_code, KafkaError::none);
  EXPECT_EQ(response.responses[1].error_code, KafkaError::unknown_topic_or_partition);
  DeleteTopicState states[2];
  states[0].topic_id = log().find_topic(TopicName("b"))->id.value();
  states[1].topic_id = Uuid::random();
  DeleteTopicsRequest by_id;
  by_id.topics = states;
  response = client.ask<DeleteTopicsApi>(by_id, 6);
  EXPECT_EQ(response.responses[0].error_code, KafkaError::none);
  EXPECT_EQ(response.responses[0].name, "b");
  EXPECT_EQ(response.responses[1].error_code, KafkaError::unknown_topic_id);
  EXPECT_TRUE(log().topics().empty());
}

TEST_F(AdminTest, DeletesNothingThatEfdKeepsItsOwnThingsIn) {
  start();
  TestClient client(port());
  for (std::string_view name : {"_schemas", "efd.dead-letters", "__consumer_offsets"}) {
    make_topic(std::string(name));
    DeleteTopicsRequest request;
    request.topic_names = {&name, 1};
    EXPECT_EQ(client.ask<DeleteTopicsApi>(request, 1).responses[0].error_code,
              KafkaError::topic_deletion_disabled);
  }
  EXPECT_EQ(log().topics().size(), 3u);
}

TEST_F(AdminTest, DescribesTopics) {
  start();
  make_topic("t", {{"retention.ms", "1000"}});
  TestClient client(port());
  DescribeConfigsResource resource;
  resource.resource_type = 2;
  resource.resource_name = "t";
  DescribeConfigsRequest request;
  request.resources = {&resource, 1};
  request.include_synonyms = true;
  std::string_view keys[2] = {"retention.ms", "cleanup.policy"};
  for (int16_t version = 0; version <= 4; ++version) {
    resource.configuration_keys.reset();
    EXPECT_GT(client.ask<DescribeConfigsApi>(request, version).results[0].configs.size(), 10u);
    resource.configuration_keys = keys;
    DescribeConfigsResponse response = client.ask<DescribeConfigsApi>(request, version);
    ASSERT_EQ(response.results[0].configs.size(), 2u);
    for (const DescribeConfigsResourceResult& config : response.results[0].configs) {
      bool is_set = config.name == "retention.ms";
      EXPECT_EQ(config.value, is_set ? "1000" : "delete");
      EXPECT_EQ(config.is_default, version == 0 && !is_set);
      EXPECT_EQ(config.config_source, version == 0 ? -1 : is_set ? 1 : 5);
      EXPECT_EQ(config.config_type, version < 3 ? 0 : is_set ? 5 : 7);
    }
  }
  resource.resource_name = "nobody";
  EXPECT_EQ(client.ask<DescribeConfigsApi>(request, 4).results[0].error_code,
            KafkaError::unknown_topic_or_partition);
  resource.resource_name = "no body";
  EXPECT_EQ(client.ask<DescribeConfigsApi>(request, 4).results[0].error_code,
            KafkaError::invalid_topic);
}

TEST_F(AdminTest, DescribesTheBroker) {
  start();
  TestClient client(port());
  DescribeConfigsResource resource;
  resource.resource_type = 4;
  resource.resource_name = "1";
  DescribeConfigsRequest request;
  request.resources = {&resource, 1};
  DescribeConfigsResponse response = client.ask<DescribeConfigsApi>(request, 4);
  EXPECT_EQ(response.results[0].configs[0].name, "advertised.listeners");
  EXPECT_EQ(response.results[0].configs[0].value,
            "PLAINTEXT://127.0.0.1:" + std::to_string(port()));
  resource.resource_name = "7";
  EXPECT_EQ(client.ask<DescribeConfigsApi>(request, 4).results[0].error_code,
            KafkaError::invalid_request);
  resource.resource_type = 8;
  EXPECT_EQ(client.ask<DescribeConfigsApi>(request, 4).results[0].error_code,
            KafkaError::invalid_request);
}

TEST_F(AdminTest, ListsOffsets) {
  start();
  make_topic("t");
  auto partition_handle = log().partition(TopicName("t"), Partition(0));
  ASSERT_EQ(log().append(*partition_handle, batch_of(5), false).error, broker::AppendError::none);
  ASSERT_TRUE(log().commit_now());
  TestClient client(port());
  ListOffsetsPartition partition;
  ListOffsetsTopic topic;
  topic.name = "t";
  topic.partitions = {&partition, 1};
  ListOffsetsRequest request;
  request.topics = {&topic, 1};
  auto ask = [&](int64_t timestamp, int16_t version = 9) {
    partition.timestamp = timestamp;
    return client.ask<ListOffsetsApi>(request, version).topics[0].partitions[0];
  };
  EXPECT_EQ(ask(-1).offset, 5);
  EXPECT_EQ(ask(-2).offset, 0);
  EXPECT_EQ(ask(-3).offset, 4);
  EXPECT_EQ(ask(-3).timestamp, 1'004);
  EXPECT_EQ(ask(-4).offset, 0);
  EXPECT_EQ(ask(-5).offset, -1);
  EXPECT_EQ(ask(1'002).offset, 2);
  EXPECT_EQ(ask(1'002).timestamp, 1'002);
  EXPECT_EQ(ask(2'000).offset, -1);
  EXPECT_EQ(ask(2'000).error_code, KafkaError::none);
  EXPECT_EQ(ask(-6).error_code, KafkaError::unsupported_version);
  for (int16_t version = 1; version <= 9; ++version) EXPECT_EQ(ask(-1, version).offset, 5);
  partition.current_leader_epoch = 3;
  EXPECT_EQ(ask(-1).error_code, KafkaError::unknown_leader_epoch);
  topic.name = "nobody";
  EXPECT_EQ(ask(-1).error_code, KafkaError::unknown_topic_or_partition);
}

TEST_F(AdminTest, ThisNodeCoordinatesEveryGroup) {
  start();
  TestClient client(port());
  FindCoordinatorRequest request;
  request.key = "group";
  std::string_view keys[2] = {"a", "b"};
  request.coordinator_keys = keys;
  FindCoordinatorResponse one = client.ask<FindCoordinatorApi>(request, 2);
  EXPECT_EQ(one.error_code, KafkaError::none);
  EXPECT_EQ(one.node_id, 1);
  EXPECT_EQ(one.port, port());
  FindCoordinatorResponse response = client.ask<FindCoordinatorApi>(request, 6);
  ASSERT_EQ(response.coordinators.size(), 2u);
  EXPECT_EQ(response.coordinators[1].key, "b");
  EXPECT_EQ(response.coordinators[1].error_code, KafkaError::none);
  EXPECT_EQ(response.coordinators[1].port, port());
  request.key_type = 1;
  EXPECT_EQ(client.ask<FindCoordinatorApi>(request, 2).error_code,
            KafkaError::transactional_id_authorization_failed);
  request.key_type = 2;
  EXPECT_EQ(client.ask<FindCoordinatorApi>(request, 6).coordinators[0].error_code,
            KafkaError::invalid_request);
}

}  // namespace
}  // namespace efd::kafka
