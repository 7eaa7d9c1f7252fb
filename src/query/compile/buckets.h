// SPDX-License-Identifier: MIT
// The buckets of GROUP BY time(duration, offset).
#pragma once

#include <cstdint>

#include "base/time.h"
#include "influx/condition.h"

namespace efd::query {

struct Interval {
  int64_t duration_ns = 0;  // 0: no GROUP BY time
  int64_t offset_ns = 0;
  bool is_set() const { return duration_ns > 0; }
};

// [start, end), held at the ends of int64.
struct Bucket {
  int64_t start_ns = 0;
  int64_t end_ns = 0;
};

// The bucket that holds `time_ns`. Buckets are aligned to 1970-01-01 UTC plus the offset; the one
// at the lower end of time starts with it.
Bucket bucket_of(int64_t time_ns, Interval interval);

// How many buckets the inclusive range min .. max touches; 0 when it is empty. All of time has more
// of the smallest than fit 64 bits.
__int128 bucket_count(int64_t min_ns, int64_t max_ns, Interval interval);

// The buckets of an inclusive range in the order of the answer.
class BucketSequence {
 public:
  BucketSequence(int64_t min_ns, int64_t max_ns, Interval interval, bool descending);

  // At most INT64_MAX, as are the indices.
  int64_t size() const;
  // The start of the i-th bucket.
  int64_t start_ns(int64_t i) const;
  // Which bucket holds a time of the range.
  int64_t index_of(int64_t time_ns) const;

 private:
  Interval interval_;
  bool descending_;
  __int128 size_;
  int64_t first_ns_;  // start of the bucket with the lowest times
};

}  // namespace efd::query
