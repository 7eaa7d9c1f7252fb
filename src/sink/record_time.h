// SPDX-License-Identifier: MIT
// RecordTime: which of a record's stamps is the time of its row.
//
// The first usable one of: field `private_efdStamp`, field `kafka_timestamp`, the record's own
// Kafka timestamp, the clock. A field is unusable when it is null, NaN, not after 1970, beyond what
// nanoseconds can count, or more than a day ahead of both the record's timestamp and the clock: a
// record's timestamp that is itself wrong does not condemn a good stamp. A record's timestamp that
// is not after 1970 or beyond nanoseconds is neither a time nor a measure; the clock stands for it.
//
// A mapping may name a time field and its unit, in place of the two.
//
// A double is in seconds, a whole number in what its logical type says (`date` too); without one
// its size tells: below 10^11 seconds, below 10^14 ms, below 10^17 us, else ns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "avro/schema.h"
#include "base/time.h"
#include "rows/rows.h"
#include "sink/mapping.h"

namespace efd::sink {

struct TimeRule {
  std::string field;             // by its path; empty: the two above
  std::optional<TimeUnit> unit;  // of field; none: as above
  Rounding rounding = Rounding::half_up;
};

// Compiled for one schema; thread-safe.
class RecordTime {
 public:
  RecordTime(const avro::Schema& schema, const rows::Layout& layout, const TimeRule& rule);

  struct Chosen {
    UtcTime time;
    bool passed_over = false;  // a stamp was there and unusable
  };
  // The time of the row that `rows` has not ended yet. `record_ms`: the record's Kafka timestamp,
  // or -1.
  Chosen of_unfinished_row(const rows::Rows& rows, int64_t record_ms, UtcTime now) const;

 private:
  enum class Unit { seconds, days, milliseconds, microseconds, nanoseconds, by_size, none };
  struct TimeField {
    size_t column = 0;
    Unit unit = Unit::by_size;
    bool is_whole = false;  // else a double or a float, of unit seconds where none is named
  };

  static Unit unit_of(TimeUnit unit);
  static Unit unit_of(const avro::Schema& schema, std::string_view field);
  static std::optional<TimeField> find(const avro::Schema& schema, const rows::Layout& layout,
                                       std::string_view name);
  std::optional<UtcTime> read(const TimeField& field, const rows::Rows& rows) const;
  std::optional<UtcTime> read_double(const TimeField& field, const rows::Rows& rows) const;

  std::vector<TimeField> fields_;
  Rounding rounding_;
};

}  // namespace efd::sink
