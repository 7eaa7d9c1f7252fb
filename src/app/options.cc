// SPDX-License-Identifier: MIT
#include "app/options.h"

#include <algorithm>
#include <vector>

#include "app/argument_checks.h"
#include "broker/topic_matcher.h"

namespace efd::app {
namespace {

using S = Settings;
using C = ConnectorSettings;
using L = ListenerSettings;
using Log = broker::CommitLogOptions;
using Groups = groups::GroupOptions;
using Http = http::ServerOptions;
using Query = query::EngineOptions;
using Connector = pipeline::ConnectorOptions;
using Role = TransformRole;
using Transformer = pipeline::TransformerOptions;

constexpr double kLongestMs = 1e12;  // 31 years, which still fit as nanoseconds

Result<> check_address_if_any(std::string_view text) {
  return text.empty() ? Result<>() : check_address(text);
}

Result<> check_pattern(std::string_view text) {
  EFD_TRY(broker::TopicMatcher::compile({.regex = std::string(text)}));
  return {};
}

// [listen] has one setting for each listener that every server has.
ListenerSettings& listener_of(void* settings, const char* name) {
  return static_cast<Settings*>(settings)->listeners[name];
}
Place bind_of_kafka(void* settings) {
  return &listener_of(settings, "kafka").bind;
}
Place bind_of_registry(void* settings) {
  return &listener_of(settings, "registry").bind;
}
Place bind_of_influx(void* settings) {
  return &listener_of(settings, "influx").bind;
}
Place bind_of_metrics(void* settings) {
  return &listener_of(settings, "metrics").bind;
}
Place advertised_of_kafka(void* settings) {
  return &listener_of(settings, "kafka").advertised;
}

constexpr Option kOptions[] = {
    {"", "data", "--data", at<&S::data>, 0, 0, "",
     "Folder of the log and the store; made when absent."},

    {"listen", "kafka", "--kafka", bind_of_kafka, 0, 0, "",
     "HOST:PORT of the Kafka protocol; port 0 takes any free one.", check_address},
    {"listen", "registry", "--registry", bind_of_registry, 0, 0, "",
     "HOST:PORT of the schema registry's REST interface.", check_address},
    {"listen", "influx", "--influx", bind_of_influx, 0, 0, "",
     "HOST:PORT of InfluxDB's HTTP interface.", check_address},
    {"listen", "metrics", "--metrics", bind_of_metrics, 0, 0, "",
     "HOST:PORT of a listener for GET /metrics, /health and /ready alone; empty: none (every HTTP "
     "listener has them).",
     check_address_if_any},
    {"listen", "kafka_advertised", "", advertised_of_kafka, 0, 0, "",
     "HOST:PORT that Kafka clients are told to connect to; empty: where they connected.",
     check_address_if_any},

    {"listener", "protocol", "", at<&L::protocol>, 0, 0, "kafka|registry|influx|metrics",
     "What a listener of that name speaks. The names kafka, registry, influx and metrics are those "
     "of [listen]; any other is one more listener."},
    {"listener", "bind", "", at<&L::bind>, 0, 0, "", "Its HOST:PORT; empty: it is not opened.",
     check_address_if_any},
    {"listener", "advertised", "", at<&L::advertised>, 0, 0, "",
     "HOST:PORT that Kafka clients are told to connect to; empty: where they connected.",
     check_address_if_any},

    {"targets", "broker", "--broker", at<&S::broker>, 0, 0, "",
     "HOST:PORT,... of a Kafka cluster to use instead of the embedded log, whose listener is off "
     "then."},
    {"targets", "registry_url", "--registry-url", at<&S::registry_url>, 0, 0, "",
     "URL of a schema registry (Confluent's REST interface) to use instead of the embedded one, "
     "whose listener is off then."},
    {"targets", "influx_url", "--influx-url", at<&S::influx_url>, 0, 0, "",
     "An InfluxDB to use instead of the embedded store: http://[USER:PASSWORD@]HOST:PORT. Queries "
     "are handed on to it with the credentials of whoever asks."},
    {"targets", "influx_user", "", at<&S::influx_user>, 0, 0, "",
     "User that writes to the InfluxDB; empty: the URL's, or none."},
    {"targets", "influx_password", "", at<&S::influx_password>, 0, 0, "", "The user's password."},
    {"targets", "influx_create_database", "",
     at<&S::influx_writer, &sink::InfluxWriterOptions::creates_database>, 0, 0, "",
     "Whether the connector's database is made in the InfluxDB when that does not know it."},
    {"targets", "influx_gzip", "", at<&S::influx_writer, &sink::InfluxWriterOptions::compresses>, 0,
     0, "", "Whether what is written to the InfluxDB is compressed."},

    {"observe", "log_level", "--log-level", at<&S::log_output, &LogOutput::level>, 0, 0,
     "debug|info|warning|error|off", "Least severe level that is logged."},
    {"observe", "log_format", "", at<&S::log_output, &LogOutput::format>, 0, 0,
     "automatic|human|json", "automatic: for people on a terminal, JSON lines otherwise."},

    {"net", "loops", "", at<&S::net, &net::LoopsOptions::threads>, 1, 64, "",
     "Event-loop threads of all listeners."},
    {"net", "connections_max", "", at<&S::connections, &net::ConnectionBounds::connections_max>, 1,
     1'000'000, "", "Open connections per listener; more are closed as they come."},
    {"net", "first_request_timeout_ms", "",
     at<&S::connections, &net::ConnectionBounds::first_request_timeout>, 1, kLongestMs, "",
     "At that bound the oldest connection that has sent no whole request for so long makes room."},
    {"net", "receive_bytes_max", "", at<&S::net, &net::LoopsOptions::receive_total_bytes_max>,
     1 << 20, kAny, "", "Bytes of incomplete requests that all connections together may hold."},
    {"http", "threads", "", at<&S::http, &Http::threads>, 1, 256, "",
     "Worker threads for HTTP requests other than queries and writes."},
    {"http", "write_threads", "", at<&S::http, &Http::write_threads>, 1, 256, "",
     "Worker threads for HTTP requests that write: they wait for the disk."},
    {"http", "kept_answers_max", "", at<&S::http, &Http::kept_answers_max>, 1, 1'000'000, "",
     "Answers that may come later, at once: long polls and streams of events."},
    {"http", "body_bytes_max", "", at<&S::http, &Http::body_bytes_max>, 1024, kAny, "",
     "Longest request body; a longer one is answered 413."},
    {"http", "send_timeout_ms", "", at<&S::http, &Http::send_timeout>, 1000, kLongestMs, "",
     "A client that takes no byte of its answer for so long is cut off."},

    {"kafka", "threads", "", at<&S::kafka, &kafka::ServerOptions::threads>, 1, 256, "",
     "Worker threads for Kafka requests that may block, and for cold reads of the log."},

    {"log", "commit_interval_ms", "", at<&S::log, &Log::commit_interval_ms>, 1, 1000, "",
     "Group commit when nobody waits: what a power cut may cost an acks=1 producer."},
    {"log", "commit_gather_us", "", at<&S::log, &Log::commit_gather_us>, 0, 1000, "",
     "How long a commit that somebody waits for gathers company."},
    {"log", "wal_bytes_max", "", at<&S::log, &Log::wal_bytes_max>, 16 << 20, kAny, "",
     "Write-ahead log not yet in checkpointed segments; produce waits at the bound."},
    {"log", "checkpoint_bytes", "", at<&S::log, &Log::checkpoint_bytes>, 1 << 20, kAny, "",
     "Write-ahead log at which a checkpoint begins."},
    {"log", "checkpoint_interval_ms", "", at<&S::log, &Log::checkpoint_interval_ms>, 100,
     kLongestMs, "", "Longest time between two checkpoints."},
    {"log", "segment_bytes", "", at<&S::log, &Log::segment_bytes>, 1 << 20, 1 << 30, "",
     "Default of the topic setting segment.bytes."},
    {"log", "retention_ms", "", at<&S::log, &Log::retention_ms>, -1, kAny, "",
     "Default of the topic setting retention.ms; -1: for ever."},
    {"log", "disk_share_max", "", at<&S::log, &Log::disk_share_max>, 0.001, 1, "",
     "Bound of the whole log, as a share of its disk: the oldest segments go first."},
    {"log", "disk_reserve_bytes", "", at<&S::log, &Log::disk_reserve_bytes>, 0, kAny, "",
     "Free space below which intake stops, so that store and log can still write what they "
     "have; at least log.wal_bytes_max, which a checkpoint may need."},
    {"log", "message_bytes_max", "", at<&S::log, &Log::message_bytes_max>, 1024, 1 << 30, "",
     "Default of the topic setting max.message.bytes."},

    {"topics", "auto_create", "", at<&S::kafka, &kafka::ServerOptions::auto_create_topics>, 0, 0,
     "", "Whether a topic is made when a client asks for it: Kafka's auto.create.topics.enable."},
    {"topics", "num_partitions", "", at<&S::kafka, &kafka::ServerOptions::num_partitions>, 1, 1000,
     "", "Partitions of a topic that is made so, or without their number: Kafka's num.partitions."},

    {"groups", "initial_rebalance_delay_ms", "",
     at<&S::groups, &Groups::initial_rebalance_delay_ms>, 0, 60'000, "",
     "How long the first members of a consumer group wait for others; Kafka has 3000."},
    {"groups", "offsets_retention_ms", "", at<&S::groups, &Groups::offsets_retention_ms>, 60'000,
     kAny, "", "How long a consumer group without members keeps its offsets."},
    {"groups", "min_session_timeout_ms", "", at<&S::groups, &Groups::session_timeout_min_ms>, 1,
     86'400'000, "",
     "Least session timeout that a member may ask for: Kafka's group.min.session.timeout.ms."},
    {"groups", "max_session_timeout_ms", "", at<&S::groups, &Groups::session_timeout_max_ms>, 1,
     86'400'000, "", "Longest one: Kafka's group.max.session.timeout.ms; not below the least."},

    {"store", "flush_interval_ms", "", at<&S::store, &store::StoreOptions::flush_interval_ms>, 100,
     kLongestMs, "", "Longest time between two commits of the store."},
    {"store", "flush_bytes", "", at<&S::store, &store::StoreOptions::flush_bytes>, 1 << 20, kAny,
     "", "Rows in memory at which a flush begins."},
    {"store", "memory_bytes_max", "", at<&S::store, &store::StoreOptions::memory_bytes_max>,
     16 << 20, kAny, "", "Rows in memory at which intake waits."},
    {"store", "series_bytes_max", "", at<&S::store, &store::StoreOptions::series_bytes_max>,
     1 << 20, kAny, "", "Memory for tag sets at which intake of rows with tags waits."},

    {"connector", "topics", "", at<&C::options, &Connector::topics>, 0, 0, "",
     "Topics that are stored, as a regular expression (RE2) that matches the whole name. "
     "[connector] is the connector efd; further ones are [connector.NAME], which name their "
     "topics.",
     check_pattern},
    {"connector", "database", "", at<&C::options, &Connector::database>, 0, 0, "",
     "Database that they go to."},
    {"connector", "policy", "", at<&C::options, &Connector::policy>, 0, 0, "",
     "Retention policy that they go to."},
    {"connector", "time_rounding", "", at<&C::options, &Connector::time_rounding>, 0, 0,
     "half_up|truncate", "How seconds as double become microseconds."},
    {"connector", "gather_us", "", at<&C::options, &Connector::gather>, 0, 1'000'000, "",
     "How long a lane rests after a batch, so that the next one is worth its work; part of the "
     "time from "
     "produce to queryable."},
    {"connector", "memory_bytes_max", "", at<&C::options, &Connector::memory_bytes_max>, 1 << 20,
     kAny, "",
     "What a connector may hold in memory, beside store.memory_bytes_max, while the store's "
     "commits "
     "leave it out because its dead letters cannot be delivered; then it alone waits."},
    {"connector", "group", "", at<&C::influx, &pipeline::InfluxConnectorOptions::group>, 0, 0, "",
     "Consumer group that keeps the positions of a connector into an InfluxDB: workers that are in "
     "one group share the work."},
    {"connector", "instance", "", at<&C::influx, &pipeline::InfluxConnectorOptions::instance>, 0, 0,
     "",
     "This worker's name in that group: one that comes back within 6 s goes on at once. Empty: a "
     "new member with each start."},

    {"saltransform", "enabled", "--saltransform", at<&S::transforms>, 0, 0, "",
     "Whether this process also turns SAL's text messages into Avro records."},
    {"saltransform", "subsystems", "",
     at<&S::saltransform, &Role::options, &Transformer::subsystems>, 0, 0, "",
     "Only the texts of these subsystems; empty: all."},
    {"saltransform", "auto_offset_reset", "",
     at<&S::saltransform, &Role::options, &Transformer::reset>, 0, 0, "earliest|latest",
     "Where to begin in topics of texts that exist at start, without a committed offset."},
    {"saltransform", "preamble_order", "",
     at<&S::saltransform, &Role::options, &Transformer::text, &sal::TextOptions::preamble_order>, 0,
     0, "sal|original",
     "How texts print origin and host: as SAL, or as the original transformer read them."},
    {"saltransform", "latin1", "", at<&S::saltransform, &Role::latin1>, 0, 0, "",
     "Whether strings that are not UTF-8 are Latin-1, instead of an error."},
    {"saltransform", "xml", "", at<&S::saltransform, &Role::xml>, 0, 0, "",
     "SAL XML (a file, folder or archive), which tells the unsigned types that no schema does; "
     "empty: none."},
    {"saltransform", "instance", "", at<&S::saltransform, &Role::options, &Transformer::instance>,
     0, 0, "",
     "This process' name in the consumer groups, the same after a restart; empty: the host's name "
     "and the role."},

    {"query", "buckets_max", "", at<&S::query, &Query::buckets_max>, 0, kAny, "",
     "Most GROUP BY time() buckets of one SELECT; 0: no limit."},
    {"query", "concurrent_max", "", at<&S::query, &Query::concurrent_max>, 1, 10'000, "",
     "Queries that run at a time."},
    {"query", "timeout_ms", "", at<&S::query, &Query::timeout_ms>, 0, kLongestMs, "",
     "Longest time of a query, without what it waits for its client; 0: no limit."},
    {"query", "threads", "", at<&S::query_threads, &query::QueryThreads::threads>, 1, 256, "",
     "Worker threads of queries alone: slow ones hold up neither the registry nor cold reads of "
     "the "
     "log."},
    {"query", "small_threads", "", at<&S::query_threads, &query::QueryThreads::small_threads>, 0,
     256, "",
     "Worker threads beside those for small queries alone, which wait behind no large ones; 0: "
     "none."},
    {"query", "small_rows_max", "", at<&S::query, &Query::small_rows_max>, 0, kAny, "",
     "A query is small while the row groups in its ranges hold at most so many rows,"},
    {"query", "small_answer_bytes_max", "", at<&S::query, &Query::small_answer_bytes_max>, 0, kAny,
     "",
     "and its answer takes at most so many bytes: it gathers in memory, so that small queries wait "
     "for no client."},
    {"query", "small_answers_bytes_max", "", at<&S::http, &Http::small_answers_total_bytes_max>, 0,
     kAny, "",
     "Bytes of all such answers that clients have not taken yet (each may have 1 MiB beside "
     "that); what has no room runs among the large queries."},
    {"query", "memory_max", "", at<&S::query, &Query::memory_bytes_max>, 1 << 20, kAny, "",
     "Bytes that one query may hold in memory."},
};

// Where a key leads.
struct Found {
  const Option* option = nullptr;
  std::string name;  // of a named section
};

Found find_option(std::string_view key) {
  for (const Option& option : kOptions) {
    if (option.key() == key && option.section != "listener") return {&option, {}};
    const std::string prefix = std::string(option.section) + ".";
    const std::string suffix = "." + std::string(option.name);
    const bool has_name = is_named(option) && key.size() > prefix.size() + suffix.size() &&
                          key.starts_with(prefix) && key.ends_with(suffix);
    if (!has_name) continue;
    key.remove_prefix(prefix.size());
    key.remove_suffix(suffix.size());
    return {&option, std::string(key)};
  }
  return {};
}

std::string nearest_key(std::string_view key) {
  std::vector<std::string> keys;
  for (const Option& option : kOptions)
    keys.push_back(option.section == "listener" ? fmt::format("listener.NAME.{}", option.name)
                                                : option.key());
  return nearest(key, keys);
}

ConnectorSettings& connector_of(Settings& settings, const std::string& name) {
  auto [found, is_new] = settings.connectors.try_emplace(name);
  if (is_new) {
    found->second.options.name = ConnectorName(name);
    found->second.options.topics.clear();
    found->second.influx.group = name;
  }
  return found->second;
}

}  // namespace

Listeners default_listeners() {
  return {{"kafka", {Protocol::kafka, "127.0.0.1:9092", ""}},
          {"registry", {Protocol::registry, "127.0.0.1:8081", ""}},
          {"influx", {Protocol::influx, "127.0.0.1:8086", ""}},
          {"metrics", {Protocol::metrics, "", ""}}};
}

std::span<const Option> options() {
  return kOptions;
}

bool is_named(const Option& option) {
  return option.section == "listener" || option.section == "connector";
}

Place place_in(Settings& settings, const Option& option, std::string_view name) {
  if (option.section == "listener")
    return option.at(&settings.listeners[name.empty() ? "kafka" : std::string(name)]);
  if (option.section == "connector")
    return option.at(&connector_of(settings, name.empty() ? kDefaultConnector : std::string(name)));
  return option.at(&settings);
}

Result<> set_option(Settings& settings, std::string_view key, std::span<const std::string> values) {
  if (key.starts_with(kLibrdkafkaPrefix)) {
    if (values.size() != 1) return fail(ErrorCode::bad_input, "{}: one value is wanted", key);
    settings.broker_librdkafka[std::string(key.substr(kLibrdkafkaPrefix.size()))] = values[0];
    return {};
  }
  const auto [option, name] = find_option(key);
  if (!option) {
    std::string near = nearest_key(key);
    return fail(ErrorCode::bad_input, "no setting '{}'{}", key,
                near.empty() ? "" : fmt::format(": did you mean '{}'?", near));
  }
  if (auto set = set_value(*option, place_in(settings, *option, name), values); !set)
    return fail_in(key, set.error());
  return {};
}

bool takes_list(std::string_view key) {
  Settings settings;
  const auto [option, name] = find_option(key);
  return option &&
         std::holds_alternative<std::vector<std::string>*>(place_in(settings, *option, name));
}

Result<> set_option(Settings& settings, std::string_view key, const std::string& value) {
  return set_option(settings, key, std::span(&value, 1));
}

}  // namespace efd::app
