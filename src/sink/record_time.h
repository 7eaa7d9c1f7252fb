// SPDX-License-Identifier: MIT
// RecordTime: which of a record's stamps is the time of its row.
//
// The first usable one of: field `private_efdStamp`, field `kafka_timestamp`, the record's own
// Kafka timestamp, the clock. Unusable: null, NaN, not after 1970, more than a day ahead of the
// record's Kafka timestamp (of the clock, if it has none).
#pragma once

#include <optional>
#include <vector>

#include "avro/schema.h"
#include "base/time.h"
#include "rows/rows.h"

namespace efd::sink {

// Compiled for one schema; thread-safe.
class RecordTime {
 public:
  RecordTime(const avro::Schema& schema, const rows::Layout& layout, Rounding rounding);

  struct Chosen {
    UtcTime time;
    bool passed_over = false;  // a field was there and its stamp unusable
  };
  // The time of the row that `rows` has not ended yet. `record_ms`: the record's Kafka timestamp,
  // or -1.
  Chosen of_unfinished_row(const rows::Rows& rows, int64_t record_ms, UtcTime now) const;

 private:
  enum class Unit { seconds, milliseconds, microseconds, nanoseconds };
  struct Source {
    size_t column = 0;
    Unit unit = Unit::seconds;
  };

  static std::optional<Source> find(const avro::Schema& schema, const rows::Layout& layout,
                                    std::string_view name);
  std::optional<UtcTime> read(const Source& source, const rows::Rows& rows) const;

  std::vector<Source> sources_;
  Rounding rounding_;
};

}  // namespace efd::sink
