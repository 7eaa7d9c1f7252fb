// SPDX-License-Identifier: MIT
#include "groups/consumer_protocol.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "broker/commit_note.h"
#include "broker/testing/kafka_vectors.h"
#include "codec/base64.h"
#include "groups/assignors.h"
#include "groups/offsets_record.h"
#include "json/value.h"

namespace efd::groups {
namespace {

std::optional<std::string> bytes_of(const json::Value* value) {
  if (!value || value->is_null()) return std::nullopt;
  return *codec::from_base64(*value->as_string());
}

std::vector<TopicPartitions> partitions_of(const json::Value* list) {
  std::vector<TopicPartitions> topics;
  if (!list) return topics;
  for (const json::Value& from : *list->as_array()) {
    TopicPartitions& topic = topics.emplace_back();
    topic.topic = *from.find_string("topic");
    for (const json::Value& partition : *from.find("partitions")->as_array())
      topic.partitions.push_back(static_cast<int32_t>(*partition.as_int64()));
  }
  return topics;
}

Subscription subscription_of(const json::Value& from) {
  Subscription subscription;
  for (const json::Value& topic : *from.find("topics")->as_array())
    subscription.topics.emplace_back(*topic.as_string());
  subscription.user_data = bytes_of(from.find("userData"));
  subscription.owned = partitions_of(from.find("ownedPartitions"));
  if (auto* generation = from.find("generationId"))
    subscription.generation = static_cast<int32_t>(*generation->as_int64());
  if (auto* rack = from.find("rackId"); rack && !rack->is_null())
    subscription.rack = *rack->as_string();
  return subscription;
}

Assignment assignment_of(const json::Value& from) {
  return {partitions_of(from.find("assignedPartitions")), bytes_of(from.find("userData"))};
}

// Kafka's own bytes of them, which begin behind the version.
TEST(ConsumerProtocol, IsKafkasByteForByte) {
  auto lines = broker::message_vector_lines();
  if (!lines) GTEST_SKIP() << "no ../shared/data/kafka/message_vectors.jsonl.gz";
  int equal = 0;
  std::istringstream stream(*lines);
  for (std::string line; std::getline(stream, line);) {
    if (line.find("\"ConsumerProtocol") == std::string::npos) continue;
    json::Value row = *json::parse(line);
    auto version = static_cast<int16_t>(*row.find("version")->as_int64());
    std::string bytes(2, '\0');
    store_big<int16_t>(bytes.data(), version);
    bytes += broker::from_hex(*row.find_string("hex"));
    const json::Value& json = *row.find("json");
    if (*row.find_string("name") == "ConsumerProtocolSubscription") {
      EXPECT_EQ(encode(subscription_of(json), version), bytes);
      EXPECT_EQ(*decode_subscription(bytes), subscription_of(json));
    } else {
      EXPECT_EQ(encode(assignment_of(json), version), bytes);
      EXPECT_EQ(*decode_assignment(bytes), assignment_of(json));
    }
    ++equal;
  }
  printf("ConsumerProtocol vectors: %d of %d\n", HasFailure() ? 0 : equal, equal);
  EXPECT_EQ(equal, 40);
}

TEST(ConsumerProtocol, WhatIsMalformedIsRefused) {
  Subscription subscription{{"a", "b"}, "data", {{"a", {1, 2}}}, 3, "rack"};
  std::string whole = encode(subscription, 3);
  for (size_t size = 0; size < whole.size(); ++size) {
    auto cut = decode_subscription(std::string_view(whole).substr(0, size));
    if (!cut) continue;
    EXPECT_EQ(cut->topics, subscription.topics) << "only what later versions added is missing";
  }
  EXPECT_FALSE(decode_subscription(std::string("\0\0\x7f\xff\xff\xff", 6)));
  EXPECT_FALSE(decode_assignment(std::string("\0\0\xff\xff\xff\xff", 6)));
  EXPECT_TRUE(decode_assignment("")->partitions.empty());
}

TEST(RangeAssignor, GivesEachMemberARun) {
  auto five = [](const std::string& topic) { return topic == "none" ? 0 : 5; };
  auto given = assign_ranges({{"b", std::nullopt, {"t", "none"}},
                              {"a", std::nullopt, {"t", "u", "u"}},
                              {"z", "instance", {"t"}}},
                             five);
  EXPECT_EQ(given["z"].partitions, (std::vector<TopicPartitions>{{"t", {0, 1}}}));
  EXPECT_EQ(given["a"].partitions,
            (std::vector<TopicPartitions>{{"t", {2, 3}}, {"u", {0, 1, 2, 3, 4}}}));
  EXPECT_EQ(given["b"].partitions, (std::vector<TopicPartitions>{{"t", {4}}}));
}

TEST(RoundRobinAssignor, SharesTopicsOfOnePartition) {
  auto given = assign_in_turn({{"b", std::nullopt, {"t", "u", "v", "none"}},
                               {"a", std::nullopt, {"t", "u", "v", "w"}},
                               {"c", std::nullopt, {}}},
                              [](const std::string& topic) { return topic == "none" ? 0 : 1; });
  EXPECT_EQ(given["a"].partitions,
            (std::vector<TopicPartitions>{{"t", {0}}, {"v", {0}}, {"w", {0}}}));
  EXPECT_EQ(given["b"].partitions, (std::vector<TopicPartitions>{{"u", {0}}}));
  EXPECT_TRUE(given["c"].partitions.empty());
}

TEST(CommitNote, IsReadAsItIsWritten) {
  EXPECT_EQ(broker::commit_note(1'700'000'000'000), "t=1700000000000");
  EXPECT_EQ(broker::commit_note_time_ms("t=1700000000000"), 1'700'000'000'000);
  for (const char* other : {"", "t=", "t=-1", "t=1x", "x=1", "t=99999999999999999999"})
    EXPECT_EQ(broker::commit_note_time_ms(other), std::nullopt) << other;
}

TEST(OffsetsRecord, IsKafkas) {
  EXPECT_EQ(encode_key(OffsetKey{"g", {TopicName("t"), Partition(3)}}),
            std::string("\0\1\0\1g\0\1t\0\0\0\3", 12));
  EXPECT_EQ(encode_key(GroupKey{"g"}), std::string("\0\2\0\1g", 5));
  StoredOffset offset{42, 7, "m", 1'000, {}};
  EXPECT_EQ(encode_value(offset), std::string("\0\3"
                                              "\0\0\0\0\0\0\0\x2a"
                                              "\0\0\0\7"
                                              "\0\1m"
                                              "\0\0\0\0\0\0\3\xe8",
                                              25));
  // Version 1, with the time at which it expires.
  auto old = decode_offset(std::string("\0\1"
                                       "\0\0\0\0\0\0\0\x2a"
                                       "\0\1m"
                                       "\0\0\0\0\0\0\3\xe8"
                                       "\0\0\0\0\0\0\3\xe9",
                                       29),
                           {});
  ASSERT_TRUE(old);
  EXPECT_EQ(old->next, 42);
  EXPECT_EQ(old->commit_time_ms, 1'000);
  EXPECT_EQ(decode_key(std::string("\0\3\0\1g", 5)).error().code, ErrorCode::not_found);
  EXPECT_EQ(decode_key(std::string("\0\2\0\2g", 5)).error().code, ErrorCode::bad_input);
}

TEST(OffsetsRecord, AGroupComesBackAsItWas) {
  StoredGroup group{"consumer", 5, "range", "a", 1'000, {}};
  group.members.push_back({"a", "instance", "client", "/host", 30'000, 10'000, "sub", "assigned"});
  group.members.push_back({"b", std::nullopt, "", "", 0, 0, "", ""});
  auto again = decode_group(encode_value(group));
  ASSERT_TRUE(again);
  EXPECT_EQ(encode_value(*again), encode_value(group));
  EXPECT_EQ(again->members[0].instance, "instance");
  EXPECT_EQ(again->members[1].instance, std::nullopt);
}

}  // namespace
}  // namespace efd::groups
