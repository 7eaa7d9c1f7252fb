// SPDX-License-Identifier: MIT
#include "demo/demo.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "demo/child.h"
#include "demo/cluster_topics.h"
#include "demo/counts.h"
#include "demo/endpoints.h"
#include "demo/latency.h"
#include "demo/report.h"
#include "demo/servers.h"
#include "http/client.h"
#include "json/value.h"
#include "observe/progress.h"
#include "registry/confluent_registry.h"
#include "sal/profile.h"

namespace efd::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kProducerEndWait{180};  // it makes the topics first
constexpr seconds kCountsWait{30};
constexpr milliseconds kLinger{5};
// Their messages come as SAL's text, through the transformer; all others as Avro.
constexpr const char* kTextSubsystems[] = {"MTM1M3", "MTM1M3TS"};

class Demo {
 public:
  explicit Demo(const Options& options) : options_(options) {}
  Result<bool> run();  // do all counts agree?

 private:
  Result<> load_profile();
  Result<bool> run_on_servers();
  Result<> start_servers();
  Result<> register_schemas();
  Result<> create_topics();
  Result<> run_load();
  Result<std::unique_ptr<Child>> start_producer(bool as_text);
  void show_progress(Child& producer);
  Result<int64_t> read_produced(Child& producer);
  Result<> await_counts();
  Result<> read_disk_figures();

  const Options& options_;
  sal::Profile profile_;
  std::vector<std::string> topics_;  // with the probes'
  std::string folder_;
  Endpoints endpoints_;
  std::unique_ptr<Servers> servers_;
  int64_t dead_letters_before_ = 0;
  Figures figures_;
};

Result<bool> Demo::run_on_servers() {
  EFD_TRY(start_servers());
  EFD_TRY(register_schemas());
  EFD_TRY(create_topics());
  EFD_TRY(run_load());
  EFD_TRY(await_counts());
  EFD_TRY(read_disk_figures());
  print_report(figures_);
  print_examples(options_.program, endpoints_);
  EFD_TRY(servers_->stop());
  if (options_.cluster.bootstrap.empty()) print_goodbye(options_.program, folder_);
  return figures_.agree();
}

Result<> Demo::load_profile() {
  if (options_.xml.empty()) {
    profile_ = sal::sqr029();
  } else {
    EFD_ASSIGN(sal::Conversion conversion, sal::convert(options_.xml));
    fmt::print("{}: {} topics, {} problems\n", options_.xml, conversion.topics.size(),
               conversion.problem_count);
    EFD_ASSIGN(profile_, sal::sqr029_from(conversion));
  }
  for (const sal::ProfileTopic& topic : profile_.topics)
    topics_.push_back(fmt::format("{}.{}", sal::kNamespace, topic.shape.name));
  topics_.push_back(kProbeTopic);
  figures_.wanted_per_second = static_cast<int64_t>(
      static_cast<double>(profile_.messages_per_second()) * options_.rate_scale);
  fmt::print("The designed experiment: {} topics, {} messages/s, {} values/s\n",
             profile_.topics.size(), profile_.messages_per_second(), profile_.values_per_second());
  return {};
}

Result<> Demo::start_servers() {
  std::string pattern = (std::filesystem::temp_directory_path() / "efd-demo-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    return fail(ErrorCode::give_up, "cannot make a folder {}", pattern);
  folder_ = pattern;
  std::string texts = fmt::format("{}", fmt::join(kTextSubsystems, ","));
  std::vector<std::string> transformer = {"--saltransform", "on",
                                          "--saltransform.subsystems=" + texts};
  if (!options_.xml.empty()) transformer.push_back("--saltransform.xml=" + options_.xml);
  EFD_ASSIGN(servers_, Servers::start(options_, folder_, transformer));
  endpoints_ = servers_->endpoints();
  fmt::print("efd serve: kafka {}, registry {}, influx {}, data {}\n", endpoints_.broker.bootstrap,
             endpoints_.registry_url, endpoints_.influx_url, folder_);
  return {};
}

// A cluster is left as it was found, also when something fails.
Result<bool> Demo::run() {
  EFD_TRY(load_profile());
  if (options_.cluster.bootstrap.empty()) return run_on_servers();
  const kafka_cluster::KafkaClusterOptions& cluster = options_.cluster;
  std::vector<std::string> all = topics_;
  for (const char* subsystem : kTextSubsystems)
    for (const char* kind : {"command", "event", "logevent", "telemetry"})
      all.push_back(fmt::format("{}_{}", subsystem, kind));
  EFD_ASSIGN(auto reserved, ClusterTopics::reserve(cluster, std::move(all)));
  EFD_ASSIGN(dead_letters_before_, count_dead_letters(cluster));
  Result<bool> agree = run_on_servers();
  servers_.reset();
  EFD_TRY(reserved.remove());
  return agree;
}

Result<> Demo::register_schemas() {
  EFD_ASSIGN(auto registry, registry::ConfluentRegistry::open(endpoints_.registry_url));
  observe::Progress progress("registering schemas");
  for (size_t i = 0; i < profile_.topics.size(); ++i) {
    EFD_TRY(
        registry->add(Subject(topics_[i]), json::dump(sal::schema_of(profile_.topics[i].shape))));
    progress.show(i + 1, profile_.topics.size());
  }
  return {};
}

// All at once: what the transformer writes to is there, too, before the load begins.
Result<> Demo::create_topics() {
  EFD_ASSIGN(auto cluster, kafka_cluster::connect_kafka_cluster(endpoints_.broker));
  std::vector<broker::NewTopic> topics;
  for (const std::string& topic : topics_)
    topics.push_back({.name = TopicName(topic), .config = {}});
  auto begin = std::chrono::steady_clock::now();
  EFD_TRY(cluster->create_missing_topics(topics));
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  fmt::print("{} topics made in {:.1f} s\n", topics.size(), seconds.count());
  return {};
}

// One for the texts, and one for everything else.
Result<std::unique_ptr<Child>> Demo::start_producer(bool as_text) {
  std::vector<std::string> command = {options_.program,
                                      "salmock",
                                      "produce",
                                      "--profile",
                                      "sqr-029",
                                      "--duration",
                                      fmt::format("{}", options_.duration_s),
                                      "--acks",
                                      "1",
                                      "--as",
                                      as_text ? "text" : "avro",
                                      "--linger",
                                      std::to_string(kLinger.count()),
                                      "--broker",
                                      endpoints_.broker.bootstrap,
                                      "--registry-url",
                                      endpoints_.registry_url,
                                      "--json"};
  for (const char* subsystem : kTextSubsystems)
    command.insert(command.end(), {as_text ? "--subsystem" : "--without-subsystem", subsystem});
  if (!options_.xml.empty()) command.insert(command.end(), {"--xml", options_.xml});
  command.insert(command.end(), {"--rate-scale", fmt::format("{}", options_.rate_scale)});
  std::ranges::copy(broker_arguments(endpoints_.broker), std::back_inserter(command));
  return Child::start(command, folder_ + "/salmock.log");
}

Result<> Demo::run_load() {
  EFD_ASSIGN(auto probe, LatencyProbe::open(endpoints_, broker::Acks::leader, kLinger));
  EFD_ASSIGN(auto producer, start_producer(false));
  EFD_ASSIGN(auto text_producer, start_producer(true));
  double server_cpu = servers_->figures().cpu_seconds;
  double own_cpu = system::own_figures().cpu_seconds;
  auto begin = std::chrono::steady_clock::now();
  probe->start();
  show_progress(*producer);
  probe->stop();
  EFD_ASSIGN(int64_t produced, read_produced(*producer));
  EFD_ASSIGN(figures_.texts, read_produced(*text_producer));
  std::chrono::duration<double> load = std::chrono::steady_clock::now() - begin;
  figures_.load_seconds = load.count();
  figures_.server = servers_->figures();
  figures_.server.cpu_seconds -= server_cpu;
  figures_.demo_cpu_seconds = system::own_figures().cpu_seconds - own_cpu;
  figures_.probes_sent = probe->sent();
  figures_.latencies_ms = probe->latencies_ms();
  figures_.produced = produced + figures_.texts + static_cast<int64_t>(figures_.probes_sent);
  return {};
}

// Until the producer's time is over: what the server has stored so far.
void Demo::show_progress(Child& producer) {
  observe::Progress progress("load");
  auto client = http::Client::open(endpoints_.influx_url);
  auto begin = std::chrono::steady_clock::now();
  std::chrono::duration<double> wanted(options_.duration_s);
  int64_t last_rows = 0;
  while (producer.is_running()) {
    std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    if (passed >= wanted) return;
    std::this_thread::sleep_for(
        std::min<std::chrono::duration<double>>(seconds(1), wanted - passed));
    if (!client) continue;
    auto answer = client->get("/metrics");
    if (!answer) continue;
    size_t at = answer->body.find("\nefd_sink_rows_total{");
    size_t value = at == std::string::npos ? at : answer->body.find("} ", at);
    if (value == std::string::npos) continue;
    int64_t rows = std::strtoll(answer->body.c_str() + value + 2, nullptr, 10);
    progress.show(fmt::format("{:3.0f}/{:.0f} s   {} rows stored, {} in the last second",
                              passed.count(), wanted.count(), rows, rows - last_rows));
    last_rows = rows;
  }
}

// The producer's last line: {"produced":N,"failed":0,...}.
Result<int64_t> Demo::read_produced(Child& producer) {
  std::string last;
  while (auto line = producer.read_line(kProducerEndWait)) last = *line;
  auto code = producer.wait_for_end(kProducerEndWait);
  if (code != 0)
    return fail(ErrorCode::give_up, "efd salmock ended with {}: see {}/salmock.log",
                code.value_or(-1), folder_);
  EFD_ASSIGN(json::Value figures, json::parse(last));
  const json::Value* produced = figures.find("produced");
  if (!produced || !produced->as_int64())
    return fail(ErrorCode::give_up, "efd salmock said '{}'", last);
  auto number = [&](const char* name) {
    const json::Value* value = figures.find(name);
    return value ? value->number() : 0;
  };
  figures_.achieved_per_second += number("achieved_per_second");
  figures_.producer.cpu_seconds += number("cpu_seconds");
  figures_.producer.memory_high_kb += static_cast<uint64_t>(number("memory_high_kb"));
  return *produced->as_int64();
}

// Queries count what was applied; the last batch, and the last texts, may still be on their way.
Result<> Demo::await_counts() {
  auto deadline = std::chrono::steady_clock::now() + kCountsWait;
  do {
    EFD_ASSIGN(figures_.in_log, count_in_log(endpoints_.broker, topics_));
    EFD_ASSIGN(figures_.by_queries, count_by_queries(endpoints_.influx_url, topics_));
  } while (std::min(figures_.in_log, figures_.by_queries) < figures_.produced &&
           std::chrono::steady_clock::now() < deadline);
  EFD_ASSIGN(figures_.dead_letters, count_dead_letters(endpoints_.broker));
  figures_.dead_letters -= dead_letters_before_;
  figures_.is_on_cluster = !options_.cluster.bootstrap.empty();
  return {};
}

// Of the files that are committed by now.
Result<> Demo::read_disk_figures() {
  EFD_ASSIGN(auto client, http::Client::open(endpoints_.influx_url));
  EFD_ASSIGN(http::Answer answer, client.get("/metrics"));
  auto metric = [&](const std::string& name) -> uint64_t {
    size_t at = answer.body.find("\n" + name + " ");
    return at == std::string::npos ? 0
                                   : static_cast<uint64_t>(std::strtod(
                                         answer.body.c_str() + at + name.size() + 2, nullptr));
  };
  figures_.bytes_on_disk = metric("efd_store_disk_bytes");
  figures_.values_on_disk = metric("efd_store_disk_values");
  return {};
}

}  // namespace

Result<bool> run(const Options& options) {
  return Demo(options).run();
}

}  // namespace efd::demo
