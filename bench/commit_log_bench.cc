// SPDX-License-Identifier: MIT
// The commit log on a real disk ($TMPDIR or /tmp): appends of one-record batches over as many
// partitions as the mock experiment has topics, their way to a reader, acks=all latency, recovery.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "base/check.h"
#include "broker/batch_builder.h"
#include "broker/commit_log.h"
#include "embedded_broker/embedded_broker.h"

namespace efd::broker {
namespace {

constexpr int kPartitions = 1051;
constexpr int kAppendsPerTurn = 30;  // what a turn of the server's loop receives at 29,284 msg/s
constexpr size_t kValueBytes = 500;

void require(const Result<>& result) {
  EFD_CHECK(result.has_value());
}

class Bench {
 public:
  explicit Bench(CommitLogOptions options = {}) {
    const char* root = std::getenv("TMPDIR");
    path_ = fmt::format("{}/efd-commit-log-bench-{}", root ? root : "/tmp", ::getpid());
    std::filesystem::remove_all(path_);
    options_ = options;
    options_.path = path_;
    open();
  }
  ~Bench() {
    log_.reset();
    std::filesystem::remove_all(path_);
  }
  void open() {
    log_.reset();
    log_ = CommitLog::open(system::posix_file_system(), system::real_clock(), options_).value();
    log_->start_housekeeping();
  }
  void create_topics(int count) {
    for (int i = 0; i < count; ++i) {
      TopicName name(fmt::format("lsst.sal.topic{}", i));
      log_->create_topic({name, 1, 1, {}}).value();
      partitions_.push_back(log_->partition(name, Partition(0)));
    }
  }
  CommitLog& log() { return *log_; }
  LogPartition& partition(size_t i) { return *partitions_[i % partitions_.size()]; }

 private:
  std::string path_;
  CommitLogOptions options_;
  std::unique_ptr<CommitLog> log_;
  std::vector<PartitionHandle> partitions_;
};

std::string one_record() {
  BatchBuilder builder;
  std::string value(kValueBytes, 'v');
  builder.add({1'700'000'000'000, std::nullopt, value});
  return std::string(builder.finish({}).value());
}

// CPU of the appending thread; write_out and the threads of the log are at work as in the server.
void append_one_record_batches(benchmark::State& state) {
  Bench bench;
  bench.create_topics(kPartitions);
  std::string batch = one_record();
  size_t i = 0;
  for (auto _ : state) {
    Appended appended = bench.log().append(bench.partition(i), batch, false);
    if (appended.error != AppendError::none) {
      std::promise<void> room;
      bench.log().when_room([&] { room.set_value(); });
      room.get_future().wait();
    }
    if (++i % kAppendsPerTurn == 0) benchmark::DoNotOptimize(bench.log().write_out());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(batch.size()));
}
BENCHMARK(append_one_record_batches)->Iterations(300'000);

// Only the append: neither written nor read.
void append_in_memory(benchmark::State& state) {
  CommitLogOptions options;
  options.start_threads = false;
  options.wal_bytes_max = 4ull << 30;
  Bench bench(options);
  bench.create_topics(kPartitions);
  std::string batch = one_record();
  size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(bench.log().append(bench.partition(i++), batch, false));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(append_in_memory)->Iterations(300'000);

// Appends as above and polls every turn: time per record for both together.
void append_and_poll(benchmark::State& state) {
  Bench bench;
  bench.create_topics(kPartitions);
  embedded_broker::EmbeddedBroker broker(bench.log());
  ReaderOptions options;
  options.pattern = {"lsst\\..*"};
  options.see = See::appended;
  auto reader = broker.reader(options).value();
  std::string batch = one_record();
  Batch into;
  size_t i = 0, read = 0;
  for (auto _ : state) {
    while (bench.log().is_full()) std::this_thread::yield();
    benchmark::DoNotOptimize(bench.log().append(bench.partition(i), batch, false));
    if (++i % kAppendsPerTurn != 0) continue;
    benchmark::DoNotOptimize(bench.log().write_out());
    benchmark::DoNotOptimize(reader->poll(std::chrono::milliseconds(0), into));
    read += into.record_count();
  }
  state.SetItemsProcessed(static_cast<int64_t>(read));
}
BENCHMARK(append_and_poll)->Iterations(300'000);

// The reader alone, from memory.
void poll_from_memory(benchmark::State& state) {
  CommitLogOptions options;
  options.start_threads = false;
  Bench bench(options);
  bench.create_topics(kPartitions);
  embedded_broker::EmbeddedBroker broker(bench.log());
  ReaderOptions reader_options;
  reader_options.pattern = {".*"};
  reader_options.see = See::appended;
  auto reader = broker.reader(reader_options).value();
  std::string batch = one_record();
  for (size_t i = 0; i < 100'000; ++i) bench.log().append(bench.partition(i), batch, false);
  require(bench.log().write_out());
  Batch into;
  int64_t read = 0;
  for (auto _ : state) {
    require(reader->poll(std::chrono::milliseconds(0), into));
    if (into.record_count() == 0)
      for (const Source* source : reader->sources()) require(reader->seek(*source, Offset(0)));
    read += static_cast<int64_t>(into.record_count());
  }
  state.SetItemsProcessed(read);
}
BENCHMARK(poll_from_memory);

// One client that waits for each of its records: gathering plus fdatasync.
void acks_all_latency(benchmark::State& state) {
  Bench bench;
  bench.create_topics(kPartitions);
  std::string batch = one_record();
  std::vector<double> ms;
  size_t i = 0;
  for (auto _ : state) {
    auto began = std::chrono::steady_clock::now();
    Appended appended = bench.log().append(bench.partition(i++), batch, true);
    require(bench.log().write_out());
    std::promise<void> durable;
    bench.log().when_durable(appended.sequence, [&](const Result<>&) { durable.set_value(); });
    durable.get_future().wait();
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
                     .count());
  }
  std::sort(ms.begin(), ms.end());
  state.counters["p50_ms"] = ms[ms.size() / 2];
  state.counters["p99_ms"] = ms[ms.size() * 99 / 100];
}
BENCHMARK(acks_all_latency)->Iterations(1000)->UseRealTime();

// Opening a log with `state.range(0)` MiB in its WAL.
void recover(benchmark::State& state) {
  CommitLogOptions options;
  options.start_threads = false;
  options.checkpoint_bytes = options.wal_bytes_max = 1ull << 30;
  for (auto _ : state) {
    state.PauseTiming();
    Bench bench(options);
    bench.create_topics(kPartitions);
    std::string batch = one_record();
    size_t count = (static_cast<size_t>(state.range(0)) << 20) / batch.size();
    for (size_t i = 0; i < count; ++i) bench.log().append(bench.partition(i), batch, false);
    require(bench.log().commit_now());
    state.ResumeTiming();
    bench.open();
    state.PauseTiming();
    state.counters["records"] = static_cast<double>(bench.log().stats().recovered_batches);
    state.ResumeTiming();
  }
  state.SetBytesProcessed(state.iterations() * (state.range(0) << 20));
}
BENCHMARK(recover)->Arg(64)->Arg(256)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace efd::broker
