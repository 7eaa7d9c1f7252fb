// SPDX-License-Identifier: MIT
#include "app/options.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "app/argument_checks.h"
#include "broker/topic_matcher.h"

namespace efd::app {
namespace {

using S = Settings;
constexpr double kAny = 9e18;
constexpr double kLongestMs = 1e12;  // 31 years, which still fit as nanoseconds

Result<> check_address_if_any(std::string_view text) {
  return text.empty() ? Result<>() : check_address(text);
}

Result<> check_pattern(std::string_view text) {
  EFD_TRY(broker::TopicMatcher::compile({.regex = std::string(text)}));
  return {};
}

constexpr Option kOptions[] = {
    {"", "data", "--data", &S::data, 0, 0, "",
     "Folder of the log and the store; made when absent."},

    {"listen", "kafka", "--kafka", &S::kafka, 0, 0, "",
     "HOST:PORT of the Kafka protocol; port 0 takes any free one.", check_address},
    {"listen", "registry", "--registry", &S::registry, 0, 0, "",
     "HOST:PORT of the schema registry's REST interface.", check_address},
    {"listen", "influx", "--influx", &S::influx, 0, 0, "",
     "HOST:PORT of InfluxDB's HTTP interface.", check_address},
    {"listen", "metrics", "--metrics", &S::metrics, 0, 0, "",
     "HOST:PORT of a listener for GET /metrics, /health and /ready alone; empty: none (every HTTP "
     "listener has them).",
     check_address_if_any},
    {"listen", "kafka_advertised", "", &S::kafka_advertised, 0, 0, "",
     "HOST:PORT that Kafka clients are told to connect to; empty: where they connected.",
     check_address_if_any},

    {"targets", "broker", "--broker", &S::broker, 0, 0, "",
     "HOST:PORT,... of a Kafka cluster to use instead of the embedded log, whose listener is off "
     "then."},
    {"targets", "registry_url", "--registry-url", &S::registry_url, 0, 0, "",
     "URL of a schema registry (Confluent's REST interface) to use instead of the embedded one, "
     "whose listener is off then."},
    {"targets", "influx_url", "--influx-url", &S::influx_url, 0, 0, "",
     "An InfluxDB to use instead of the embedded store: http://[USER:PASSWORD@]HOST:PORT. Queries "
     "are handed on to it with the credentials of whoever asks."},
    {"targets", "influx_user", "", &S::influx_user, 0, 0, "",
     "User that writes to the InfluxDB; empty: the URL's, or none."},
    {"targets", "influx_password", "", &S::influx_password, 0, 0, "", "The user's password."},
    {"targets", "influx_create_database", "", &S::influx_create_database, 0, 0, "off|on",
     "Whether the connector's database is made in the InfluxDB when that does not know it."},
    {"targets", "influx_gzip", "", &S::influx_gzip, 0, 0, "off|on",
     "Whether what is written to the InfluxDB is compressed."},

    {"observe", "log_level", "--log-level", &S::log_level, 0, 0, "debug|info|warning|error|off",
     "Least severe level that is logged."},
    {"observe", "log_format", "", &S::log_format, 0, 0, "automatic|human|json",
     "automatic: for people on a terminal, JSON lines otherwise."},

    {"net", "loops", "", &S::net_loops, 1, 64, "", "Event-loop threads of all listeners."},
    {"net", "connections_max", "", &S::net_connections_max, 1, 1'000'000, "",
     "Open connections per listener; more are closed as they come."},
    {"net", "first_request_timeout_ms", "", &S::net_first_request_timeout_ms, 1, kLongestMs, "",
     "At that bound the oldest connection that has sent no whole request for so long makes room."},
    {"net", "receive_bytes_max", "", &S::net_receive_bytes_max, 1 << 20, kAny, "",
     "Bytes of incomplete requests that all connections together may hold."},
    {"http", "threads", "", &S::http_threads, 1, 256, "",
     "Worker threads for HTTP requests other than queries, and for cold reads of the log."},
    {"http", "body_bytes_max", "", &S::http_body_bytes_max, 1024, kAny, "",
     "Longest request body; a longer one is answered 413."},
    {"http", "send_timeout_ms", "", &S::http_send_timeout_ms, 1000, kLongestMs, "",
     "A client that takes no byte of its answer for so long is cut off."},

    {"log", "commit_interval_ms", "", &S::log_commit_interval_ms, 1, 1000, "",
     "Group commit when nobody waits: what a power cut may cost an acks=1 producer."},
    {"log", "commit_gather_us", "", &S::log_commit_gather_us, 0, 1000, "",
     "How long a commit that somebody waits for gathers company."},
    {"log", "wal_bytes_max", "", &S::log_wal_bytes_max, 16 << 20, kAny, "",
     "Write-ahead log not yet in checkpointed segments; produce waits at the bound."},
    {"log", "checkpoint_bytes", "", &S::log_checkpoint_bytes, 1 << 20, kAny, "",
     "Write-ahead log at which a checkpoint begins."},
    {"log", "checkpoint_interval_ms", "", &S::log_checkpoint_interval_ms, 100, kLongestMs, "",
     "Longest time between two checkpoints."},
    {"log", "segment_bytes", "", &S::log_segment_bytes, 1 << 20, 1 << 30, "",
     "Default of the topic setting segment.bytes."},
    {"log", "retention_ms", "", &S::log_retention_ms, -1, kAny, "",
     "Default of the topic setting retention.ms; -1: for ever."},
    {"log", "disk_share_max", "", &S::log_disk_share_max, 0.001, 1, "",
     "Bound of the whole log, as a share of its disk: the oldest segments go first."},
    {"log", "disk_reserve_bytes", "", &S::log_disk_reserve_bytes, 0, kAny, "",
     "Free space below which intake stops, so that store and log can still write what they "
     "have; at least log.wal_bytes_max, which a checkpoint may need."},
    {"log", "message_bytes_max", "", &S::log_message_bytes_max, 1024, 1 << 30, "",
     "Default of the topic setting max.message.bytes."},

    {"topics", "auto_create", "", &S::topics_auto_create, 0, 0, "off|on",
     "Whether a topic is made when a client asks for it: Kafka's auto.create.topics.enable."},
    {"topics", "num_partitions", "", &S::topics_num_partitions, 1, 1000, "",
     "Partitions of a topic that is made so, or without their number: Kafka's num.partitions."},

    {"groups", "initial_rebalance_delay_ms", "", &S::groups_initial_rebalance_delay_ms, 0, 60'000,
     "", "How long the first members of a consumer group wait for others; Kafka has 3000."},
    {"groups", "offsets_retention_ms", "", &S::groups_offsets_retention_ms, 60'000, kAny, "",
     "How long a consumer group without members keeps its offsets."},
    {"groups", "min_session_timeout_ms", "", &S::groups_min_session_timeout_ms, 1, 86'400'000, "",
     "Least session timeout that a member may ask for: Kafka's group.min.session.timeout.ms."},
    {"groups", "max_session_timeout_ms", "", &S::groups_max_session_timeout_ms, 1, 86'400'000, "",
     "Longest one: Kafka's group.max.session.timeout.ms; not below the least."},

    {"store", "flush_interval_ms", "", &S::store_flush_interval_ms, 100, kLongestMs, "",
     "Longest time between two commits of the store."},
    {"store", "flush_bytes", "", &S::store_flush_bytes, 1 << 20, kAny, "",
     "Rows in memory at which a flush begins."},
    {"store", "memory_bytes_max", "", &S::store_memory_bytes_max, 16 << 20, kAny, "",
     "Rows in memory at which intake waits."},

    {"connector", "topics", "", &S::connector_topics, 0, 0, "",
     "Topics that are stored, as a regular expression (RE2) that matches the whole name.",
     check_pattern},
    {"connector", "database", "", &S::connector_database, 0, 0, "", "Database that they go to."},
    {"connector", "policy", "", &S::connector_policy, 0, 0, "",
     "Retention policy that they go to."},
    {"connector", "time_rounding", "", &S::connector_time_rounding, 0, 0, "half_up|truncate",
     "How seconds as double become microseconds."},
    {"connector", "gather_us", "", &S::connector_gather_us, 0, 1'000'000, "",
     "How long a lane rests after a batch, so that the next one is worth its work; part of the "
     "time from "
     "produce to queryable."},
    {"connector", "group", "", &S::connector_group, 0, 0, "",
     "Consumer group that keeps the positions of a connector into an InfluxDB: workers that are in "
     "one group share the work."},
    {"connector", "instance", "", &S::connector_instance, 0, 0, "",
     "This worker's name in that group: one that comes back within 6 s goes on at once. Empty: a "
     "new member with each start."},

    {"saltransform", "enabled", "--saltransform", &S::saltransform_enabled, 0, 0, "off|on",
     "Whether this process also turns SAL's text messages into Avro records."},
    {"saltransform", "subsystems", "", &S::saltransform_subsystems, 0, 0, "",
     "Only the texts of these subsystems, separated by commas; empty: all."},
    {"saltransform", "auto_offset_reset", "", &S::saltransform_auto_offset_reset, 0, 0,
     "earliest|latest",
     "Where to begin in topics of texts that exist at start, without a committed offset."},
    {"saltransform", "preamble_order", "", &S::saltransform_preamble_order, 0, 0, "sal|original",
     "How texts print origin and host: as SAL, or as the original transformer read them."},
    {"saltransform", "latin1", "", &S::saltransform_latin1, 0, 0, "off|on",
     "Whether strings that are not UTF-8 are Latin-1, instead of an error."},
    {"saltransform", "xml", "", &S::saltransform_xml, 0, 0, "",
     "SAL XML (a file, folder or archive), which tells the unsigned types that no schema does; "
     "empty: none."},
    {"saltransform", "instance", "", &S::saltransform_instance, 0, 0, "",
     "This process' name in the consumer groups, the same after a restart; empty: the host's name "
     "and the role."},

    {"query", "buckets_max", "", &S::query_buckets_max, 0, kAny, "",
     "Most GROUP BY time() buckets of one SELECT; 0: no limit."},
    {"query", "concurrent_max", "", &S::query_concurrent_max, 1, 10'000, "",
     "Queries that run at a time."},
    {"query", "timeout_ms", "", &S::query_timeout_ms, 0, kLongestMs, "",
     "Longest time of a query, without what it waits for its client; 0: no limit."},
    {"query", "threads", "", &S::query_threads, 1, 256, "",
     "Worker threads of queries alone: slow ones hold up neither the registry nor cold reads of "
     "the "
     "log."},
    {"query", "small_threads", "", &S::query_small_threads, 0, 256, "",
     "Worker threads beside those for small queries alone, which wait behind no large ones; 0: "
     "none."},
    {"query", "small_rows_max", "", &S::query_small_rows_max, 0, kAny, "",
     "A query is small while the row groups in its ranges hold at most so many rows,"},
    {"query", "small_answer_bytes_max", "", &S::query_small_answer_bytes_max, 0, kAny, "",
     "and its answer takes at most so many bytes: it gathers in memory, so that small queries wait "
     "for no client."},
    {"query", "small_answers_bytes_max", "", &S::query_small_answers_bytes_max, 0, kAny, "",
     "Bytes of all such answers that clients have not taken yet (each may have 1 MiB beside "
     "that); what has no room runs among the large queries."},
    {"query", "memory_max", "", &S::query_memory_max, 1 << 20, kAny, "",
     "Bytes that one query may hold in memory."},
};

const Option* find_option(std::string_view key) {
  for (const Option& option : kOptions)
    if (option.key() == key) return &option;
  return nullptr;
}

std::string nearest_key(std::string_view key) {
  std::vector<std::string> keys;
  for (const Option& option : kOptions) keys.push_back(option.key());
  return nearest(key, keys);
}

Result<> check_range(const Option& option, double value) {
  if (value >= option.min && value <= option.max) return {};
  if (option.max == kAny)
    return fail(ErrorCode::bad_input, "{}: {} is less than {}", option.key(), value, option.min);
  return fail(ErrorCode::bad_input, "{}: {} is not within {} and {}", option.key(), value,
              option.min, option.max);
}

Result<> set_text(Settings& settings, const Option& option, std::string S::* member,
                  std::string_view value) {
  std::string choices = "|" + std::string(option.choices) + "|";
  if (!option.choices.empty() && choices.find("|" + std::string(value) + "|") == choices.npos)
    return fail(ErrorCode::bad_input, "{}: '{}' is not one of {}", option.key(), value,
                option.choices);
  if (option.check)
    if (auto good = option.check(value); !good) return fail_in(option.key(), good.error());
  settings.*member = value;
  return {};
}

template <class T>
Result<> set_number(Settings& settings, const Option& option, T S::* member,
                    std::string_view value) {
  T number{};
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size())
    return fail(ErrorCode::bad_input, "{}: '{}' is not a number", option.key(), value);
  EFD_TRY(check_range(option, static_cast<double>(number)));
  settings.*member = number;
  return {};
}

// Levenshtein's distance.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t substitution = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row.back();
}

}  // namespace

std::string Option::key() const {
  return section.empty() ? std::string(name) : fmt::format("{}.{}", section, name);
}

std::span<const Option> options() {
  return kOptions;
}

Result<> set_option(Settings& settings, std::string_view key, std::string_view value) {
  if (key.starts_with(kLibrdkafkaPrefix)) {
    settings.broker_librdkafka[std::string(key.substr(kLibrdkafkaPrefix.size()))] = value;
    return {};
  }
  const Option* option = find_option(key);
  if (!option) {
    std::string near = nearest_key(key);
    return fail(ErrorCode::bad_input, "no setting '{}'{}", key,
                near.empty() ? "" : fmt::format(": did you mean '{}'?", near));
  }
  if (auto* text = std::get_if<std::string S::*>(&option->member))
    return set_text(settings, *option, *text, value);
  if (auto* integer = std::get_if<int64_t S::*>(&option->member))
    return set_number(settings, *option, *integer, value);
  return set_number(settings, *option, std::get<double S::*>(option->member), value);
}

std::string value_text(const Settings& settings, const Option& option) {
  return std::visit([&](auto member) { return fmt::format("{}", settings.*member); },
                    option.member);
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    size_t d = distance(word, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace efd::app
