// SPDX-License-Identifier: MIT
#include "query/compile/buckets.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace efd::query {
namespace {

TEST(Buckets, AreAlignedToTheEpochPlusTheOffset) {
  EXPECT_EQ(bucket_of(25, {10, 0}).start_ns, 20);
  EXPECT_EQ(bucket_of(-1, {10, 0}).start_ns, -10);
  EXPECT_EQ(bucket_of(25, {10, 7}).start_ns, 17);
  EXPECT_EQ(bucket_of(25, {10, -2}).start_ns, 18);
  EXPECT_EQ(bucket_of(25, {10, 7}).end_ns, 27);
}

TEST(Buckets, AreHeldAtTheEndsOfTime) {
  const Bucket low = bucket_of(kUtcTimeMin.ns(), {kNsPerDay, 0});
  EXPECT_EQ(low.start_ns, kUtcTimeMin.ns());
  EXPECT_EQ(bucket_of(kUtcTimeMax.ns(), {kNsPerDay, 0}).end_ns, INT64_MAX);
  EXPECT_TRUE(bucket_count(5, 4, {10, 0}) == 0);
  EXPECT_TRUE(bucket_count(0, kUtcTimeMax.ns(), {1, 0}) == kUtcTimeMax.ns() + 1);
}

TEST(Buckets, OfAllTimeAreCountedWhereTheyDoNotFit64Bits) {
  const int64_t max = kUtcTimeMax.ns();
  const BucketSequence buckets(kUtcTimeMin.ns(), max, {1, 0}, true);
  EXPECT_EQ(buckets.size(), INT64_MAX);
  EXPECT_EQ(buckets.start_ns(0), max);
  EXPECT_EQ(buckets.start_ns(7), max - 7);
  EXPECT_EQ(buckets.index_of(max - 7), 7);
  EXPECT_EQ(buckets.index_of(kUtcTimeMin.ns()), INT64_MAX);
}

RC_GTEST_PROP(Buckets, SequenceNamesEachBucketOnce, ()) {
  const Interval interval{*rc::gen::inRange<int64_t>(1, 50), *rc::gen::inRange<int64_t>(-60, 60)};
  const auto min = *rc::gen::inRange<int64_t>(-500, 500);
  const auto max = min + *rc::gen::inRange<int64_t>(0, 500);
  const bool descending = *rc::gen::arbitrary<bool>();
  const BucketSequence buckets(min, max, interval, descending);
  for (int64_t i = 0; i < buckets.size(); ++i) {
    const int64_t start = buckets.start_ns(i);
    RC_ASSERT(bucket_of(start, interval).start_ns == start);
    RC_ASSERT(buckets.index_of(start) == i);
    RC_ASSERT(buckets.index_of(start + interval.duration_ns - 1) == i);
  }
  RC_ASSERT(buckets.index_of(descending ? max : min) == 0);
  RC_ASSERT(buckets.index_of(descending ? min : max) == buckets.size() - 1);
}

}  // namespace
}  // namespace efd::query
