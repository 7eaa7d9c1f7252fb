// SPDX-License-Identifier: MIT
// Merges: one file in the place of some that are neighbours in the order of the log. Blocks are
// copied as they are; a flush goes on meanwhile.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "store/engine.h"
#include "store/segment_piece.h"
#include "store/segment_sections.h"

namespace efd::store {
namespace {

constexpr uint8_t kLevelMax = UINT8_MAX - 1;

using PartitionKey = std::tuple<ConnectorName, TopicName, TopicId, Partition>;

// Runs of offsets: those that touch become one.
std::vector<CutPosition> joined(std::vector<CutPosition> positions) {
  auto key = [](const CutPosition& run) {
    return PartitionKey(run.connector, run.topic, run.id, run.partition);
  };
  std::sort(positions.begin(), positions.end(), [&](const auto& a, const auto& b) {
    return std::pair(key(a), a.from) < std::pair(key(b), b.from);
  });
  std::vector<CutPosition> runs;
  for (CutPosition& run : positions) {
    if (!runs.empty() && key(runs.back()) == key(run) && run.from <= runs.back().next) {
      runs.back().next = std::max(runs.back().next, run.next);
    } else {
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

}  // namespace

Result<> Engine::merge(std::span<const uint64_t> numbers, const std::string& folder) {
  std::lock_guard lock(merge_mutex_);
  EFD_ASSIGN(MergePlan plan, plan_merge(numbers, folder));
  EFD_TRY(files_.make_directories(options_.path + "/" + folder));
  auto info = write_merged(plan);
  if (info) return commit_merged(plan, std::move(*info));
  std::lock_guard commit_lock(commit_mutex_);
  static_cast<void>(files_.remove(path_of(plan.info)));
  abandoned_.push_back(removed(plan.info));
  return fail(info.error());
}

Result<Engine::MergePlan> Engine::plan_merge(std::span<const uint64_t> numbers,
                                             const std::string& folder) {
  if (folder.empty() || folder.front() == '/' || folder.find("..") != std::string::npos)
    return fail(ErrorCode::bad_input, "'{}' is no folder below the store's", folder);
  std::lock_guard commit_lock(commit_mutex_);
  if (is_stopped_) return fail(*stopped());
  MergePlan plan;
  for (uint64_t number : std::set(numbers.begin(), numbers.end())) {
    auto known = committed_.files().find(number);
    if (known == committed_.files().end())
      return fail(ErrorCode::not_found, "the last commit names no file {}", number);
    plan.parts.push_back(known->second);
  }
  if (plan.parts.size() < 2) return fail(ErrorCode::bad_input, "a merge needs two files at least");
  EFD_TRY(check_neighbours(plan.parts));
  std::sort(plan.parts.begin(), plan.parts.end(),
            [](const auto& a, const auto& b) { return a->info.order < b->info.order; });
  const SegmentHeader& first = plan.parts.front()->info.header;
  plan.info.header = first;
  plan.info.header.number = committed_.take_file_number();
  plan.info.folder = folder;
  plan.info.order = {plan.parts.front()->info.order.first, plan.parts.back()->info.order.last};
  uint8_t level = 0;
  for (const auto& part : plan.parts) level = std::max(level, part->info.header.level);
  plan.info.header.level = static_cast<uint8_t>(std::min(level, kLevelMax) + 1);
  for (const auto& [id, one] : committed_.measurements()) {
    auto has = [id = id](const auto& part) { return part->info.measurements.contains(id); };
    if (one.policy == first.policy && std::any_of(plan.parts.begin(), plan.parts.end(), has))
      plan.measurements.push_back(id);
  }
  plan.names = committed_.names_for(first.policy, plan.measurements);
  return plan;
}

// No file of the same policy and shard lies between them in the order of the log.
Result<> Engine::check_neighbours(const SegmentFiles& parts) const {
  const SegmentHeader& first = parts.front()->info.header;
  auto is_of_shard = [&](const SegmentInfo& info) {
    return info.header.policy == first.policy && info.header.shard_start_ns == first.shard_start_ns;
  };
  FileOrder all{UINT64_MAX, 0};
  std::set<uint64_t> numbers;
  for (const auto& part : parts) {
    if (!is_of_shard(part->info))
      return fail(ErrorCode::conflict, "{} is of another policy or shard than {}",
                  path_of(part->info), path_of(parts.front()->info));
    all = {std::min(all.first, part->info.order.first), std::max(all.last, part->info.order.last)};
    numbers.insert(part->info.header.number);
  }
  for (const auto& [number, file] : committed_.files()) {
    bool is_between = is_of_shard(file->info) && file->info.order.first >= all.first &&
                      file->info.order.last <= all.last;
    if (is_between && !numbers.contains(number))
      return fail(ErrorCode::conflict, "{} lies between them in the order of the log",
                  path_of(file->info));
  }
  return {};
}

Result<SegmentInfo> Engine::write_merged(MergePlan& plan) {
  EFD_ASSIGN(auto file, files_.open(path_of(plan.info), system::Open::create_new));
  SegmentWriter writer(std::move(file), plan.info);
  for (uint32_t measurement : plan.measurements) EFD_TRY(copy_blocks(plan, measurement, writer));
  std::vector<CutPosition> positions;
  std::map<uint64_t, RemovedFile> replaced;
  std::map<uint32_t, std::map<uint32_t, std::string>> series;  // by measurement and number
  for (const auto& part : plan.parts) {
    EFD_ASSIGN(auto segment, cache_->get(part->info));
    EFD_ASSIGN(auto runs, read_positions(*segment));
    positions.insert(positions.end(), runs.begin(), runs.end());
    EFD_ASSIGN(ManifestEdit names, read_names(*segment));
    for (RemovedFile& one : names.removed) replaced[one.number] = std::move(one);
    for (SeriesRecord& one : names.series)
      for (auto& [number, tags] : one.sets) series[one.measurement][number] = std::move(tags);
    replaced[part->info.header.number] = removed(part->info);
  }
  for (auto& [number, one] : replaced) plan.names.removed.push_back(std::move(one));
  for (uint32_t measurement : plan.measurements)
    if (const auto& sets = series[measurement]; !sets.empty())
      plan.names.series.push_back({measurement, {sets.begin(), sets.end()}});
  plan.names.files = {writer.info()};
  EFD_ASSIGN(std::string runs, encode_positions(joined(std::move(positions))));
  EFD_ASSIGN(std::string names, encode_names(plan.names));
  EFD_ASSIGN(SegmentInfo info, writer.finish(runs, names));
  auto synced = files_.sync_directory(options_.path + "/" + plan.info.folder);
  if (!synced) removed_->distrust(plan.info.folder);
  EFD_TRY(synced);
  return info;
}

Result<> Engine::copy_blocks(const MergePlan& plan, uint32_t measurement, SegmentWriter& writer) {
  for (const auto& part : plan.parts) {
    EFD_ASSIGN(auto segment, cache_->get(part->info));
    auto groups = find_groups(segment->directory, measurement, part->info.header.shard_start_ns,
                              segment->blocks_end);
    if (!groups) return fail_in(segment->path, groups.error());
    for (const RowGroup& group : *groups) {
      EFD_ASSIGN(std::string bytes, read_whole_block(*segment, group));
      EFD_TRY(writer.copy(measurement, group, bytes));
    }
  }
  return {};
}

// A drop may have taken a part meanwhile, or a measurement that it has: then there is nothing to
// merge any more.
Result<> Engine::commit_merged(const MergePlan& plan, SegmentInfo info) {
  std::lock_guard commit_lock(commit_mutex_);
  ManifestEdit edit = committed_.next_edit();
  edit.removed = abandoned_;
  bool is_there = !is_stopped_;
  for (const auto& part : plan.parts) {
    is_there = is_there && committed_.files().contains(part->info.header.number);
    edit.removed.push_back(removed(part->info));
  }
  Result<> committed;
  if (is_there) {
    edit.files.push_back(std::move(info));
    committed = commit(edit, {});
  } else {
    committed = fail(ErrorCode::conflict, "{}: a file that it replaces is not there any more",
                     path_of(plan.info));
  }
  if (!committed) {
    abandoned_.push_back(removed(plan.info));
    return committed;
  }
  publish(edit, {});
  return {};
}

}  // namespace efd::store
