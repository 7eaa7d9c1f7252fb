// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/snapshot.h"
#include "base/time.h"

namespace efd {
namespace {

Result<int> half(int n) {
  if (n % 2) return fail(ErrorCode::bad_input, "{} is odd", n);
  return n / 2;
}
Result<int> quarter(int n) {
  EFD_ASSIGN(int h, half(n));
  EFD_ASSIGN(int q, half(h));
  return q;
}

TEST(Result, CarriesValueOrErrorOutOfNestedCalls) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message, "3 is odd");
  EXPECT_EQ(quarter(6).error().code, ErrorCode::bad_input);
}

TEST(Uuid, TextFormsReadBack) {
  for (int i = 0; i < 100; ++i) {
    Uuid id = Uuid::random();
    EXPECT_EQ(*Uuid::parse_base64(id.base64()), id);
    EXPECT_EQ(*Uuid::parse_hex(id.hex()), id);
    EXPECT_EQ(id.base64().size(), 22u);
  }
  EXPECT_FALSE(Uuid::parse_base64("short").has_value());
  EXPECT_FALSE(Uuid::parse_hex("zz").has_value());
}

TEST(Time, PrintsAsGoDoes) {
  EXPECT_EQ(format_rfc3339(UtcTime::from_ns(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(UtcTime::from_ms(1547758740846)), "2019-01-17T20:59:00.846Z");
  EXPECT_EQ(format_rfc3339(UtcTime::from_ns(-1)), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format_rfc3339(kUtcTimeMin), "1677-09-21T00:12:43.145224194Z");
  EXPECT_EQ(format_rfc3339(kUtcTimeMax), "2262-04-11T23:47:16.854775806Z");
}

TEST(Time, EpochSecondsRoundHalfUpByShortestDecimal) {
  EXPECT_EQ(from_epoch_seconds(1745150647.8791945)->ns(), 1745150647879195000);
  EXPECT_EQ(from_epoch_seconds(1745150647.8791945, Rounding::truncate)->ns(), 1745150647879194000);
  EXPECT_EQ(from_epoch_seconds(0.25)->ns(), 250000000);
  EXPECT_FALSE(from_epoch_seconds(std::nan("")).has_value());
  EXPECT_FALSE(from_epoch_seconds(1e300).has_value());
}

TEST(Time, TaiIs37SecondsAheadSince2017) {
  EXPECT_EQ(to_tai(UtcTime::from_ns(0)).ns(), 10 * kNsPerSecond);
  EXPECT_EQ(to_tai(UtcTime::from_ms(1547758740846)).ns(), 1547758777846000000);
}

TEST(Time, TaiAtTheEndsOfTimeDoesNotWrap) {
  EXPECT_EQ(to_tai(UtcTime::from_ns(INT64_MAX)).ns(), INT64_MAX);
  EXPECT_EQ(to_tai(UtcTime::from_ns(INT64_MIN)).ns(), INT64_MIN + 10 * kNsPerSecond);
  EXPECT_EQ(to_utc(TaiTime::from_ns(INT64_MIN)).ns(), INT64_MIN);
  EXPECT_EQ(to_utc(TaiTime::from_ns(INT64_MAX)).ns(), INT64_MAX - 37 * kNsPerSecond);
}

RC_GTEST_PROP(Time, NothingWraps, ()) {
  using Wide = __int128;
  auto any = [] {
    auto bits = *rc::gen::arbitrary<int64_t>() >> *rc::gen::inRange(0, 63);
    return *rc::gen::elementOf(std::vector{bits, bits, INT64_MIN, INT64_MAX});
  };
  auto held = [](Wide value) {
    return static_cast<int64_t>(std::clamp<Wide>(value, INT64_MIN, INT64_MAX));
  };
  int64_t a = any(), b = any();
  RC_ASSERT(UtcTime::from_ms(a).ns() == held(Wide{a} * kNsPerMs));
  RC_ASSERT(UtcTime::from_us(a).ns() == held(Wide{a} * kNsPerUs));
  RC_ASSERT((UtcTime::from_ns(a) + b).ns() == held(Wide{a} + b));
  RC_ASSERT(UtcTime::from_ns(a) - UtcTime::from_ns(b) == held(Wide{a} - b));
  RC_ASSERT(held_product(a, b) == held(Wide{a} * b));
}

RC_GTEST_PROP(Time, CivilDatesReadBack, ()) {
  int64_t days = *rc::gen::inRange<int64_t>(-100000, 100000);
  RC_ASSERT(days_from_civil(civil_from_days(days)) == days);
}

RC_GTEST_PROP(Time, TaiAndBackIsTheSame, ()) {
  int64_t seconds = *rc::gen::inRange<int64_t>(63072000, 4'000'000'000);
  UtcTime time = UtcTime::from_ms(seconds * 1000);
  RC_ASSERT(to_utc(to_tai(time)) == time);
}

TEST(ByteReader, FloatsInBothOrders) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.big<double>(-2.5);
  writer.little<float>(0.5f);
  EXPECT_EQ(bytes, std::string("\xc0\x04\0\0\0\0\0\0\0\0\0\x3f", 12));
  ByteReader reader(bytes);
  EXPECT_EQ(reader.big<double>(), -2.5);
  EXPECT_EQ(reader.little<float>(), 0.5f);
}

TEST(ByteReader, StopsAtTheEnd) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.big<int32_t>(0x01020304);
  writer.little<int16_t>(5);
  EXPECT_EQ(bytes[0], 1);
  ByteReader reader(bytes);
  EXPECT_EQ(reader.big<int32_t>(), 0x01020304);
  EXPECT_EQ(reader.little<int16_t>(), 5);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.big<int64_t>(), 0);
  EXPECT_FALSE(reader.ok());
}

TEST(Snapshot, ReadersKeepWhatTheyTook) {
  Snapshot<int> snapshot(std::make_shared<const int>(1));
  auto taken = snapshot.take();
  snapshot.swap(std::make_shared<const int>(2));
  EXPECT_EQ(*taken, 1);
  EXPECT_EQ(*snapshot.take(), 2);
}

}  // namespace
}  // namespace efd
