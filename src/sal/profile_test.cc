// SPDX-License-Identifier: MIT
#include "sal/profile.h"

#include <set>

#include <gtest/gtest.h>

namespace efd::sal {
namespace {

TEST(Profile, Sqr029IsTheDesignedExperiment) {
  const Profile& profile = sqr029();
  EXPECT_EQ(profile.name, "sqr-029");
  EXPECT_EQ(profile.entries(), 1051u);
  EXPECT_EQ(profile.topics.size(), 1049u);
  EXPECT_EQ(profile.messages_per_second(), 29'284);
  EXPECT_EQ(profile.values_per_second(), 1'285'796);
  std::set<std::string> subsystems;
  for (const ProfileTopic& topic : profile.topics) subsystems.insert(topic.shape.subsystem);
  EXPECT_EQ(subsystems.size(), 64u);
}

TEST(Profile, TopicsListedTwiceHaveBothRates) {
  std::vector<std::string> twice;
  for (const ProfileTopic& topic : sqr029().topics) {
    if (topic.rates_hz.size() == 1) {
      EXPECT_EQ(topic.rate_hz(), experiment_rate_hz(topic.shape.kind)) << topic.shape.name;
      continue;
    }
    twice.push_back(topic.shape.name);
    EXPECT_EQ(topic.rate_hz(), 11);
    EXPECT_EQ(topic.shape.kind, Kind::event);
  }
  EXPECT_EQ(twice, (std::vector<std::string>{"Hexapod_logevent_commandableByDDS",
                                             "Rotator_logevent_commandableByDDS"}));
}

TEST(Profile, TopicsHaveTheirFields) {
  const ProfileTopic* topic = sqr029().find("MTM1M3_accelerometerData");
  ASSERT_NE(topic, nullptr);
  EXPECT_EQ(topic->shape.subsystem, "MTM1M3");
  EXPECT_EQ(topic->rate_hz(), 100);
  ASSERT_GT(topic->shape.fields.size(), 9u);
  EXPECT_EQ(topic->shape.fields[0].name, "kafka_timestamp");
  EXPECT_EQ(topic->shape.fields[8], (Field{"rawAccelerometers", FieldType::float32, 8, {}, ""}));
  EXPECT_EQ(sqr029().find("MTM1M3_accelerometerDat"), nullptr);
  EXPECT_EQ(sqr029().find("zzz"), nullptr);
}

TEST(Profile, TopicsOfKeyedComponents) {
  EXPECT_TRUE(sqr029().find("DIMM_logevent_dimmMeasurement")->is_keyed);
  EXPECT_TRUE(sqr029().find("ScriptQueue_command_showScript")->is_keyed);
  EXPECT_FALSE(sqr029().find("MTM1M3_accelerometerData")->is_keyed);
  EXPECT_EQ(sqr029().find("DIMM_logevent_dimmMeasurement")->shape.subsystem, "DIMM");
}

TEST(Profile, SchemaOfAShape) {
  const TopicShape shape{"A_b",
                         "A",
                         Kind::telemetry,
                         {{"sal_host", FieldType::int32, 0, {}, ""},
                          {"x", FieldType::float64, 3, {}, "deg"},
                          {"e", FieldType::enumeration, 0, {"p", "q"}, ""}}};
  EXPECT_EQ(
      json::dump(schema_of(shape)),
      R"({"type":"record","namespace":"lsst.sal","name":"A_b","sal_subsystem":"A",)"
      R"("sal_topic_type":"SALTelemetry","fields":[{"name":"sal_host","type":"int"},)"
      R"({"name":"x","type":{"type":"array","items":"double","sal_count":3},"sal_index":0,)"
      R"("sal_units":"deg"},{"name":"e","type":{"type":"enum","name":"e","symbols":["p","q"]},)"
      R"("sal_index":1}]})");
}

TEST(Profile, BadTextIsRefusedWithItsLine) {
  for (const char* text :
       {"telemetry 100\n", "telemetry x A_b\n", "noise 1 A_b\n", " x double\n",
        "event 10 A_b\n x doubles\n", "event 10 A_b\n x double[1]\n", "event 10 A_b\n x enum\n",
        "event 10 A_b\n x double p,q\n", "event 10 A-b\n", "event 10 A_b locked\n", "event 0 A_b\n",
        "event 10 A_b\n x double[2\n"}) {
    EXPECT_FALSE(parse_profile("t", text)) << text;
  }
  EXPECT_EQ(parse_profile("t", "# c\nevent 10 A_b\n x doubles\n").error().message,
            "profile t, line 3: cannot be read:  x doubles");
}

TEST(Shape, SchemasThatAreNotOfSalAreRefused) {
  for (
      const char* text :
      {R"("string")", R"({"type":"record","name":"a"})",
       R"({"type":"enum","name":"a","fields":[]})",
       R"({"type":"record","name":"a","fields":[{"name":"x","type":["null","int"]}]})",
       R"({"type":"record","name":"a","fields":[{"name":"x","type":{"type":"map","values":"int"}}]})",
       R"({"type":"record","name":"a","fields":[{"name":"x","type":{"type":"enum","symbols":[]}}]})",
       R"({"type":"record","name":"a","fields":[{"name":"x","type":
            {"type":"array","items":"int","sal_count":2000000}}]})",
       R"({"type":"record","name":"a","fields":[{"name":"x","type":"lsst.other"}]})",
       R"({"type":"record","name":"a","fields":[{"type":"int"}]})"}) {
    const Result<TopicShape> shape = shape_of_schema(*json::parse(text));
    ASSERT_FALSE(shape) << text;
    EXPECT_EQ(shape.error().code, ErrorCode::bad_input);
  }
}

TEST(Shape, SalIndexIsSalsOwnUnlessItIsAnItem) {
  const auto is_index = [](const char* field) {
    const std::string schema = R"({"type":"record","name":"a_b","fields":[)";
    const auto shape = shape_of_schema_text(schema + field + "]}");
    return shape.has_value() && shape->fields[0].is_index;
  };
  EXPECT_TRUE(is_index(R"({"name":"salIndex","type":"int"})"));
  EXPECT_TRUE(is_index(R"({"name":"salIndex","type":"long"})"));
  EXPECT_FALSE(is_index(R"({"name":"salIndex","type":"int","sal_index":0})"));
  EXPECT_FALSE(is_index(R"({"name":"salIndex","type":"string"})"));
  EXPECT_FALSE(is_index(R"({"name":"salIndex","type":{"type":"array","items":"int"}})"));
  EXPECT_FALSE(is_index(R"({"name":"index","type":"int"})"));
  TopicShape shape{"A_b", "A", Kind::telemetry, {{"x", FieldType::int32, 0, {}, ""}}};
  shape.fields.insert(shape.fields.begin(), {"salIndex", FieldType::int64, 0, {}, "", true});
  const auto back = shape_of_schema(schema_of(shape));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, shape);
}

TEST(Shape, ArrayLengthsComeFromCountOrDefault) {
  const auto shape = shape_of_schema(*json::parse(R"({"type":"record","name":"a_b","fields":[
      {"name":"x","type":{"type":"array","items":"int"},"default":[0,0,0]},
      {"name":"y","type":{"type":"array","items":"int"}}]})"));
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->fields[0].length, 3u);
  EXPECT_EQ(shape->fields[1].length, 1u);
}

}  // namespace
}  // namespace efd::sal
