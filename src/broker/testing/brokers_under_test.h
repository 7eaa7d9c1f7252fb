// SPDX-License-Identifier: MIT
// For tests: what the contract suites of this folder need of an implementation of Broker. The
// program that runs them (tests/broker) says which implementations there are.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "broker/broker.h"

namespace efd::broker {

// How often clients of clusters look for topics here.
inline constexpr std::chrono::milliseconds kLookInterval{100};

// What a part of the contract needs of the broker behind it, and not each has.
enum class Needs {
  topic_admin,
  unknown_topics,
  offsets_by_time,
  static_members,
  commits_while_a_group_moves,
  growing_topics
};

class BrokerUnderTest {
 public:
  virtual ~BrokerUnderTest() = default;
  virtual Broker& broker() = 0;
  virtual bool has_ids() const { return false; }
  // What the names of all topics and groups of a test begin with, where tests share a cluster.
  virtual std::string prefix() const { return ""; }
  // Why a test that needs this cannot run here; empty: it can.
  virtual std::string why_not(Needs) const { return ""; }
  virtual Result<> create_topic(const NewTopic& topic) {
    EFD_TRY(broker().create_topic(topic));
    return {};
  }
  virtual Result<> grow_topic(const TopicName&, int32_t) {
    return fail(ErrorCode::give_up, "topics do not grow here");
  }
  // Of a group's members; Kafka takes none that is shorter.
  virtual std::chrono::milliseconds session_timeout() const { return std::chrono::seconds(6); }
};

// An implementation, by the name that its tests have. `make` returns null where what it needs is
// not there: its tests are skipped.
struct BrokerMaker {
  const char* name;
  std::unique_ptr<BrokerUnderTest> (*make)();
};

template <class UnderTest>
std::unique_ptr<BrokerUnderTest> make_under_test() {
  return std::make_unique<UnderTest>();
}

// Those of the program: all of them, and those that are clusters which do not fail.
std::vector<BrokerMaker> brokers_under_test();
std::vector<BrokerMaker> clusters_under_test();

inline std::string broker_name(const ::testing::TestParamInfo<BrokerMaker>& info) {
  return info.param.name;
}

}  // namespace efd::broker
