// SPDX-License-Identifier: MIT
#include "sal/message_generator.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/ids.h"
#include "sal/avro_binary.h"

namespace efd::sal {
namespace {

constexpr int32_t kHost = 0x7f000001;   // 127.0.0.1, as SAL writes a host's address
constexpr int32_t kOriginMax = 32'768;  // a process id
constexpr int32_t kReadingTicksMax = 20'000;
constexpr int32_t kIntegerMax = 10'000;
constexpr std::array<float, 5> kTicksPerUnit = {1, 10, 100, 1'000, 10'000};
constexpr std::array<std::string_view, 8> kWords = {"OK",
                                                    "IDLE",
                                                    "standby",
                                                    "nominal",
                                                    "in position",
                                                    "tracking target",
                                                    "settings applied",
                                                    "waiting for command"};
constexpr size_t kWordBytesMax = 19;
constexpr int32_t kLetters = 26;

// Random bits that a value takes in each message, and how many of their 256 states change it: an
// integer about once in 64 messages, a choice once in 256.
constexpr unsigned kReadingBits = 2;
constexpr unsigned kSeldomBits = 8;
constexpr uint64_t kSeldomMask = 0xff;
constexpr uint64_t kIntegerChanges = 4;
constexpr uint64_t kChoiceChanges = 1;

size_t bytes_max(FieldType type) {
  switch (type) {
    case FieldType::null:
      return 0;
    case FieldType::boolean:
      return 1;
    case FieldType::float32:
      return sizeof(float);
    case FieldType::float64:
      return sizeof(double);
    case FieldType::bytes:
      return 2;
    case FieldType::string:
      return 1 + kWordBytesMax;
    default:
      return kVarintBytesMax;
  }
}

size_t bytes_max(const Field& field) {
  const size_t values = field.values() * bytes_max(field.type);
  return field.length == 0 ? values : kVarintBytesMax + values + 1;
}

// 0 twice as often as +1 and -1.
int32_t reading_step(uint64_t bits) {
  return static_cast<int32_t>(bits >> 1 & 1) * (1 - 2 * static_cast<int32_t>(bits & 1));
}

// By whole microseconds, which a double holds exactly.
double seconds_of(UtcTime time) {
  const int64_t us = time.ns() / kNsPerUs;
  return static_cast<double>(us) / 1e6;
}

}  // namespace

uint64_t MessageGenerator::Random::next() {
  uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

int32_t MessageGenerator::Random::below(int32_t limit) {
  return static_cast<int32_t>(next() % static_cast<uint64_t>(limit));
}

MessageGenerator::MessageGenerator(const TopicShape& shape, uint64_t seed,
                                   const SalTypes& sal_types)
    : random_(seed ^ hash_bytes(shape.name)),
      revcode_(fmt::format("{:08x}", hash_bytes(shape.name) & 0xffffffff)),
      origin_(1 + random_.below(kOriginMax)) {
  for (const Field& field : shape.fields) {
    const auto first = static_cast<uint32_t>(channels_.size());
    Part part{field.type, kind_of(field), field.length, first, choices_of(field)};
    if (sal_type_of(sal_types, field) == "char") {
      part.first_byte = 'A';
      part.choices = kLetters;
    }
    parts_.push_back(part);
    datum_bytes_max_ += bytes_max(field);
    if (part.kind != ValueKind::channels) continue;
    for (size_t i = 0; i < field.values(); ++i) channels_.push_back(first_channel(part));
  }
}

MessageGenerator::ValueKind MessageGenerator::kind_of(const Field& field) {
  if (field.length > 0) return ValueKind::channels;
  const auto is = [&](std::string_view name, FieldType type) {
    return field.name == name && field.type == type;
  };
  if (field.type == FieldType::timestamp_ms) return ValueKind::now_ms;
  if (is("timestamp", FieldType::float64)) return ValueKind::now_seconds;
  if (is("sal_sequence", FieldType::int64)) return ValueKind::sequence;
  if (is("sal_revcode", FieldType::string)) return ValueKind::revcode;
  if (is("sal_origin", FieldType::int32)) return ValueKind::origin;
  if (is("sal_host", FieldType::int32)) return ValueKind::host;
  return ValueKind::channels;
}

int32_t MessageGenerator::choices_of(const Field& field) {
  switch (field.type) {
    case FieldType::boolean:
      return 2;
    case FieldType::string:
      return static_cast<int32_t>(kWords.size());
    case FieldType::enumeration:
      return static_cast<int32_t>(field.symbols.size());
    case FieldType::bytes:
      return 256;
    default:
      return 0;
  }
}

MessageGenerator::Channel MessageGenerator::first_channel(const Part& part) {
  if (part.choices > 0) return {random_.below(part.choices), 1};
  const bool reading = part.type == FieldType::float32 || part.type == FieldType::float64;
  if (!reading) return {random_.below(kIntegerMax), 1};
  const auto scale = static_cast<size_t>(random_.below(static_cast<int32_t>(kTicksPerUnit.size())));
  return {random_.below(2 * kReadingTicksMax) - kReadingTicksMax, kTicksPerUnit[scale]};
}

void MessageGenerator::append_datum(UtcTime now, std::string& out) {
  ++sequence_;
  const size_t start = out.size();
  out.resize(start + datum_bytes_max_);
  char* to = out.data() + start;
  for (const Part& part : parts_) to = write_part(part, now, to);
  out.resize(static_cast<size_t>(to - out.data()));
}

char* MessageGenerator::write_part(const Part& part, UtcTime now, char* to) {
  switch (part.kind) {
    case ValueKind::now_ms:
      return put_varint(to, now.ms());
    case ValueKind::now_seconds:
      return put_float(to, seconds_of(now));
    case ValueKind::sequence:
      return put_varint(to, sequence_);
    case ValueKind::revcode:
      return put_bytes(to, revcode_);
    case ValueKind::origin:
      return put_varint(to, origin_);
    case ValueKind::host:
      return put_varint(to, kHost);
    case ValueKind::channels:
      break;
  }
  if (part.length == 0) return write_channels(part, to);
  to = write_channels(part, put_varint(to, part.length));  // one block ...
  *to++ = 0;                                               // ... and the end of the array
  return to;
}

char* MessageGenerator::write_channels(const Part& part, char* to) {
  switch (part.type) {
    case FieldType::null:
      return to;
    case FieldType::float32:
      return write_readings(part, to, [](char* at, double reading) {
        return put_float(at, static_cast<float>(reading));
      });
    case FieldType::float64:
      return write_readings(part, to, put_float<double>);
    case FieldType::int32:
    case FieldType::int64:
    case FieldType::timestamp_ms:
      return write_integers(part, to);
    case FieldType::boolean:
      return write_choices(part, to, [](char* at, int32_t choice) {
        *at = static_cast<char>(choice);
        return at + 1;
      });
    case FieldType::enumeration:
      return write_choices(part, to, put_varint);
    case FieldType::string:
      return write_choices(part, to, [](char* at, int32_t choice) {
        return put_bytes(at, kWords[static_cast<size_t>(choice)]);
      });
    case FieldType::bytes:
      return write_choices(part, to, [&](char* at, int32_t choice) {
        const char byte = static_cast<char>(part.first_byte + choice);
        return put_bytes(at, {&byte, 1});
      });
  }
  return to;
}

template <class Put>
char* MessageGenerator::write_readings(const Part& part, char* to, Put put) {
  const auto step = [](Channel& channel, uint64_t bits) { channel.ticks += reading_step(bits); };
  return write_values<kReadingBits>(part, to, step, [&](char* at, const Channel& channel) {
    return put(at, static_cast<double>(channel.ticks) / channel.ticks_per_unit);
  });
}

char* MessageGenerator::write_integers(const Part& part, char* to) {
  const auto step = [](Channel& channel, uint64_t bits) {
    channel.ticks += (bits & kSeldomMask) < kIntegerChanges;
  };
  return write_values<kSeldomBits>(part, to, step, [](char* at, const Channel& channel) {
    return put_varint(at, channel.ticks);
  });
}

template <class Put>
char* MessageGenerator::write_choices(const Part& part, char* to, Put put) {
  const auto step = [&](Channel& channel, uint64_t bits) {
    if ((bits & kSeldomMask) < kChoiceChanges) channel.ticks = random_.below(part.choices);
  };
  return write_values<kSeldomBits>(
      part, to, step, [&](char* at, const Channel& channel) { return put(at, channel.ticks); });
}

// `step` gets kBits random bits for each value. A number is drawn when those of the last are used
// up.
template <unsigned kBits, class Step, class Put>
char* MessageGenerator::write_values(const Part& part, char* to, Step step, Put put) {
  Channel* channel = channels_.data() + part.channel;
  const uint32_t values = std::max(part.length, 1u);
  uint64_t bits = 0;
  for (uint32_t i = 0; i < values; ++i, bits >>= kBits) {
    if (i % (64 / kBits) == 0) bits = random_.next();
    step(channel[i], bits);
    to = put(to, channel[i]);
  }
  return to;
}

}  // namespace efd::sal
