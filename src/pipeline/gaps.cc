// SPDX-License-Identifier: MIT
#include "pipeline/gaps.h"

#include "json/value.h"
#include "observe/log.h"

namespace efd::pipeline {

GapWarnings::GapWarnings(observe::Metrics& metrics)
    : counter_(metrics.counter("efd_gaps_total",
                               "Places where the log did not go on as its reader expected.")) {}

void GapWarnings::add(const Gap& gap) {
  observe::warn("pipeline", "connector {}: {}/{}: {}: expected offset {}, goes on at {}",
                gap.connector.value(), gap.partition.topic.value(), gap.partition.partition.value(),
                to_string(gap.what), gap.expected.value(), gap.next.value());
  counter_.add();
}

Gaps::Gaps(std::unique_ptr<system::File> file, uint64_t size, system::Clock& clock,
           observe::Metrics& metrics)
    : file_(std::move(file)), size_(size), clock_(clock), warnings_(metrics) {}

Result<std::unique_ptr<Gaps>> Gaps::open(system::FileSystem& files, system::Clock& clock,
                                         const std::string& path, observe::Metrics& metrics) {
  EFD_TRY(files.make_directories(system::parent_path(path)));
  EFD_ASSIGN(auto file, files.open(path, system::Open::create));
  EFD_TRY(files.sync_directory(system::parent_path(path)));
  EFD_ASSIGN(uint64_t size, file->size());
  return std::unique_ptr<Gaps>(new Gaps(std::move(file), size, clock, metrics));
}

Result<> Gaps::add(const Gap& gap) {
  warnings_.add(gap);
  std::string line = json::dump(json::Value(json::Value::Object{
      {"time", format_rfc3339(clock_.now())},
      {"connector", gap.connector.value()},
      {"topic", gap.partition.topic.value()},
      {"partition", gap.partition.partition.value()},
      {"what", to_string(gap.what)},
      {"expected", gap.expected.value()},
      {"next", gap.next.value()},
  }));
  line += '\n';
  std::lock_guard lock(mutex_);
  EFD_TRY(file_->write_at(size_, line));
  size_ += line.size();
  return file_->sync();
}

}  // namespace efd::pipeline
