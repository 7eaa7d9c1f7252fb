// SPDX-License-Identifier: MIT
// Reads profiles in text form, one line per topic, then one per field:
//
//   telemetry 100 MTM1M3_accelerometerData
//    timestamp double
//    rawAccelerometers float[8]
//    mode enum Manual,Automatic
//    temperature double<TAB>degC
//   telemetry 100 DIMM_status keyed
#include <charconv>

#include "sal/profile.h"

namespace efd::sal {
namespace {

std::string_view take_until(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

bool read_kind(std::string_view text, Kind& kind) {
  for (const Kind known : {Kind::command, Kind::event, Kind::telemetry}) {
    if (text != to_string(known)) continue;
    kind = known;
    return true;
  }
  return false;
}

// "100" or, for a topic with two producers, "1+10".
bool read_rates(std::string_view text, std::vector<int>& rates) {
  while (!text.empty()) {
    int rate = 0;
    if (!read_number(take_until(text, '+'), rate) || rate < 1) return false;
    rates.push_back(rate);
  }
  return !rates.empty();
}

bool read_topic(std::string_view line, ProfileTopic& topic) {
  const bool kind = read_kind(take_until(line, ' '), topic.shape.kind);
  const bool rates = read_rates(take_until(line, ' '), topic.rates_hz);
  topic.shape.name = take_until(line, ' ');
  topic.shape.subsystem = topic.shape.name.substr(0, topic.shape.name.find('_'));
  topic.is_keyed = line == "keyed";
  topic.shape.fields = header_fields();
  return kind && rates && is_avro_name(topic.shape.name) && (line.empty() || topic.is_keyed);
}

// "float" or "float[8]"
bool read_type(std::string_view text, Field& field) {
  const auto type = field_type_named(take_until(text, '['));
  if (!type) return false;
  field.type = *type;
  if (text.empty()) return true;
  return text.back() == ']' && read_number(text.substr(0, text.size() - 1), field.length) &&
         field.length > 1 && field.length <= kLengthMax;
}

void read_symbols(std::string_view text, Field& field) {
  while (!text.empty()) field.symbols.emplace_back(take_until(text, ','));
}

bool read_field(std::string_view line, Field& field) {
  std::string_view words = take_until(line, '\t');
  field.units = line;
  field.name = take_until(words, ' ');
  const bool type = read_type(take_until(words, ' '), field);
  read_symbols(words, field);
  return type && is_avro_name(field.name) &&
         field.symbols.empty() == (field.type != FieldType::enumeration);
}

bool read_line(std::string_view line, Profile& profile) {
  if (line.empty() || line[0] == '#') return true;
  if (line[0] != ' ') return read_topic(line, profile.topics.emplace_back());
  if (profile.topics.empty()) return false;
  return read_field(line.substr(1), profile.topics.back().shape.fields.emplace_back());
}

}  // namespace

Result<Profile> parse_profile(std::string name, std::string_view text) {
  Profile profile{std::move(name), {}};
  for (size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_until(text, '\n');
    if (!read_line(line, profile)) {
      return fail(ErrorCode::bad_input, "profile {}, line {}: cannot be read: {}", profile.name,
                  number, line);
    }
  }
  return profile;
}

}  // namespace efd::sal
