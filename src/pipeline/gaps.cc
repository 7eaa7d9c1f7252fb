// SPDX-License-Identifier: MIT
#include "pipeline/gaps.h"

#include "json/value.h"
#include "observe/log.h"

namespace efd::pipeline {

Gaps::Gaps(std::unique_ptr<system::File> file, uint64_t size, system::Clock& clock,
           observe::Metrics& metrics)
    : file_(std::move(file)),
      size_(size),
      clock_(clock),
      metrics_(metrics),
      counter_(metrics.counter(kGapsTotal, kGapsHelp)) {}

Result<std::unique_ptr<Gaps>> Gaps::open(system::FileSystem& files, system::Clock& clock,
                                         const std::string& path, observe::Metrics& metrics) {
  EFD_TRY(files.make_directories(system::parent_path(path)));
  EFD_ASSIGN(auto file, files.open(path, system::Open::create));
  EFD_TRY(files.sync_directory(system::parent_path(path)));
  EFD_ASSIGN(uint64_t size, file->size());
  return std::unique_ptr<Gaps>(new Gaps(std::move(file), size, clock, metrics));
}

Result<> Gaps::add(const Gap& gap) {
  const std::string& topic = gap.partition.topic.value();
  int32_t partition = gap.partition.partition.value();
  observe::warn("pipeline", "connector {}: {}/{}: {}: expected offset {}, goes on at {}",
                gap.connector.value(), topic, partition, to_string(gap.what), gap.expected.value(),
                gap.next.value());
  counter_.add();
  std::string line = json::dump(json::Value(json::Value::Object{
      {"time", format_rfc3339(clock_.now())},
      {"connector", gap.connector.value()},
      {"topic", topic},
      {"partition", partition},
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
