// SPDX-License-Identifier: MIT
// The commands of `efd`: what each takes (command_table.cc has the names and helps). Each returns
// the program's exit code (0 ok, 1 failed, 2 usage) and has said on standard error what went wrong.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/settings.h"
#include "app/targets.h"
#include "demo/demo.h"

namespace efd::app {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct ServeOptions {
  std::string config_file;
  std::map<std::string, std::vector<std::string>> given;  // settings, which go before the file's
  std::vector<std::string> broker_settings;               // see Targets
};
int run_serve(const ServeOptions& options);

int run_config_default();
int run_config_reference();
int run_config_check(const std::string& file);

struct SalschemaOptions {
  std::string source;
  std::string write_directory;
  bool prune = false;
  bool print = false;
  bool upload = false;
  bool json = false;
  std::vector<std::string> subsystems;
  Targets targets;
};
int run_salschema_convert(const SalschemaOptions& options);

struct SaltransformInitOptions {
  std::string source;
  std::vector<std::string> subsystems;
  int64_t partitions = 1;  // of each topic that is made
  int64_t replicas = -1;   // as the cluster has it
  Targets targets;
};
int run_saltransform_init(const SaltransformInitOptions& options);

struct SaltransformRunOptions {
  TransformRole role;
  std::string metrics;
  Targets targets;
};
int run_saltransform_run(const SaltransformRunOptions& options);

struct SalmockProduceOptions {
  std::string profile;  // "sqr-029" when no topic is named
  std::vector<std::string> topics;
  std::string xml;
  double duration_s = 0;  // 0: until stopped
  double rate_scale = 1;
  std::string acks = "1";
  std::string as = "avro";              // or "text": as SAL prints it
  std::vector<std::string> subsystems;  // of the profile only these
  std::vector<std::string> without_subsystems;
  int64_t linger_ms = 5;
  std::string metrics;
  bool json = false;  // a last line of figures for programs
  Targets targets;
};
int run_salmock_produce(const SalmockProduceOptions& options);

struct SalmockConsumeOptions {
  std::string topic;
  std::string metrics;
  Targets targets;
};
int run_salmock_consume(const SalmockConsumeOptions& options);

struct StoreAdoptOptions {
  std::vector<std::string> files;
};
int run_store_adopt(const StoreAdoptOptions& options);

struct QueryOptions {
  std::string text;
  std::string database = "efd";
  std::string format = "table";
  Targets targets;
};
int run_query(const QueryOptions& options);

struct LogRepairOptions {
  std::string data;
  bool drop = false;
};
int run_log_repair(const LogRepairOptions& options);

struct DemoOptions {
  demo::Options run;
  std::vector<std::string> broker_settings;  // see Targets
};
int run_demo(const DemoOptions& options);

// The options that all commands have.
struct Arguments {
  observe::Level log_level = observe::Level::warning;  // of all but serve
  ServeOptions serve;
  std::string checked_file;  // of config check
  LogRepairOptions log_repair;
  StoreAdoptOptions store_adopt;
  SalschemaOptions salschema;
  SaltransformInitOptions transform_init;
  SaltransformRunOptions transform_run;
  SalmockProduceOptions produce;
  SalmockConsumeOptions consume;
  QueryOptions query;
  DemoOptions demo;
};

}  // namespace efd::app
