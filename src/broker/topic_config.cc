// SPDX-License-Identifier: MIT
#include "broker/topic_config.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>

namespace efd::broker {
namespace {

constexpr int64_t kInt32Max = std::numeric_limits<int32_t>::max();
constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();
constexpr size_t kTopicNameMax = 249;
constexpr size_t kTextMax = 4096;

enum class Kind { integer, fraction, boolean, word, words, text };

struct Setting {
  std::string_view name;
  Kind kind;
  std::string_view value;    // by default
  std::string_view allowed;  // words, separated by blanks
  int64_t min = 0;
  int64_t max = kInt64Max;
};

constexpr std::string_view kForever = "9223372036854775807";

// By name.
constexpr std::array kSettings = {
    Setting{"cleanup.policy", Kind::words, "delete", "delete compact"},
    Setting{"compression.gzip.level", Kind::integer, "-1", "", -1, 9},
    Setting{"compression.lz4.level", Kind::integer, "9", "", 1, 17},
    Setting{"compression.type", Kind::word, "producer",
            "producer uncompressed none gzip snappy lz4 zstd"},
    Setting{"compression.zstd.level", Kind::integer, "3", "", -131072, 22},
    Setting{"delete.retention.ms", Kind::integer, "86400000", "", 0},
    Setting{"efd.durability", Kind::word, "sync", "sync group-ms os"},
    Setting{"file.delete.delay.ms", Kind::integer, "60000", "", 0},
    Setting{"flush.messages", Kind::integer, kForever, "", 1},
    Setting{"flush.ms", Kind::integer, kForever, "", 0},
    Setting{"follower.replication.throttled.replicas", Kind::text, "", ""},
    Setting{"index.interval.bytes", Kind::integer, "4096", "", 0, kInt32Max},
    Setting{"leader.replication.throttled.replicas", Kind::text, "", ""},
    Setting{"local.retention.bytes", Kind::integer, "-2", "", -2},
    Setting{"local.retention.ms", Kind::integer, "-2", "", -2},
    Setting{"max.compaction.lag.ms", Kind::integer, kForever, "", 1},
    Setting{"max.message.bytes", Kind::integer, "", "", 0, 64 << 20},
    Setting{"message.downconversion.enable", Kind::boolean, "true", ""},
    Setting{"message.format.version", Kind::text, "3.0-IV1", ""},
    Setting{"message.timestamp.after.max.ms", Kind::integer, kForever, "", 0},
    Setting{"message.timestamp.before.max.ms", Kind::integer, kForever, "", 0},
    Setting{"message.timestamp.difference.max.ms", Kind::integer, kForever, "", 0},
    Setting{"message.timestamp.type", Kind::word, "CreateTime", "CreateTime LogAppendTime"},
    Setting{"min.cleanable.dirty.ratio", Kind::fraction, "0.5", ""},
    Setting{"min.compaction.lag.ms", Kind::integer, "0", "", 0},
    Setting{"min.insync.replicas", Kind::integer, "1", "", 1, kInt32Max},
    Setting{"preallocate", Kind::boolean, "false", ""},
    Setting{"remote.log.copy.disable", Kind::boolean, "false", ""},
    Setting{"remote.log.delete.on.disable", Kind::boolean, "false", ""},
    Setting{"remote.storage.enable", Kind::boolean, "false", ""},
    Setting{"retention.bytes", Kind::integer, "-1", "", -1},
    Setting{"retention.ms", Kind::integer, "", "", -1},
    Setting{"segment.bytes", Kind::integer, "", "", 14, kInt32Max},
    Setting{"segment.index.bytes", Kind::integer, "10485760", "", 4, kInt32Max},
    Setting{"segment.jitter.ms", Kind::integer, "0", "", 0},
    Setting{"segment.ms", Kind::integer, "604800000", "", 1},
    Setting{"unclean.leader.election.enable", Kind::boolean, "false", ""},
};

std::string default_of(const Setting& setting, const CommitLogOptions& defaults) {
  if (setting.name == "max.message.bytes") return std::to_string(defaults.message_bytes_max);
  if (setting.name == "retention.ms") return std::to_string(defaults.retention_ms);
  if (setting.name == "segment.bytes") return std::to_string(defaults.segment_bytes);
  return std::string(setting.value);
}

const Setting* find_setting(std::string_view name) {
  auto found = std::find_if(kSettings.begin(), kSettings.end(),
                            [&](const Setting& setting) { return setting.name == name; });
  return found == kSettings.end() ? nullptr : &*found;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_one_of(std::string_view word, std::string_view allowed) {
  while (!allowed.empty()) {
    size_t end = std::min(allowed.find(' '), allowed.size());
    if (allowed.substr(0, end) == word) return true;
    allowed.remove_prefix(std::min(end + 1, allowed.size()));
  }
  return false;
}

// "compact,delete"; Kafka allows blanks around the commas.
bool are_all_of(std::string_view list, std::string_view allowed) {
  while (!list.empty()) {
    size_t end = std::min(list.find(','), list.size());
    if (!is_one_of(trim(list.substr(0, end)), allowed)) return false;
    if (end == list.size()) return true;
    list.remove_prefix(end + 1);
  }
  return true;
}

template <class T>
bool parse_number(std::string_view text, T& value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_valid(const Setting& setting, std::string_view value) {
  int64_t integer = 0;
  double fraction = 0;
  switch (setting.kind) {
    case Kind::integer:
      return parse_number(value, integer) && integer >= setting.min && integer <= setting.max;
    case Kind::fraction:
      return parse_number(value, fraction) && fraction >= 0 && fraction <= 1;
    case Kind::boolean:
      return value == "true" || value == "false";
    case Kind::word:
      return is_one_of(value, setting.allowed);
    case Kind::words:
      return are_all_of(value, setting.allowed);
    case Kind::text:
      return value.size() <= kTextMax;
  }
  return false;
}

Result<> check_config(const TopicConfig& config) {
  for (const auto& [name, value] : config) {
    const Setting* setting = find_setting(name);
    if (!setting) return fail(ErrorCode::bad_input, "Unknown topic config name: {}", name);
    if (!is_valid(*setting, value))
      return fail(ErrorCode::bad_input, "Invalid value {} for configuration {}", value, name);
  }
  return {};
}

// The value in force; the configuration has been checked.
class Values {
 public:
  Values(const TopicConfig& config, const CommitLogOptions& defaults)
      : config_(config), defaults_(defaults) {}

  std::string text(std::string_view name) const {
    auto found = config_.find(std::string(name));
    return found == config_.end() ? default_of(*find_setting(name), defaults_) : found->second;
  }
  int64_t integer(std::string_view name) const {
    int64_t value = 0;
    parse_number(text(name), value);
    return value;
  }

 private:
  const TopicConfig& config_;
  const CommitLogOptions& defaults_;
};

}  // namespace

void clean_topic_config(TopicConfig& config) {
  for (auto& [name, value] : config) {
    const Setting* setting = find_setting(name);
    if (!setting) continue;
    value = std::string(trim(value));
    if (setting->kind != Kind::boolean) continue;
    std::transform(value.begin(), value.end(), value.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  }
}

bool is_list_setting(std::string_view name) {
  const Setting* setting = find_setting(name);
  return setting && (setting->kind == Kind::words || name.ends_with(".throttled.replicas"));
}

bool is_described(const ConfigEntry& entry) {
  if (entry.name == "efd.durability") return !entry.is_default;
  return entry.name != "message.downconversion.enable" && entry.name != "message.format.version" &&
         entry.name != "message.timestamp.difference.max.ms";
}

Result<TopicSettings> parse_topic_config(const TopicConfig& config,
                                         const CommitLogOptions& defaults) {
  EFD_TRY(check_config(config));
  Values values(config, defaults);
  TopicSettings settings;
  settings.retention_ms = values.integer("retention.ms");
  settings.retention_bytes = values.integer("retention.bytes");
  settings.segment_bytes = values.integer("segment.bytes");
  settings.segment_ms = values.integer("segment.ms");
  settings.message_bytes_max = static_cast<int32_t>(values.integer("max.message.bytes"));
  settings.is_compacted = values.text("cleanup.policy").find("compact") != std::string::npos;
  settings.may_delete = values.text("cleanup.policy").find("delete") != std::string::npos;
  settings.has_append_time = values.text("message.timestamp.type") == "LogAppendTime";
  int64_t difference_max_ms = values.integer("message.timestamp.difference.max.ms");
  settings.before_max_ms =
      std::min(difference_max_ms, values.integer("message.timestamp.before.max.ms"));
  settings.after_max_ms =
      std::min(difference_max_ms, values.integer("message.timestamp.after.max.ms"));
  std::string durability = values.text("efd.durability");
  if (durability == "group-ms") settings.durability = Durability::group_ms;
  if (durability == "os") settings.durability = Durability::os;
  return settings;
}

std::vector<ConfigEntry> describe_topic_config(const TopicConfig& config,
                                               const CommitLogOptions& defaults) {
  std::vector<ConfigEntry> entries;
  Values values(config, defaults);
  for (const Setting& setting : kSettings) {
    std::string name(setting.name);
    bool is_default = !config.contains(name);
    entries.push_back({name, values.text(name), is_default});
  }
  return entries;
}

Result<> check_topic_name(std::string_view name) {
  if (name.empty() || name.size() > kTopicNameMax || name == "." || name == "..")
    return fail(ErrorCode::bad_input,
                "topic name '{}': 1 to {} characters, and neither '.' nor '..'",
                name.substr(0, kTopicNameMax), kTopicNameMax);
  for (char c : name) {
    bool legal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '.' || c == '_' || c == '-';
    if (!legal)
      return fail(ErrorCode::bad_input,
                  "topic name '{}': only ASCII letters, digits, '.', '_' and '-' are legal", name);
  }
  return {};
}

}  // namespace efd::broker
