// SPDX-License-Identifier: MIT
#include "app/demo/cluster_topics.h"

namespace efd::app::demo {
namespace {

Result<std::set<std::string>> names_in(broker::Broker& broker) {
  EFD_ASSIGN(auto topics, broker.topics());
  std::set<std::string> names;
  for (const broker::TopicDescription& topic : topics) names.insert(topic.name.value());
  return names;
}

}  // namespace

Result<ClusterTopics> ClusterTopics::reserve(const Targets& targets,
                                             std::vector<std::string> topics) {
  EFD_ASSIGN(auto broker, connect_broker(targets));
  EFD_ASSIGN(auto there, names_in(*broker));
  for (const std::string& topic : topics)
    if (there.contains(topic))
      return fail(ErrorCode::conflict,
                  "{} holds a topic {} already: the demo needs a cluster without its topics",
                  targets.broker, topic);
  ClusterTopics reserved;
  reserved.targets_ = targets;
  reserved.topics_ = std::move(topics);
  return reserved;
}

Result<> ClusterTopics::remove() const {
  EFD_ASSIGN(auto broker, connect_broker(targets_));
  EFD_ASSIGN(auto there, names_in(*broker));
  std::vector<TopicName> going;
  for (const std::string& topic : topics_)
    if (there.contains(topic)) going.emplace_back(topic);
  for (const Result<>& deleted : broker->delete_topics(going)) EFD_TRY(deleted);
  return {};
}

}  // namespace efd::app::demo
