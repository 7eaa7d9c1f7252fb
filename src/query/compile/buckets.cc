// SPDX-License-Identifier: MIT
#include "query/compile/buckets.h"

#include <algorithm>
#include <limits>

namespace efd::query {
namespace {

using Wide = __int128;  // sums of times and durations do not fit int64 at the ends of time

int64_t clamp(Wide value) {
  return static_cast<int64_t>(std::clamp<Wide>(value, kUtcTimeMin.ns(), INT64_MAX));
}

Wide floor_to(Wide value, int64_t unit) {
  const Wide rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

}  // namespace

Bucket bucket_of(int64_t time_ns, Interval interval) {
  const Wide start =
      floor_to(Wide{time_ns} - interval.offset_ns, interval.duration_ns) + interval.offset_ns;
  return {clamp(start), clamp(start + interval.duration_ns)};
}

Wide bucket_count(int64_t min_ns, int64_t max_ns, Interval interval) {
  if (max_ns < min_ns) return 0;
  const Wide first = bucket_of(min_ns, interval).start_ns;
  const Wide last = bucket_of(max_ns, interval).start_ns;
  return (last - first + interval.duration_ns - 1) / interval.duration_ns + 1;
}

BucketSequence::BucketSequence(int64_t min_ns, int64_t max_ns, Interval interval, bool descending)
    : interval_(interval),
      descending_(descending),
      size_(bucket_count(min_ns, max_ns, interval)),
      first_ns_(bucket_of(min_ns, interval).start_ns) {}

int64_t BucketSequence::size() const {
  return static_cast<int64_t>(std::min<Wide>(size_, INT64_MAX));
}

int64_t BucketSequence::start_ns(int64_t i) const {
  const Wide from_first = descending_ ? size_ - 1 - i : Wide{i};
  if (from_first == 0) return first_ns_;
  // The first bucket may be cut short by the lower end of time, so all others count from its end.
  const Wide end = bucket_of(first_ns_, interval_).end_ns;
  return clamp(end + (from_first - 1) * interval_.duration_ns);
}

int64_t BucketSequence::index_of(int64_t time_ns) const {
  const Wide from_first = bucket_count(first_ns_, time_ns, interval_) - 1;
  const Wide index = descending_ ? size_ - 1 - from_first : from_first;
  return static_cast<int64_t>(std::min<Wide>(index, INT64_MAX));
}

}  // namespace efd::query
