// SPDX-License-Identifier: MIT
#include "demo/latency.h"

#include <algorithm>

#include "avro/binary.h"
#include "avro/wire.h"
#include "http/uri.h"
#include "json/value.h"
#include "registry/confluent_registry.h"
#include "system/clock.h"

namespace efd::demo {
namespace {

constexpr char kProbeSchema[] =
    R"({"type":"record","name":"EFD_logevent_probe","namespace":"lsst.sal","fields":[)"
    R"({"name":"kafka_timestamp","type":{"type":"long","logicalType":"timestamp-millis"}},)"
    R"({"name":"number","type":"long"}]})";
constexpr std::chrono::seconds kLastProbeWait{5};

std::string query_target() {
  std::string text = "SELECT last(\"number\") FROM \"" + kProbeTopic + "\"";
  return "/query?db=efd&epoch=ns&q=" + http::percent_encode(text);
}

}  // namespace

Result<std::unique_ptr<LatencyProbe>> LatencyProbe::open(const Endpoints& endpoints,
                                                         broker::Acks acks,
                                                         std::chrono::milliseconds linger) {
  EFD_ASSIGN(auto registry, registry::ConfluentRegistry::open(endpoints.registry_url));
  EFD_ASSIGN(SchemaId schema, registry->add(Subject(kProbeTopic), kProbeSchema));
  EFD_ASSIGN(auto cluster, kafka_cluster::connect_kafka_cluster(endpoints.broker));
  EFD_ASSIGN(auto producer, cluster->producer({.acks = acks, .linger = linger}));
  EFD_ASSIGN(auto client, http::Client::open(endpoints.influx_url));
  return std::unique_ptr<LatencyProbe>(
      new LatencyProbe(std::move(cluster), std::move(producer), std::move(client), schema));
}

LatencyProbe::LatencyProbe(std::unique_ptr<broker::Broker> broker,
                           std::unique_ptr<broker::Producer> producer, http::Client client,
                           SchemaId schema)
    : broker_(std::move(broker)),
      producer_(std::move(producer)),
      client_(std::move(client)),
      schema_(schema) {}

LatencyProbe::~LatencyProbe() {
  stop();
}

void LatencyProbe::start() {
  sender_ = std::jthread([this](std::stop_token stop) { produce(stop); });
  poller_ = std::jthread([this](std::stop_token stop) { poll(stop); });
}

void LatencyProbe::stop() {
  if (!sender_.joinable()) return;
  sender_.request_stop();
  sender_.join();
  auto deadline = std::chrono::steady_clock::now() + kLastProbeWait;
  while (!all_seen() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(kProbePoll);
  poller_.request_stop();
  poller_.join();
}

void LatencyProbe::produce(std::stop_token stop) {
  auto next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    std::this_thread::sleep_until(next);
    next += std::chrono::milliseconds(1000 / kProbesPerSecond);
    int64_t number;
    {
      std::lock_guard lock(mutex_);
      number = ++sent_;
    }
    std::string value;
    avro::append_wire_header(schema_, value);
    avro::write_long(system::real_clock().now().ms(), value);
    avro::write_long(number, value);
    {
      std::lock_guard lock(mutex_);
      waiting_[number] = std::chrono::steady_clock::now();
    }
    broker::NewRecord record{.topic = TopicName(kProbeTopic), .value = value};
    // A probe that could not be sent is never seen, and reported as such.
    if (auto sent = producer_->send(record); !sent) continue;
  }
}

void LatencyProbe::poll(std::stop_token stop) {
  auto next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    std::this_thread::sleep_until(next);
    next = std::max(next + kProbePoll, std::chrono::steady_clock::now());
    int64_t newest = newest_seen();
    note_seen(newest, std::chrono::steady_clock::now());
  }
}

int64_t LatencyProbe::newest_seen() {
  static const std::string target = query_target();
  auto answer = client_.get(target);
  if (!answer || !answer->is_ok()) return 0;
  // {"results":[{..."values":[[TIME,NUMBER]]}]}
  size_t comma = answer->body.rfind(',');
  size_t values = answer->body.find("\"values\":[[");
  if (values == std::string::npos || comma == std::string::npos || comma < values) return 0;
  return std::strtoll(answer->body.c_str() + comma + 1, nullptr, 10);
}

void LatencyProbe::note_seen(int64_t number, Time at) {
  std::lock_guard lock(mutex_);
  while (!waiting_.empty() && waiting_.begin()->first <= number) {
    std::chrono::duration<double, std::milli> latency = at - waiting_.begin()->second;
    latencies_ms_.push_back(latency.count());
    waiting_.erase(waiting_.begin());
  }
}

bool LatencyProbe::all_seen() const {
  std::lock_guard lock(mutex_);
  return waiting_.empty();
}

size_t LatencyProbe::sent() const {
  std::lock_guard lock(mutex_);
  return static_cast<size_t>(sent_);
}

std::vector<double> LatencyProbe::latencies_ms() const {
  std::lock_guard lock(mutex_);
  std::vector<double> sorted = latencies_ms_;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace efd::demo
