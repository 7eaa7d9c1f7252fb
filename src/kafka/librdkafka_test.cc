// SPDX-License-Identifier: MIT
// The clients' own library against the server: what kcat, confluent-kafka and our tools send.
#include <map>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "kafka/testing/test_server.h"

namespace efd::kafka {
namespace {

constexpr int kPatienceMs = 20'000;

using Settings = std::map<std::string, std::string>;

struct Sent {
  int64_t offset;
  rd_kafka_resp_err_t error;
};

struct Received {
  int64_t offset;
  int64_t timestamp_ms;
  std::string key;
  std::string value;
};

void note_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* to) {
  static_cast<std::vector<Sent>*>(to)->push_back({message->offset, message->err});
}

rd_kafka_t* make_client(rd_kafka_type_t type, const Settings& settings, std::vector<Sent>* sent) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char why[512];
  for (const auto& [name, value] : settings) {
    EXPECT_EQ(rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why),
              RD_KAFKA_CONF_OK)
        << why;
  }
  rd_kafka_conf_set_opaque(conf, sent);
  if (sent) rd_kafka_conf_set_dr_msg_cb(conf, note_delivery);
  rd_kafka_t* client = rd_kafka_new(type, conf, why, sizeof why);
  EXPECT_NE(client, nullptr) << why;
  return client;
}

class LibrdkafkaTest : public TestServer {
 protected:
  LibrdkafkaTest() { start(); }
  Settings with(Settings settings) const {
    settings["bootstrap.servers"] = server_->addresses()[0].to_string();
    return settings;
  }

  std::vector<Sent> produce(const Settings& settings, const std::string& topic, int count) {
    std::vector<Sent> sent;
    rd_kafka_t* producer = make_client(RD_KAFKA_PRODUCER, with(settings), &sent);
    for (int i = 0; i < count; ++i) {
      std::string value = topic + " value " + std::to_string(i) + std::string(100, 'x');
      rd_kafka_resp_err_t error =
          rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
                            RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_VALUE(value.data(), value.size()),
                            RD_KAFKA_V_TIMESTAMP(1'000'000 + i),
                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
      EXPECT_EQ(error, RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    EXPECT_EQ(rd_kafka_flush(producer, kPatienceMs), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_destroy(producer);
    return sent;
  }

  std::vector<Received> consume(const std::string& topic, int64_t from, size_t count) {
    rd_kafka_t* consumer = make_client(
        RD_KAFKA_CONSUMER, with({{"group.id", "g"}, {"enable.auto.commit", "false"}}), nullptr);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), 0)->offset = from;
    EXPECT_EQ(rd_kafka_assign(consumer, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
    std::vector<Received> received;
    while (received.size() < count) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, kPatienceMs);
      if (!message) break;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        received.push_back({message->offset, rd_kafka_message_timestamp(message, nullptr),
                            std::string(static_cast<char*>(message->key), message->key_len),
                            std::string(static_cast<char*>(message->payload), message->len)});
      }
      rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return received;
  }
};

// The codec of each batch that has been stored.
std::set<int> codecs(broker::CommitLog& log, const std::string& topic) {
  broker::PartitionHandle partition = log.partition(TopicName(topic), Partition(0));
  auto found = log.read(*partition, Offset(0), 1u << 30, broker::See::appended);
  std::set<int> codecs;
  for (std::string_view batch : found->batches) codecs.insert(batch[22] & 7);
  return codecs;
}

TEST_F(LibrdkafkaTest, EveryCodecGoesInAndOut) {
  int number = 0;
  for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    std::string topic = std::string("t-") + codec;
    std::vector<Sent> sent =
        produce({{"compression.codec", codec}, {"linger.ms", "50"}}, topic, 500);
    ASSERT_EQ(sent.size(), 500u);
    EXPECT_EQ(sent.back().error, RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(codecs(log(), topic), std::set<int>{number++}) << codec;
    std::vector<Received> received = consume(topic, 0, 500);
    ASSERT_EQ(received.size(), 500u);
    EXPECT_EQ(received[499].offset, 499);
    EXPECT_EQ(received[499].timestamp_ms, 1'000'499);
    EXPECT_EQ(received[499].key, "key");
    EXPECT_EQ(received[499].value, topic + " value 499" + std::string(100, 'x'));
  }
}

TEST_F(LibrdkafkaTest, EveryAcks) {
  for (const char* acks : {"0", "1", "-1"}) {
    std::string topic = std::string("acks") + acks;
    std::vector<Sent> sent = produce({{"acks", acks}}, topic, 100);
    ASSERT_EQ(sent.size(), 100u);
    for (const Sent& one : sent) EXPECT_EQ(one.error, RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(consume(topic, 0, 100).size(), 100u);
  }
}

TEST_F(LibrdkafkaTest, IdempotentProducer) {
  std::vector<Sent> sent = produce({{"enable.idempotence", "true"}}, "idempotent", 1'000);
  ASSERT_EQ(sent.size(), 1'000u);
  EXPECT_EQ(sent.back().offset, 999);
  EXPECT_EQ(consume("idempotent", 0, 1'000).size(), 1'000u);
}

// A producer without an id sends again what it was told to have failed: the log has it once.
TEST_F(LibrdkafkaTest, APlainProducerDoublesNothingWhenTheDiskWasFull) {
  constexpr int kRecords = 100;
  for (const char* acks : {"1", "-1"}) {
    std::string topic = std::string("full") + acks;
    make_topic(topic);
    files_.set_capacity_bytes(0);
    std::thread make_room([&] {
      wait_until([&] { return log().intake_error() && log_end(topic) > Offset(0); });
      std::this_thread::sleep_for(std::chrono::milliseconds(300));  // for what is sent again
      files_.set_capacity_bytes(1 << 30);
    });
    std::vector<Sent> sent =
        produce({{"acks", acks}, {"batch.num.messages", "10"}}, topic, kRecords);
    make_room.join();
    ASSERT_EQ(sent.size(), size_t{kRecords});
    for (const Sent& one : sent) ASSERT_EQ(one.error, RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(log_end(topic), Offset(kRecords)) << "acks " << acks;
  }
}

TEST_F(LibrdkafkaTest, OffsetsAndTimes) {
  produce({{"batch.num.messages", "1"}}, "times", 10);
  rd_kafka_t* client = make_client(RD_KAFKA_PRODUCER, with({}), nullptr);
  int64_t low = -1;
  int64_t high = -1;
  EXPECT_EQ(rd_kafka_query_watermark_offsets(client, "times", 0, &low, &high, kPatienceMs),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_EQ(low, 0);
  EXPECT_EQ(high, 10);
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(2);
  rd_kafka_topic_partition_list_add(list, "times", 0)->offset = 1'000'007;
  EXPECT_EQ(rd_kafka_offsets_for_times(client, list, kPatienceMs), RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_EQ(list->elems[0].offset, 7);
  list->elems[0].offset = 2'000'000;
  EXPECT_EQ(rd_kafka_offsets_for_times(client, list, kPatienceMs), RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_EQ(list->elems[0].offset, RD_KAFKA_OFFSET_END);
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(client);
}

}  // namespace
}  // namespace efd::kafka
