// SPDX-License-Identifier: MIT
#include "demo/counts.h"

#include "http/client.h"
#include "http/uri.h"
#include "json/value.h"

namespace efd::demo {
namespace {

constexpr size_t kStatementsPerRequest = 100;

Result<int64_t> count_partition(broker::Broker& broker, const std::string& topic) {
  TopicPartition partition{TopicName(topic), Partition(0)};
  auto start = broker.offset(partition, broker::At::earliest);
  if (!start && start.error().code == ErrorCode::not_found) return 0;
  if (!start) return fail(start.error());
  EFD_ASSIGN(Offset end, broker.offset(partition, broker::At::latest));
  return end - *start;
}

// The counts of one answer, added up.
Result<int64_t> sum_of_counts(const std::string& body) {
  EFD_ASSIGN(json::Value answer, json::parse(body));
  int64_t sum = 0;
  const json::Value* results = answer.find("results");
  if (!results || !results->as_array()) return fail(ErrorCode::give_up, "no results in: {}", body);
  for (const json::Value& result : *results->as_array()) {
    if (const std::string* error = result.find_string("error"))
      return fail(ErrorCode::give_up, "{}", *error);
    const json::Value* series = result.find("series");
    if (!series || !series->as_array()) continue;
    const json::Value* values = series->as_array()->front().find("values");
    if (values && values->as_array())
      sum += static_cast<int64_t>(values->as_array()->front().as_array()->at(1).number());
  }
  return sum;
}

}  // namespace

Result<int64_t> count_in_log(const kafka_cluster::KafkaClusterOptions& cluster,
                             const std::vector<std::string>& topics) {
  EFD_ASSIGN(auto broker, kafka_cluster::connect_kafka_cluster(cluster));
  int64_t count = 0;
  for (const std::string& topic : topics) {
    EFD_ASSIGN(int64_t records, count_partition(*broker, topic));
    count += records;
  }
  return count;
}

Result<int64_t> count_dead_letters(const kafka_cluster::KafkaClusterOptions& cluster) {
  EFD_ASSIGN(auto broker, kafka_cluster::connect_kafka_cluster(cluster));
  return count_partition(*broker, "efd.dead-letters");
}

Result<int64_t> count_by_queries(const std::string& influx_url,
                                 const std::vector<std::string>& topics) {
  EFD_ASSIGN(auto client, http::Client::open(influx_url));
  int64_t count = 0;
  for (size_t begin = 0; begin < topics.size(); begin += kStatementsPerRequest) {
    std::string text;
    for (size_t i = begin; i < topics.size() && i < begin + kStatementsPerRequest; ++i)
      text += "SELECT count(\"kafka_timestamp\") FROM \"" + topics[i] + "\";";
    EFD_ASSIGN(http::Answer answer,
               client.post("/query", "db=efd&q=" + http::percent_encode(text),
                           {{"Content-Type", "application/x-www-form-urlencoded"}}));
    if (!answer.is_ok()) return fail(ErrorCode::give_up, "{}", answer.body);
    EFD_ASSIGN(int64_t counted, sum_of_counts(answer.body));
    count += counted;
  }
  return count;
}

}  // namespace efd::demo
