// SPDX-License-Identifier: MIT
// Mapping: what of a topic's records goes into which measurement, under which names and tags, and
// at which time. A KCQL statement can be compiled into one.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace efd::sink {

// What a number that is a time counts.
enum class TimeUnit { seconds, milliseconds, microseconds, nanoseconds };

// A field of the source, or a record in it with all its fields, by its path (rows/layout.h).
struct MappedField {
  std::string path;
  std::string name;  // what it is called; empty: as in the source
  bool operator==(const MappedField&) const = default;
};

struct Mapping {
  std::string measurement;          // empty: the topic's name
  std::vector<MappedField> fields;  // those that are taken; a field that a record lacks is no error
  bool takes_others = true;         // the fields that are not named, too
  std::string time_field;           // by its path; empty: the rule of record_time.h
  std::optional<TimeUnit> time_unit;  // of time_field; none: as record_time.h reads it
  // Those that are tags: what their values say is the row's series. A number or a boolean becomes
  // its text; null, an empty string, NaN and infinities are no tag. They are fields, too, only
  // where `fields` names them, which cannot be under the same name.
  std::vector<MappedField> tags;
  bool operator==(const Mapping&) const = default;

  bool takes_all_as_it_is() const { return fields.empty() && tags.empty() && takes_others; }
};

}  // namespace efd::sink
