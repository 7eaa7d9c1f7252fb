// SPDX-License-Identifier: MIT
// librdkafka's mock cluster, a Kafka broker within the process; for tests.
#pragma once

#include <string>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace efd::kafka_cluster {

// One for a test program, which it never leaves: the end of librdkafka 2.0's mock takes a second,
// and now and then for ever. So each test has topics of its own.
class KafkaMockCluster {
 public:
  // Requests by Kafka's numbers: those that can be made to fail.
  enum class Api : int16_t {
    produce = 0,
    fetch = 1,
    list_offsets = 2,
    offset_commit = 8,
    offset_fetch = 9,
    find_coordinator = 10,
    join_group = 11,
    heartbeat = 12,
    sync_group = 14,
    init_producer_id = 22,
  };

  static KafkaMockCluster& instance() {
    static auto* cluster = new KafkaMockCluster();
    return *cluster;
  }
  KafkaMockCluster(const KafkaMockCluster&) = delete;

  std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void create_topic(const std::string& name, int partitions) {
    rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
  }
  // The next request of this kind that is not to fail yet is answered with the error.
  void fail_next(Api api, rd_kafka_resp_err_t error) {
    rd_kafka_mock_push_request_errors(cluster_, static_cast<int16_t>(api), 1, error);
  }
  // What was still to fail does not.
  void fail_no_more() {
    for (int16_t api = 0; api <= static_cast<int16_t>(Api::init_producer_id); ++api)
      rd_kafka_mock_clear_request_errors(cluster_, api);
  }
  // Connections are refused, or cut, from here on; and taken again.
  void stop() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void go_on() { rd_kafka_mock_broker_set_up(cluster_, 1); }

 private:
  KafkaMockCluster() {
    char text[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "0", text, sizeof text);
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    cluster_ = rd_kafka_mock_cluster_new(handle_, 1);
  }

  rd_kafka_t* handle_ = nullptr;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace efd::kafka_cluster
