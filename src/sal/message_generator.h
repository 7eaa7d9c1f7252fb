// SPDX-License-Identifier: MIT
// MessageGenerator: typical messages of a topic, as Avro binary. Typical means: header fields as
// SAL sets them, readings that are quantised and wander slowly, arrays of their true length, and
// integers, booleans, strings and enumerations that seldom change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "sal/shape.h"

namespace efd::sal {

// Not thread-safe. The same shape, seed and times give the same bytes. Keeps 8 B for every value of
// a message.
class MessageGenerator {
 public:
  // A field that `sal_types` call a char holds a letter, other bytes are any number.
  MessageGenerator(const TopicShape& shape, uint64_t seed, const SalTypes& sal_types = {});

  // Appends the next message: one Avro datum without a frame. Every timestamp-millis is `now`, and
  // so is a double called "timestamp", in seconds; sal_sequence counts from 1.
  void append_datum(UtcTime now, std::string& out);

  // No message is longer.
  size_t datum_bytes_max() const { return datum_bytes_max_; }

 private:
  // SplitMix64.
  class Random {
   public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t next();
    int32_t below(int32_t limit);  // 0 .. limit - 1

   private:
    uint64_t state_;
  };

  enum class ValueKind { now_ms, now_seconds, sequence, revcode, origin, host, channels };

  struct Part {  // a field
    FieldType type;
    ValueKind kind;
    uint32_t length;      // of an array, in elements; 0: not an array
    uint32_t channel;     // of its first value
    int32_t choices;      // an enumeration's symbols, a string's words ...; 0: not a choice
    char first_byte = 0;  // the choice 0 of bytes
  };

  struct Channel {  // one value
    int32_t ticks;  // a reading is ticks / ticks_per_unit; a choice is ticks
    float ticks_per_unit;
  };

  static ValueKind kind_of(const Field& field);
  static int32_t choices_of(const Field& field);
  Channel first_channel(const Part& part);
  char* write_part(const Part& part, UtcTime now, char* to);
  char* write_channels(const Part& part, char* to);
  template <class Put>
  char* write_readings(const Part& part, char* to, Put put);
  char* write_integers(const Part& part, char* to);
  template <class Put>
  char* write_choices(const Part& part, char* to, Put put);
  template <unsigned kBits, class Step, class Put>
  char* write_values(const Part& part, char* to, Step step, Put put);

  Random random_;
  std::vector<Part> parts_;
  std::vector<Channel> channels_;
  std::string revcode_;
  int64_t sequence_ = 0;
  int32_t origin_;
  size_t datum_bytes_max_ = 0;
};

}  // namespace efd::sal
