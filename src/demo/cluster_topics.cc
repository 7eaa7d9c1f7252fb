// SPDX-License-Identifier: MIT
#include "demo/cluster_topics.h"

namespace efd::demo {
namespace {

Result<std::set<std::string>> names_in(broker::Broker& broker) {
  EFD_ASSIGN(auto topics, broker.topics());
  std::set<std::string> names;
  for (const broker::TopicDescription& topic : topics) names.insert(topic.name.value());
  return names;
}

}  // namespace

Result<ClusterTopics> ClusterTopics::reserve(const kafka_cluster::KafkaClusterOptions& cluster,
                                             std::vector<std::string> topics) {
  EFD_ASSIGN(auto broker, kafka_cluster::connect_kafka_cluster(cluster));
  EFD_ASSIGN(auto there, names_in(*broker));
  for (const std::string& topic : topics)
    if (there.contains(topic))
      return fail(ErrorCode::conflict,
                  "{} holds a topic {} already: the demo needs a cluster without its topics",
                  cluster.bootstrap, topic);
  ClusterTopics reserved;
  reserved.cluster_ = cluster;
  reserved.topics_ = std::move(topics);
  return reserved;
}

Result<> ClusterTopics::remove() const {
  EFD_ASSIGN(auto broker, kafka_cluster::connect_kafka_cluster(cluster_));
  EFD_ASSIGN(auto there, names_in(*broker));
  std::vector<TopicName> going;
  for (const std::string& topic : topics_)
    if (there.contains(topic)) going.emplace_back(topic);
  for (const Result<>& deleted : broker->delete_topics(going)) EFD_TRY(deleted);
  return {};
}

}  // namespace efd::demo
