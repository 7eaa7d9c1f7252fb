// SPDX-License-Identifier: MIT
#include "sal/metadata_2019.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/core.h>

namespace efd::sal {
namespace {

enum class Metadata { text, real, integer, truth, present };

struct MetadataRule {
  const char* tag;
  const char* key;
  Metadata type;
};
constexpr std::array<MetadataRule, 14> kItemMetadata = {{
    {"Units", "sal_units", Metadata::text},
    {"Frequency", "sal_frequency", Metadata::real},
    {"Publishers", "sal_publishers", Metadata::integer},
    {"Values_per_Publisher", "sal_values_per_publisher", Metadata::integer},
    {"Size_in_bytes", "sal_size_in_bytes", Metadata::integer},
    {"Instances_per_night", "sal_instances_per_night", Metadata::integer},
    {"Bytes_per_night", "sal_bytes_per_night", Metadata::integer},
    {"Conversion", "sal_conversion", Metadata::text},
    {"Sensor_location", "sal_sensor_location", Metadata::text},
    // The original reads bool("false") here, which is true: the published schemas have it so.
    {"Needed_by_DM", "sal_needed_by_dm", Metadata::present},
    {"Needed_by_Camera", "sal_needed_by_camera", Metadata::truth},
    {"Needed_by_OCS", "sal_needed_by_ocs", Metadata::truth},
    {"Needed_by_TCS", "sal_needed_by_tcs", Metadata::truth},
    {"Needed_by_EPO", "sal_needed_by_epo", Metadata::truth},
}};

struct TextRule {
  const char* tag;
  const char* key;
};
constexpr std::array<TextRule, 9> kTopicMetadata = {{{"Explanation", "doc"},
                                                     {"Subsystem", "sal_subsystem"},
                                                     {"Version", "sal_version"},
                                                     {"Author", "sal_author"},
                                                     {"Alias", "sal_alias"},
                                                     {"Device", "sal_device"},
                                                     {"Property", "sal_property"},
                                                     {"Action", "sal_action"},
                                                     {"Value", "sal_value"}}};

std::optional<double> real_of(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<bool> truth_of(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower == "true") return true;
  if (lower == "false") return false;
  return std::nullopt;
}

template <class T>
std::optional<json::Value> as_value(const std::optional<T>& read) {
  return read ? std::optional(json::Value(*read)) : std::nullopt;
}

std::optional<json::Value> metadata_value(Metadata type, std::string_view text) {
  switch (type) {
    case Metadata::text:
      return json::Value(text);
    case Metadata::real:
      return as_value(real_of(text));
    case Metadata::integer:
      return as_value(integer_of(text));
    case Metadata::truth:
      return as_value(truth_of(text));
    case Metadata::present:
      return json::Value(true);
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> integer_of(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> add_item_metadata(const Item& item, json::Value::Object& schema) {
  std::vector<std::string> unreadable;
  for (const MetadataRule& rule : kItemMetadata) {
    const std::string_view text = item.text(rule.tag);
    if (text.empty()) continue;
    if (auto value = metadata_value(rule.type, text)) {
      schema.push_back({rule.key, std::move(*value)});
    } else {
      unreadable.push_back(fmt::format("{} '{}' cannot be read", rule.tag, text));
    }
  }
  return unreadable;
}

void add_topic_metadata(const Topic& topic, json::Value::Object& schema) {
  for (const TextRule& rule : kTopicMetadata) {
    const std::string_view text = topic.text(rule.tag);
    if (!text.empty()) schema.push_back({rule.key, text});
  }
}

}  // namespace efd::sal
