// SPDX-License-Identifier: MIT
#include "sal/message_generator.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "sal/avro_binary.h"
#include "sal/profile.h"

namespace efd::sal {
namespace {

constexpr UtcTime kNow = UtcTime::from_ms(1'547'585'940'846);

int64_t read_varint(ByteReader& reader) {
  uint64_t zigzag = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    const auto byte = static_cast<uint8_t>(reader.little<char>());
    zigzag |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1);
}

// What a datum holds, field by field: numbers as doubles, texts by their length.
using Message = std::map<std::string, std::vector<double>>;

double read_value(const Field& field, ByteReader& reader) {
  switch (field.type) {
    case FieldType::null:
      return 0;
    case FieldType::boolean:
      return reader.little<char>();
    case FieldType::float32:
      return reader.little<float>();
    case FieldType::float64:
      return reader.little<double>();
    case FieldType::bytes:
    case FieldType::string: {
      return static_cast<double>(reader.take(static_cast<size_t>(read_varint(reader))).size());
    }
    default:
      return static_cast<double>(read_varint(reader));
  }
}

std::vector<double> read_field(const Field& field, ByteReader& reader) {
  std::vector<double> values;
  const int64_t count = field.length == 0 ? 1 : read_varint(reader);
  for (int64_t i = 0; i < count && reader.ok(); ++i) values.push_back(read_value(field, reader));
  if (field.length > 0) {
    EXPECT_EQ(read_varint(reader), 0) << field.name;
  }
  return values;
}

Message read_datum(const TopicShape& shape, std::string_view datum) {
  ByteReader reader(datum);
  Message message;
  for (const Field& field : shape.fields) message[field.name] = read_field(field, reader);
  EXPECT_TRUE(reader.ok()) << shape.name;
  EXPECT_EQ(reader.remaining(), 0u) << shape.name;
  return message;
}

void expect_typical(const Field& field, const std::vector<double>& values) {
  EXPECT_EQ(values.size(), field.values()) << field.name;
  for (const double value : values) {
    EXPECT_TRUE(std::isfinite(value));
    const bool boolean = field.type == FieldType::boolean;
    if (!boolean && field.type != FieldType::enumeration) continue;
    EXPECT_GE(value, 0) << field.name;
    EXPECT_LT(value, boolean ? 2 : static_cast<double>(field.symbols.size())) << field.name;
  }
}

TEST(MessageGenerator, EveryTopicOfTheExperimentFitsItsSchema) {
  int64_t values_per_second = 0;
  for (const ProfileTopic& topic : sqr029().topics) {
    MessageGenerator generator(topic.shape, 1);
    for (int i = 0; i < 300; ++i) {
      std::string datum;
      generator.append_datum(kNow, datum);
      ASSERT_LE(datum.size(), generator.datum_bytes_max());
      const Message message = read_datum(topic.shape, datum);
      for (const Field& field : topic.shape.fields) expect_typical(field, message.at(field.name));
      if (HasFailure()) FAIL() << topic.shape.name;
      if (i > 0) continue;
      for (const auto& [name, values] : message) {
        values_per_second += topic.rate_hz() * static_cast<int64_t>(values.size());
      }
    }
  }
  EXPECT_EQ(values_per_second, 1'285'796);
}

TEST(MessageGenerator, HeaderIsAsSalSetsIt) {
  const TopicShape& shape = sqr029().find("MTM1M3_accelerometerData")->shape;
  MessageGenerator generator(shape, 7);
  std::string first;
  std::string second;
  generator.append_datum(kNow, first);
  generator.append_datum(kNow + kNsPerSecond, second);
  Message a = read_datum(shape, first);
  Message b = read_datum(shape, second);
  for (const char* name : {"kafka_timestamp", "sal_created", "sal_ingested"}) {
    EXPECT_EQ(a[name][0], 1'547'585'940'846.0);
    EXPECT_EQ(b[name][0], 1'547'585'941'846.0);
  }
  EXPECT_EQ(a["timestamp"][0], 1'547'585'940.846);
  EXPECT_EQ(a["sal_sequence"][0], 1);
  EXPECT_EQ(b["sal_sequence"][0], 2);
  EXPECT_EQ(a["sal_revcode"][0], 8);  // letters
  EXPECT_EQ(a["sal_origin"], b["sal_origin"]);
  EXPECT_EQ(a["sal_host"][0], 2'130'706'433.0);
}

TEST(MessageGenerator, ReadingsWanderSlowly) {
  const TopicShape shape{"A_b", "A", Kind::telemetry, {{"x", FieldType::float64, 100, {}, ""}}};
  MessageGenerator generator(shape, 3);
  std::vector<double> before;
  size_t changed = 0;
  for (int i = 0; i < 1'000; ++i) {
    std::string datum;
    generator.append_datum(kNow, datum);
    const std::vector<double> now = read_datum(shape, datum)["x"];
    for (size_t k = 0; k < before.size(); ++k) {
      changed += now[k] != before[k];
      EXPECT_LE(std::abs(now[k] - before[k]), 1.0);
    }
    before = now;
  }
  EXPECT_NEAR(static_cast<double>(changed) / (100 * 999), 0.5, 0.01);
}

TEST(MessageGenerator, AppendsBehindWhatIsThere) {
  const TopicShape shape{"A_b", "A", Kind::telemetry, {{"n", FieldType::boolean, 0, {}, ""}}};
  MessageGenerator generator(shape, 3);
  std::string out = "frame";
  generator.append_datum(kNow, out);
  EXPECT_EQ(out.substr(0, 5), "frame");
  EXPECT_EQ(out.size(), 6u);
}

TEST(MessageGenerator, SeedAloneDecides) {
  const TopicShape& shape = sqr029().find("MTVMS_M1M3")->shape;
  const auto message = [&](uint64_t seed) {
    MessageGenerator generator(shape, seed);
    std::string datum;
    for (int i = 0; i < 10; ++i) generator.append_datum(kNow, datum);
    return datum;
  };
  EXPECT_EQ(message(1), message(1));
  EXPECT_NE(message(1), message(2));
}

TopicShape any_shape() {
  TopicShape shape{"T_any", "T", Kind::event, header_fields()};
  const auto count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i) {
    Field field;
    field.name = "f" + std::to_string(i);
    field.type = static_cast<FieldType>(*rc::gen::inRange(0, 10));
    if (field.type == FieldType::enumeration) {
      field.symbols = std::vector<std::string>(*rc::gen::inRange<size_t>(1, 5), "s");
    } else {
      field.length = static_cast<uint32_t>(*rc::gen::inRange(0, 100));
    }
    shape.fields.push_back(field);
  }
  return shape;
}

RC_GTEST_PROP(MessageGenerator, AnyShapeIsFilled, (uint64_t seed)) {
  const TopicShape shape = any_shape();
  MessageGenerator generator(shape, seed);
  for (int i = 0; i < 5; ++i) {
    std::string datum;
    generator.append_datum(kNow, datum);
    RC_ASSERT(datum.size() <= generator.datum_bytes_max());
    const Message message = read_datum(shape, datum);
    for (const Field& field : shape.fields) expect_typical(field, message.at(field.name));
  }
  RC_ASSERT(!::testing::Test::HasFailure());
}

RC_GTEST_PROP(AvroBinary, VarintsReadBack, (int64_t value)) {
  char bytes[kVarintBytesMax];
  const char* end = put_varint(bytes, value);
  ByteReader reader({bytes, static_cast<size_t>(end - bytes)});
  RC_ASSERT(read_varint(reader) == value);
  RC_ASSERT(reader.ok() && reader.remaining() == 0u);
}

}  // namespace
}  // namespace efd::sal
