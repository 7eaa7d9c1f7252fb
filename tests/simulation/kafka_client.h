// SPDX-License-Identifier: MIT
// A Kafka client's connection to a session of the server, without sockets. The session's loop is a
// thread, which works only while this waits for it: nothing happens at the same time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "kafka/error_code.h"
#include "kafka/service.h"

namespace efd::simulation {

struct ProduceAnswer {
  kafka::KafkaError error = kafka::KafkaError::none;
  int64_t base_offset = -1;
};
// nullopt: the connection was closed without an answer.
using OnProduced = std::function<void(const std::optional<ProduceAnswer>&)>;

class KafkaClient {
 public:
  // `service` outlives it. Connects.
  explicit KafkaClient(kafka::Service& service);
  // What was not answered is told so.
  ~KafkaClient();

  // acks: 1, or -1 for all.
  void produce(const std::string& topic, int32_t partition, std::string batch, int16_t acks,
               OnProduced on_produced);
  // Takes what has come meanwhile; connects again when the server has closed the connection.
  void receive();

 private:
  class Connection;
  void take_answer(const std::string& frame);
  void lose_connection();

  kafka::Service& service_;
  std::unique_ptr<Connection> connection_;
  int32_t last_correlation_id_ = 0;
  std::map<int32_t, OnProduced> awaited_;
};

}  // namespace efd::simulation
