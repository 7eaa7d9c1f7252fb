// SPDX-License-Identifier: MIT
#include "pipeline/gaps.h"

#include <algorithm>
#include <optional>

#include "json/value.h"
#include "observe/log.h"

namespace efd::pipeline {
namespace {

std::string header_of(const std::string& log) {
  return json::dump(json::Value(
             json::Value::Object{{"file", "efd ledger of gaps"}, {"version", 2}, {"log", log}})) +
         '\n';
}

// The size of the ledger; none: there is another file in its place.
Result<std::optional<uint64_t>> size_of_ledger(const system::File& file, std::string_view header) {
  EFD_ASSIGN(uint64_t size, file.size());
  std::string begin(std::min<uint64_t>(size, header.size()), '\0');
  EFD_ASSIGN(size_t got, file.read_at(0, begin.data(), begin.size()));
  begin.resize(got);
  if (begin == header) return size;
  // Its header may not have been written to the end when the power went.
  if (size < header.size() && header.starts_with(begin)) return 0;
  return std::nullopt;
}

Result<> set_aside(system::FileSystem& files, system::Clock& clock, const std::string& path) {
  std::string aside = fmt::format("{}.aside-{}", path, clock.now().ms());
  EFD_TRY(files.rename(path, aside));
  observe::error("pipeline",
                 "{}: not this log's ledger of gaps, or its first line is spoilt: it is now {}, "
                 "and a new one begins",
                 path, aside);
  return {};
}

// What comes before the next line: the header, or the end of a line that a power cut cut off.
Result<std::string> prefix_of(const system::File& file, uint64_t size, const std::string& header) {
  if (size == 0) return header;
  char last = '\n';
  EFD_TRY(file.read_at(size - 1, &last, 1));
  return last == '\n' ? std::string() : std::string("\n");
}

}  // namespace

GapWarnings::GapWarnings(observe::Metrics& metrics)
    : counter_(metrics.counter("efd_gaps_total",
                               "Places where the log did not go on as its reader expected.")) {}

void GapWarnings::add(const Gap& gap) {
  observe::warn("pipeline", "connector {}: {}/{}: {}: expected offset {}, goes on at {}",
                gap.connector.value(), gap.partition.topic.value(), gap.partition.partition.value(),
                to_string(gap.what), gap.expected.value(), gap.next.value());
  counter_.add();
}

Gaps::Gaps(system::FileSystem& files, std::string path, uint64_t size, std::string prefix,
           system::Clock& clock, observe::Metrics& metrics)
    : files_(files),
      path_(std::move(path)),
      size_(size),
      pending_(std::move(prefix)),
      clock_(clock),
      warnings_(metrics) {}

Result<std::unique_ptr<Gaps>> Gaps::open(system::FileSystem& files, system::Clock& clock,
                                         const std::string& path, const std::string& log,
                                         observe::Metrics& metrics) {
  const std::string header = header_of(log);
  EFD_TRY(files.make_directories(system::parent_path(path)));
  EFD_ASSIGN(auto file, files.open(path, system::Open::create));
  EFD_ASSIGN(auto found, size_of_ledger(*file, header));
  if (!found) {
    EFD_TRY(set_aside(files, clock, path));
    EFD_ASSIGN(file, files.open(path, system::Open::create));
  }
  uint64_t size = found.value_or(0);
  // Written with the first line: a full disk keeps nobody from starting.
  EFD_ASSIGN(std::string prefix, prefix_of(*file, size, header));
  std::unique_ptr<Gaps> gaps(new Gaps(files, path, size, std::move(prefix), clock, metrics));
  if (auto settled = gaps->settle(); !settled)
    observe::error("pipeline", "{}", settled.error().message);
  return gaps;
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
  pending_ += line;
  has_lines_ = true;
  return write();
}

Result<> Gaps::settle() {
  std::lock_guard lock(mutex_);
  if (!has_lines_ && (file_ || size_ == 0)) return {};
  return write();
}

Result<> Gaps::write() {
  if (stopped_) return fail(*stopped_);
  Result<> written = file_ ? append() : replace();
  if (written) {
    size_ += pending_.size();
    pending_.clear();
    has_lines_ = false;
    return {};
  }
  file_ = nullptr;
  if (written.error().code != ErrorCode::overload) stopped_ = written.error();
  return written;
}

Result<> Gaps::append() {
  EFD_TRY(file_->write_at(size_, pending_));
  return file_->sync();
}

// All that is whole in the file there, and what follows.
Result<> Gaps::replace() {
  EFD_ASSIGN(std::string bytes, system::read_file(files_, path_));
  bytes.resize(std::min<uint64_t>(bytes.size(), size_));
  EFD_TRY(system::replace_file(files_, path_, bytes + pending_));
  EFD_ASSIGN(file_, files_.open(path_, system::Open::write));
  return {};
}

}  // namespace efd::pipeline
