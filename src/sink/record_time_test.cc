// SPDX-License-Identifier: MIT
#include "sink/record_time.h"

#include <cmath>

#include <gtest/gtest.h>

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
                           int64_t record_ms = kRecordMs) {
  avro::Schema schema = *avro::Schema::parse(schema_text(fields));
  auto program = *avro::DecodeProgram::compile(schema);
  rows::Rows rows(program->layout());
  EXPECT_TRUE(program->decode(datum, rows));
  RecordTime record_time(schema, *program->layout(), Rounding::half_up);
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

TEST(RecordTime, PassesOverWhatCannotBeUsed) {
  for (std::optional<double> stamp :
       {std::optional<double>(), {0.0}, {-5.0}, {std::nan("")}, {INFINITY}, {1.7e9 + 86'500}}) {
    auto chosen = time_of(kBoth, both(1'600'000'000'000, stamp));
    EXPECT_EQ(chosen.time.ms(), 1'600'000'000'000);
    EXPECT_TRUE(chosen.passed_over);
  }
}

TEST(RecordTime, ADayAheadIsStillTaken) {
  auto chosen = time_of(kBoth, both(1'600'000'000'000, 1.7e9 + 86'400));
  EXPECT_EQ(chosen.time.ms(), (1'700'000'000 + 86'400) * 1000LL);
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
  EXPECT_EQ(with("timestamp-millis", 1'600'000'000'001), 1'600'000'000'001'000'000);
  EXPECT_EQ(with("timestamp-micros", 1'600'000'000'000'001), 1'600'000'000'000'001'000);
  EXPECT_EQ(with("timestamp-nanos", 1'600'000'000'000'000'001), 1'600'000'000'000'000'001);
  EXPECT_EQ(with("", 1'600'000'000'001), 1'600'000'000'001'000'000);
  EXPECT_EQ(with("timestamp-millis", INT64_MAX), kRecordMs * kNsPerMs);
}

}  // namespace
}  // namespace efd::sink
