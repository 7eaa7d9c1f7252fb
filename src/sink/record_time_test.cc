// SPDX-License-Identifier: MIT
#include "sink/record_time.h"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "avro/binary.h"
#include "avro/decode_program.h"

namespace efd::sink {
namespace {

constexpr int64_t kRecordMs = 1'700'000'000'000;
const UtcTime kNow = UtcTime::from_ms(1'800'000'000'000);

std::string schema_text(const std::string& fields) {
  return R"({"type":"record","name":"r","fields":[)" + fields + "]}";
}

constexpr char kBoth[] =
    R"({"name":"kafka_timestamp","type":{"type":"long","logicalType":"timestamp-millis"}},)"
    R"({"name":"private_efdStamp","type":["null","double"]})";

// The time of one record of that schema.
RecordTime::Chosen time_of(const std::string& fields, const std::string& datum,
                           int64_t record_ms = kRecordMs, const TimeRule& rule = {}) {
  avro::Schema schema = *avro::Schema::parse(schema_text(fields));
  auto program = *avro::DecodeProgram::compile(schema);
  rows::Rows rows(program->layout());
  EXPECT_TRUE(program->decode(datum, rows));
  RecordTime record_time(schema, *program->layout(), rule);
  return record_time.of_unfinished_row(rows, record_ms, kNow);
}

std::string both(int64_t kafka_ms, std::optional<double> stamp_s) {
  std::string datum;
  avro::write_long(kafka_ms, datum);
  avro::write_long(stamp_s ? 1 : 0, datum);
  if (stamp_s) avro::write_double(*stamp_s, datum);
  return datum;
}

TEST(RecordTime, TakesTheEfdStampFirst) {
  auto chosen = time_of(kBoth, both(1'600'000'000'000, 1'650'000'000.1234567));
  EXPECT_EQ(chosen.time.ns(), 1'650'000'000'123'457'000);
  EXPECT_FALSE(chosen.passed_over);
}

// By a mapping: no other field is looked at, and its unit is what is said.
TEST(RecordTime, AMappingNamesTheFieldAndItsUnit) {
  std::string datum = both(1'650'000'001'000, 1'650'000'000.5);
  auto ms = [&](const TimeRule& rule) { return time_of(kBoth, datum, kRecordMs, rule).time.ms(); };
  EXPECT_EQ(ms({.field = "kafka_timestamp"}), 1'650'000'001'000);
  EXPECT_EQ(ms({.field = "kafka_timestamp", .unit = TimeUnit::microseconds}), 1'650'000'001);
  EXPECT_EQ(ms({.field = "private_efdStamp"}), 1'650'000'000'500);
  EXPECT_EQ(ms({.field = "private_efdStamp", .unit = TimeUnit::milliseconds}), 1'650'000'000);
  EXPECT_EQ(ms({.field = "private_efdStamp", .unit = TimeUnit::nanoseconds}), 1'650);
  EXPECT_EQ(ms({.field = "other"}), kRecordMs);
}

TEST(RecordTime, PassesOverWhatCannotBeUsed) {
  for (std::optional<double> stamp :
       {std::optional<double>(), {0.0}, {-5.0}, {std::nan("")}, {INFINITY}, {1.8e9 + 86'500}}) {
    auto chosen = time_of(kBoth, both(1'600'000'000'000, stamp));
    EXPECT_EQ(chosen.time.ms(), 1'600'000'000'000);
    EXPECT_TRUE(chosen.passed_over);
  }
}

TEST(RecordTime, ADayAheadIsStillTaken) {
  auto chosen = time_of(kBoth, both(1'600'000'000'000, 1.8e9 + 86'400));
  EXPECT_EQ(chosen.time.ms(), (1'800'000'000 + 86'400) * 1000LL);
}

TEST(RecordTime, FallsBackToTheRecordAndThenToTheClock) {
  constexpr char kNumber[] = R"({"name":"number","type":"long"})";
  std::string datum;
  avro::write_long(5, datum);
  EXPECT_EQ(time_of(kNumber, datum).time.ms(), kRecordMs);
  EXPECT_EQ(time_of(kNumber, datum, -1).time, kNow);
  EXPECT_EQ(time_of(kBoth, both(0, 0.0)).time.ms(), kRecordMs);
}

TEST(RecordTime, KnowsTheUnitsOfLongs) {
  auto with = [](const char* logical, int64_t value) {
    std::string type =
        *logical ? R"({"type":"long","logicalType":")" + std::string(logical) + "\"}" : "\"long\"";
    std::string datum;
    avro::write_long(value, datum);
    return time_of(R"({"name":"kafka_timestamp","type":)" + type + "}", datum).time.ns();
  };
  const int64_t of_record = kRecordMs * kNsPerMs;
  EXPECT_EQ(with("timestamp-millis", 1'600'000'000'001), 1'600'000'000'001'000'000);
  EXPECT_EQ(with("timestamp-micros", 1'600'000'000'000'001), 1'600'000'000'000'001'000);
  EXPECT_EQ(with("timestamp-nanos", 1'600'000'000'000'000'001), 1'600'000'000'000'000'001);
  EXPECT_EQ(with("", 1'600'000'000'001), 1'600'000'000'001'000'000);
  EXPECT_EQ(with("local-timestamp-micros", 1'600'000'000'000'001), 1'600'000'000'000'001'000);
  EXPECT_EQ(with("date", 18'262), 18'262 * kNsPerDay);
  EXPECT_EQ(with("date", INT32_MAX), of_record);
  EXPECT_EQ(with("time-millis", 43'200'000), of_record);
  for (int64_t value : {INT64_MAX, INT64_MIN, int64_t{0}, int64_t{-1}})
    for (const char* type : {"timestamp-millis", "timestamp-micros", "timestamp-nanos", "date", ""})
      EXPECT_EQ(with(type, value), of_record) << type << " " << value;
}

TEST(RecordTime, ReadsWholeNumbersWithoutALogicalTypeByTheirSize) {
  auto with = [](int64_t value) {
    std::string datum;
    avro::write_long(value, datum);
    return time_of(R"({"name":"private_efdStamp","type":"long"})", datum).time.ns();
  };
  EXPECT_EQ(with(1'600'000'000), 1'600'000'000 * kNsPerSecond);
  EXPECT_EQ(with(1'600'000'000'001), 1'600'000'000'001 * kNsPerMs);
  EXPECT_EQ(with(1'600'000'000'000'001), 1'600'000'000'000'001 * kNsPerUs);
  EXPECT_EQ(with(1'600'000'000'000'000'001), 1'600'000'000'000'000'001);
  EXPECT_EQ(with(100'000'000'000), 100'000'000'000 * kNsPerMs);  // the least of ms
  EXPECT_EQ(with(100'000'000'000'000), 100'000'000'000'000 * kNsPerUs);
  EXPECT_EQ(with(100'000'000'000'000'000), 100'000'000'000'000'000);
}

// In seconds, of a producer that was cut off, below 1970, in microseconds, and what wraps.
TEST(RecordTime, AWrongTimestampOfTheRecordDoesNotCondemnAGoodStamp) {
  constexpr int64_t kWrong[] = {
      1'750'000'000,    1'500'000'000'000, -5,       1'750'000'000'000'000,
      int64_t{1} << 62, INT64_MAX,         INT64_MIN};
  for (int64_t record_ms : kWrong) {
    auto chosen = time_of(kBoth, both(1'600'000'000'000, 1.75e9), record_ms);
    EXPECT_EQ(chosen.time.ms(), 1'750'000'000'000) << record_ms;
    EXPECT_FALSE(chosen.passed_over) << record_ms;
  }
}

TEST(RecordTime, ATimestampOfTheRecordThatCannotBeIsNoTime) {
  for (int64_t record_ms : {int64_t{-5}, int64_t{1'750'000'000'000'000}, int64_t{1} << 62,
                            INT64_MAX, INT64_MIN, INT64_MAX / kNsPerMs + 1}) {
    auto chosen = time_of(kBoth, both(0, std::nullopt), record_ms);
    EXPECT_EQ(chosen.time, kNow) << record_ms;
    EXPECT_TRUE(chosen.passed_over) << record_ms;
  }
}

// Whatever comes, the time is one of those that were said, in its unit, or the clock's.
RC_GTEST_PROP(RecordTime, NoInputWraps, ()) {
  using Wide = __int128;
  auto any = [] {
    int64_t bits = *rc::gen::arbitrary<int64_t>() >> *rc::gen::inRange(0, 63);
    return *rc::gen::elementOf(std::vector{bits, bits, bits, INT64_MIN, INT64_MAX, int64_t{-1}});
  };
  std::string type = *rc::gen::element<std::string>("timestamp-millis", "timestamp-micros",
                                                    "timestamp-nanos", "date", "x");
  int64_t stamp = any(), record_ms = any();
  std::string datum;
  avro::write_long(stamp, datum);
  auto chosen =
      time_of(R"({"name":"private_efdStamp","type":{"type":"long","logicalType":")" + type + "\"}}",
              datum, record_ms);
  RC_ASSERT(chosen.time.ns() > 0);
  RC_ASSERT(chosen.time <= kUtcTimeMax);
  bool is_said = chosen.time == kNow || Wide{record_ms} * kNsPerMs == chosen.time.ns();
  for (int64_t unit : {kNsPerDay, kNsPerSecond, kNsPerMs, kNsPerUs, int64_t{1}})
    is_said |= Wide{stamp} * unit == chosen.time.ns();
  RC_ASSERT(is_said);
}

}  // namespace
}  // namespace efd::sink
