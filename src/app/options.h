// SPDX-License-Identifier: MIT
// The one table of settings: it makes the configuration file, its validation, `efd config default`,
// the command line of `efd serve`, and docs/reference/configuration.md.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace efd::app {

// Every setting of `efd serve`, with its value in force. Names say the unit.
struct Settings {
  std::string data;
  std::string log_level = "info";
  std::string log_format = "automatic";

  std::string kafka = "127.0.0.1:9092";
  std::string registry = "127.0.0.1:8081";
  std::string influx = "127.0.0.1:8086";
  std::string metrics;
  std::string kafka_advertised;

  std::string broker;
  std::string registry_url;
  std::string influx_url;
  std::string influx_user;
  std::string influx_password;
  std::string influx_create_database = "on";
  std::string influx_gzip = "off";
  std::map<std::string, std::string> broker_librdkafka;  // by librdkafka's names

  int64_t net_loops = 2;
  int64_t net_connections_max = 4096;
  int64_t net_first_request_timeout_ms = 10'000;
  int64_t net_receive_bytes_max = 256 << 20;
  int64_t http_threads = 4;
  int64_t http_body_bytes_max = 25 << 20;
  int64_t http_send_timeout_ms = 60'000;

  int64_t log_commit_interval_ms = 5;
  int64_t log_commit_gather_us = 500;
  int64_t log_wal_bytes_max = 256 << 20;
  int64_t log_checkpoint_bytes = 64 << 20;
  int64_t log_checkpoint_interval_ms = 30'000;
  int64_t log_segment_bytes = 64 << 20;
  int64_t log_retention_ms = 86'400'000;
  double log_disk_share_max = 0.2;
  int64_t log_disk_reserve_bytes = 512 << 20;
  int64_t log_message_bytes_max = 1 << 20;

  std::string topics_auto_create = "on";
  int64_t topics_num_partitions = 1;

  int64_t groups_initial_rebalance_delay_ms = 0;
  int64_t groups_offsets_retention_ms = 604'800'000;
  int64_t groups_min_session_timeout_ms = 6'000;
  int64_t groups_max_session_timeout_ms = 1'800'000;

  int64_t store_flush_interval_ms = 30'000;
  int64_t store_flush_bytes = 128 << 20;
  int64_t store_memory_bytes_max = 512 << 20;

  std::string connector_topics = "lsst\\..*";
  std::string connector_database = "efd";
  std::string connector_policy = "autogen";
  std::string connector_time_rounding = "half_up";
  int64_t connector_gather_us = 1000;
  std::string connector_group = "efd";
  std::string connector_instance;

  std::string saltransform_enabled = "off";
  std::string saltransform_subsystems;
  std::string saltransform_auto_offset_reset = "earliest";
  std::string saltransform_preamble_order = "sal";
  std::string saltransform_latin1 = "off";
  std::string saltransform_xml;
  std::string saltransform_instance;

  int64_t query_buckets_max = 1'000'000;
  int64_t query_concurrent_max = 16;
  int64_t query_timeout_ms = 60'000;
  int64_t query_threads = 8;
  int64_t query_small_threads = 2;
  int64_t query_small_rows_max = 100'000;
  int64_t query_small_answer_bytes_max = 16 << 20;
  int64_t query_small_answers_bytes_max = 64 << 20;
  int64_t query_memory_max = 256 << 20;
};

// A row of the table.
struct Option {
  using Member = std::variant<std::string Settings::*, int64_t Settings::*, double Settings::*>;

  std::string_view section;  // "" = top of the file
  std::string_view name;
  std::string_view flag;  // on the command line, "" = none but --SECTION.NAME
  Member member;
  double min = 0;  // of numbers
  double max = 0;
  std::string_view choices;  // of texts: "a|b|c", "" = any
  std::string_view help;
  Result<> (*check)(std::string_view) = nullptr;  // of texts: says what is wrong with one

  std::string key() const;  // "store.flush_bytes"
};

std::span<const Option> options();

// Settings of librdkafka are not in the table: whatever follows this prefix is one.
inline constexpr std::string_view kLibrdkafkaPrefix = "broker.librdkafka.";

// Sets one setting from text. bad_input says what is allowed; an unknown key names the nearest one.
Result<> set_option(Settings& settings, std::string_view key, std::string_view value);
std::string value_text(const Settings& settings, const Option& option);

// The file's settings over `settings`. Errors name file, line and key.
Result<> read_configuration(const std::string& path, Settings& settings);

// What `efd config default` prints: the table as a commented TOML file.
std::string default_configuration();
// The same as a page of the reference (Markdown).
std::string configuration_reference();

// Of `candidates` the one that `word` is most likely meant to be; "" when none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace efd::app
