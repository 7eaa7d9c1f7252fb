// SPDX-License-Identifier: MIT
#include "transform/text_transform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "avro/value.h"
#include "avro/wire.h"
#include "registry/testing/fake_registry.h"

namespace efd::transform {
namespace {

using ::testing::HasSubstr;

constexpr UtcTime kNow = UtcTime::from_ms(1'547'585'940'846);

class TextTransformTest : public ::testing::Test {
 protected:
  std::string run(const std::string& text) {
    auto topic = transform_.run(text, kNow, value_);
    if (!topic) return std::string(to_string(topic.error().code)) + ": " + topic.error().message;
    auto wire = avro::parse_wire(value_);
    const bool is_away = registry_.away.exchange(false);  // the test itself reads on
    auto schema = registry_.find(wire->id);
    registry_.away = is_away;
    std::string json = (*topic)->value() + " ";
    EXPECT_TRUE(avro::append_json((*schema)->schema, wire->datum, json));
    return json;
  }

  registry::FakeRegistry registry_;
  observe::Metrics metrics_;
  system::FakeClock clock_{kNow};
  TextTransform transform_{{"MTM1M3", {}, nullptr}, registry_, metrics_, clock_};
  std::string value_;
};

constexpr const char* kMessage = "MTM1M3_telemetry MTM1M3_x:( 'R' , 1 , 2 , 3 , 4 , 5 , 6 )";

TEST_F(TextTransformTest, TakesTheLatestSchemaOfTheMessagesTopic) {
  registry_.set("lsst.sal.MTM1M3_x", R"({"name":"v","type":"int"})");
  EXPECT_EQ(run(kMessage), R"(lsst.sal.MTM1M3_x {"v":6})");
  registry_.set("lsst.sal.MTM1M3_x", R"({"name":"w","type":"double"})");
  EXPECT_EQ(run(kMessage), R"(lsst.sal.MTM1M3_x {"v":6})");
  clock_.advance_ns(kSchemaAgeMaxNs);
  EXPECT_EQ(run(kMessage), R"(lsst.sal.MTM1M3_x {"w":6.0})");
  EXPECT_EQ(registry_.latest_asked, 2);
}

TEST_F(TextTransformTest, AnUnknownTopicIsAskedForOnceInAWhile) {
  EXPECT_EQ(run(kMessage), "bad_input: no schema is registered under lsst.sal.MTM1M3_x");
  registry_.set("lsst.sal.MTM1M3_x", R"({"name":"v","type":"int"})");
  EXPECT_THAT(run(kMessage), HasSubstr("no schema"));
  EXPECT_EQ(registry_.latest_asked, 1);
  clock_.advance_ns(kSchemaAgeMaxNs);
  EXPECT_EQ(run(kMessage), R"(lsst.sal.MTM1M3_x {"v":6})");
}

TEST_F(TextTransformTest, ARegistryThatIsAwayCondemnsNothing) {
  registry_.set("lsst.sal.MTM1M3_x", R"({"name":"v","type":"int"})");
  registry_.away = true;
  EXPECT_THAT(run(kMessage), HasSubstr("retry"));
  registry_.away = false;
  EXPECT_EQ(run(kMessage), R"(lsst.sal.MTM1M3_x {"v":6})");
  registry_.away = true;
  clock_.advance_ns(kSchemaAgeMaxNs);
  EXPECT_EQ(run(kMessage), R"(lsst.sal.MTM1M3_x {"v":6})");
}

TEST_F(TextTransformTest, SaysWhatIsWrong) {
  registry_.set("lsst.sal.MTM1M3_x", R"({"name":"v","type":"int"})");
  registry_.set("lsst.sal.MTM1M3_union", R"({"name":"v","type":["null","int"]})");
  EXPECT_THAT(run("nonsense"), HasSubstr("bad_input: 'nonsense' is not COMPONENT_KIND TOPIC:("));
  EXPECT_THAT(run("MTM2_telemetry MTM2_x:( 'R' , 1 , 2 , 3 , 4 , 5 , 6 )"),
              HasSubstr("no topic of component MTM1M3"));
  EXPECT_THAT(run("MTM1M3_telemetry MTM1M3_x:( 'R' , 1 , 2 , 3 , 4 , 5 , 6.5 )"),
              HasSubstr("bad_input: MTM1M3_x: field 'v'"));
  EXPECT_THAT(run("MTM1M3_telemetry MTM1M3_union:( 'R' , 1 , 2 , 3 , 4 , 5 , 6 )"),
              HasSubstr("a union is not a type of SAL messages"));
}

TEST_F(TextTransformTest, TheCacheIsBounded) {
  for (size_t i = 0; i < kPlansMax + 10; ++i) {
    clock_.advance_ns(1);
    run(fmt::format("MTM1M3_telemetry MTM1M3_t{}:( 'R' , 1 , 2 , 3 , 4 , 5 )", i));
  }
  EXPECT_EQ(registry_.latest_asked, static_cast<int>(kPlansMax) + 10);
  run(fmt::format("MTM1M3_telemetry MTM1M3_t{}:( 'R' , 1 , 2 , 3 , 4 , 5 )", kPlansMax));
  EXPECT_EQ(registry_.latest_asked, static_cast<int>(kPlansMax) + 10);
  run("MTM1M3_telemetry MTM1M3_t0:( 'R' , 1 , 2 , 3 , 4 , 5 )");
  EXPECT_EQ(registry_.latest_asked, static_cast<int>(kPlansMax) + 11);
}

TEST(TextTopic, TakesNamesApart) {
  auto topic = text_topic("MTM1M3_logevent");
  ASSERT_TRUE(topic);
  EXPECT_EQ(topic->component, "MTM1M3");
  EXPECT_EQ(topic->kind, "logevent");
  for (const char* name : {"", "x", "_event", "lsst.sal.MTM1M3_event", "MTM1M3_events",
                           "MTM1M3_x_event", "efd.dead-letters", "__consumer_offsets"})
    EXPECT_FALSE(text_topic(name)) << name;
  for (const char* name : {"A_event", "A_command", "A_telemetry"}) EXPECT_TRUE(text_topic(name));
}

}  // namespace
}  // namespace efd::transform
