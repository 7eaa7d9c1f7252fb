// SPDX-License-Identifier: MIT
// What a Kafka request costs the server: decode, append or read, encode, without system calls. And
// how fast librdkafka produces through the whole server, beside its own mock broker, which lies in
// memory.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <unistd.h>

#include "broker/batch_builder.h"
#include "kafka/handlers/fetch.h"
#include "kafka/handlers/produce.h"
#include "kafka/protocol/frame.h"
#include "kafka/server.h"
#include "net/pool.h"
#include "system/file_system.h"
#include "system/memory_file_system.h"

namespace efd::kafka {
namespace {

constexpr size_t kValueBytes = 100;
constexpr int kTopics = 1'049;  // of the designed experiment
constexpr int16_t kProduceVersion = 7;
constexpr int16_t kFetchVersion = 11;

std::string topic_name(int i) {
  return "lsst.sal.MTM1M3.forceActuatorData" + std::to_string(i);
}

template <class Api>
std::string frame(const typename Api::Request& request, int16_t version) {
  std::string out;
  RequestHeader header{Api::kDescription.key, version, 7, ClassicString{"bench"}};
  Encoder(out, 1, false).message(header);
  Encoder(out, version, Api::kDescription.is_flexible(version)).message(request);
  return out;
}

std::string produce_frame(std::string_view topic, std::string_view batch) {
  PartitionProduceData partition;
  partition.records = Bytes{batch};
  TopicProduceData data{topic, {&partition, 1}};
  ProduceRequest request;
  request.acks = 1;
  request.topic_data = {&data, 1};
  return frame<ProduceApi>(request, kProduceVersion);
}

std::string produce_frame(std::string_view topic) {
  broker::BatchBuilder builder;
  builder.add({1'700'000'000'000, std::nullopt, std::string(kValueBytes, 'v')});
  return produce_frame(topic, *builder.finish({}));
}

// A log in memory with all topics, without threads of its own.
struct World {
  World() {
    broker::CommitLogOptions options;
    options.path = "log";
    options.disk_reserve_bytes = 0;
    options.start_threads = false;
    log = *broker::CommitLog::open(files, system::real_clock(), options);
    auto no_pool = [](std::function<void()>) -> Result<> {
      return fail(ErrorCode::overload, "no pool");
    };
    auto opened =
        groups::GroupCoordinator::open(*log, system::real_clock(), {.start_thread = false});
    groups = std::move(*opened);
    service = std::make_unique<Service>(*log, *groups, metrics, no_pool, ServerOptions{});
    for (int i = 0; i < kTopics; ++i) {
      broker::NewTopic topic;
      topic.name = TopicName(topic_name(i));
      if (!log->create_topic(topic)) std::abort();
    }
  }

  system::MemoryFileSystem files;
  observe::Metrics metrics;
  std::unique_ptr<broker::CommitLog> log;
  std::unique_ptr<groups::GroupCoordinator> groups;
  std::unique_ptr<Service> service;
};

// One Produce request as the session handles it, but for the write.
bool produce_once(World& world, PartitionCache& partitions, Arena& arena, std::string_view frame,
                  std::string& out) {
  arena.reset();
  Caller caller;
  static const net::Address advertised;
  auto body = request_body(frame, false, arena);
  Call call{*world.service, caller, advertised, arena, kProduceVersion, 7};
  ProduceRequest request;
  if (!body || !decode_request<ProduceApi>(*body, kProduceVersion, arena, request)) return false;
  Appends appends;
  static std::vector<BatchPlace> places;
  places.clear();
  ProduceResponse response = produce(call, partitions, request, appends, places);
  append_answer<ProduceApi>(response, kProduceVersion, 7, out);
  return !appends.any_failed;
}

void BM_ProduceRequest(benchmark::State& state) {
  World world;
  PartitionCache partitions(*world.log);
  Arena arena;
  std::vector<std::string> frames;
  for (int i = 0; i < kTopics; ++i) frames.push_back(produce_frame(topic_name(i)));
  std::string out;
  size_t next = 0;
  for (auto _ : state) {
    if (!produce_once(world, partitions, arena, frames[next++ % kTopics], out)) std::abort();
    if (next % 1'000 != 0) continue;
    state.PauseTiming();
    out.clear();
    if (!world.log->write_out()) std::abort();
    if (next % 100'000 == 0 && !world.log->checkpoint_now()) std::abort();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ProduceRequest);

// Of 200 records, which pack to about a fifth. Every batch is unpacked, to look at its records.
// With -1 as its greatest timestamp, as old Sarama writes it, it gets a new header and CRC as well.
void BM_ProduceBatch(benchmark::State& state) {
  World world;
  PartitionCache partitions(*world.log);
  Arena arena;
  broker::BatchBuilder builder;
  for (int i = 0; i < 200; ++i)
    builder.add({1'700'000'000'000 + i, std::nullopt,
                 fmt::format("{:020}{}", i * 7919 % 1000, std::string(kValueBytes - 20, 'v'))});
  std::string batch(*builder.finish({}, static_cast<codec::Compression>(state.range(0))));
  if (state.range(1) != 0) {
    store_big(batch.data() + 35, int64_t{-1});
    store_big(batch.data() + 17, broker::computed_batch_crc(batch));
  }
  std::string frame = produce_frame(topic_name(0), batch);
  std::string out;
  size_t next = 0;
  for (auto _ : state) {
    if (!produce_once(world, partitions, arena, frame, out)) std::abort();
    if (++next % 100 != 0) continue;
    state.PauseTiming();
    out.clear();
    if (!world.log->checkpoint_now()) std::abort();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * 200);
}
BENCHMARK(BM_ProduceBatch)
    ->ArgNames({"compression", "wrong_header"})
    ->ArgsProduct({{0, 1, 2, 3, 4}, {0}})
    ->Args({0, 1})
    ->Iterations(2'000);

void BM_ProduceCodec(benchmark::State& state) {
  std::string bytes = produce_frame(topic_name(1));
  Arena arena;
  std::string out;
  PartitionProduceResponse partition{.base_offset = 5};
  TopicProduceResponse topic{"lsst.sal.MTM1M3.forceActuatorData1", {&partition, 1}};
  ProduceResponse response;
  response.responses = {&topic, 1};
  for (auto _ : state) {
    arena.reset();
    out.clear();
    ProduceRequest request;
    auto body = request_body(bytes, false, arena);
    benchmark::DoNotOptimize(decode_request<ProduceApi>(*body, kProduceVersion, arena, request));
    append_answer<ProduceApi>(response, kProduceVersion, 7, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ProduceCodec);

// A Fetch over `partitions` topics, each with one new record.
void BM_FetchRequest(benchmark::State& state) {
  World world;
  auto count = static_cast<size_t>(state.range(0));
  PartitionCache cache(*world.log);
  Arena arena;
  std::string out;
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(topic_name(static_cast<int>(i)));
  FetchPartition partition;
  partition.partition_max_bytes = 1 << 20;
  std::vector<FetchTopic> topics;
  for (const std::string& name : names) {
    if (!produce_once(world, cache, arena, produce_frame(name), out)) std::abort();
    topics.push_back({name, {}, {&partition, 1}});
  }
  if (!world.log->write_out() || !world.log->commit_now()) std::abort();
  FetchRequest request;
  request.topics = topics;
  std::string bytes = frame<FetchApi>(request, kFetchVersion);
  for (auto _ : state) {
    out.clear();
    Fetch fetch(*world.service, Caller{}, bytes);
    if (!fetch.decode()) std::abort();
    fetch.read(0);
    fetch.encode(out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_FetchRequest)->Arg(1)->Arg(kTopics);

// ------------------------------------------------------------------------- beside the mock broker

constexpr int kMessages = 3'000'000;

rd_kafka_t* make_producer(const std::string& servers) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char why[512];
  rd_kafka_conf_set(conf, "bootstrap.servers", servers.c_str(), why, sizeof why);
  rd_kafka_conf_set(conf, "acks", "1", why, sizeof why);
  rd_kafka_conf_set(conf, "linger.ms", "5", why, sizeof why);
  rd_kafka_conf_set(conf, "queue.buffering.max.messages", "500000", why, sizeof why);
  return rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
}

// Messages per second, from the first send to the last acknowledgement.
double produce_rate(const std::string& servers) {
  rd_kafka_t* producer = make_producer(servers);
  rd_kafka_topic_t* topic = rd_kafka_topic_new(producer, "bench", nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_metadata(producer, 0, topic, &metadata, 10'000);
  rd_kafka_metadata_destroy(metadata);
  std::string value(kValueBytes, 'v');
  auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kMessages; ++i) {
    while (rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, value.data(), value.size(), nullptr, 0,
                            nullptr) != 0) {
      rd_kafka_poll(producer, 1);  // the queue is full
    }
  }
  if (rd_kafka_flush(producer, 60'000) != RD_KAFKA_RESP_ERR_NO_ERROR) std::abort();
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);
  return kMessages / seconds.count();
}

double mock_rate() {
  char why[512];
  rd_kafka_t* holder = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why);
  rd_kafka_mock_cluster_t* mock = rd_kafka_mock_cluster_new(holder, 1);
  double rate = produce_rate(rd_kafka_mock_cluster_bootstraps(mock));
  rd_kafka_mock_cluster_destroy(mock);
  rd_kafka_destroy(holder);
  return rate;
}

double server_rate() {
  std::string folder = "/tmp/kafka_produce_bench." + std::to_string(::getpid());
  system::FileSystem& files = system::posix_file_system();
  broker::CommitLogOptions log_options;
  log_options.path = folder;
  log_options.disk_reserve_bytes = 0;
  auto log = *broker::CommitLog::open(files, system::real_clock(), log_options);
  log->start_housekeeping();
  auto groups = *groups::GroupCoordinator::open(*log, system::real_clock());
  observe::Metrics metrics;
  net::Loops loops;
  net::Pool pool{net::PoolOptions{}};
  ServerOptions options;
  options.listeners[0].bind = "127.0.0.1:0";
  auto server = *KafkaServer::start(
      loops, *log, *groups, metrics,
      [&pool](std::function<void()> task) { return pool.submit(std::move(task)); }, options);
  double rate = produce_rate(server->addresses()[0].to_string());
  server.reset();
  groups.reset();
  if (!log->close()) std::abort();
  log.reset();
  if (!system::remove_tree(files, folder)) std::abort();
  return rate;
}

// acks=1, 100 bytes, one partition; the log on a disk. Goal: a ratio of 0.8.
void BM_ProduceBesideMock(benchmark::State& state) {
  double ours = 0;
  double mock = 0;
  for (auto _ : state) {
    mock += mock_rate();
    ours += server_rate();
  }
  auto rounds = static_cast<double>(state.iterations());
  state.counters["ours_msg_per_s"] = ours / rounds;
  state.counters["mock_msg_per_s"] = mock / rounds;
  state.counters["ratio"] = ours / mock;
}
BENCHMARK(BM_ProduceBesideMock)->Iterations(3)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace efd::kafka
