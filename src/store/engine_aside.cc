// SPDX-License-Identifier: MIT
// Files that the last commit does not name. A crash leaves such files, and the log has all that is
// in them; a damaged or older manifest leaves such files, and nobody else has their rows.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "observe/log.h"
#include "store/engine.h"
#include "store/restored_names.h"
#include "store/segment_piece.h"
#include "store/segment_sections.h"

namespace efd::store {
namespace {

constexpr std::string_view kSegmentSuffix = ".seg";

struct SegmentName {
  uint64_t number = 0;
  bool is_aside = false;
};

std::optional<SegmentName> parse_name(std::string_view name) {
  SegmentName parsed;
  parsed.is_aside = name.ends_with(kAsideSuffix);
  if (parsed.is_aside) name.remove_suffix(std::string_view(kAsideSuffix).size());
  if (!name.ends_with(kSegmentSuffix)) return std::nullopt;
  name.remove_suffix(kSegmentSuffix.size());
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), parsed.number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return parsed;
}

using Partitions = std::map<std::tuple<ConnectorName, TopicName, TopicId, Partition>,
                            std::vector<const CutPosition*>>;

std::tuple<ConnectorName, TopicName, TopicId, Partition> key_of(const CutPosition& range) {
  return {range.connector, range.topic, range.id, range.partition};
}

// The one of `ranges` that has offsets in common with `other`, or null.
const CutPosition* find_overlap(const Partitions& ranges, const CutPosition& other) {
  auto same = ranges.find(key_of(other));
  if (same == ranges.end()) return nullptr;
  for (const CutPosition* range : same->second)
    if (range->from < other.next && other.from < range->next) return range;
  return nullptr;
}

std::string range_text(const CutPosition& range) {
  return fmt::format("offsets {} to {} of {}/{}", range.from.value(), range.next.value() - 1,
                     range.topic.value(), range.partition.value());
}

}  // namespace

std::string Engine::aside_path(uint64_t number) const {
  return path_of(RemovedFile{number, aside_.at(number)}) + kAsideSuffix;
}

// Where files of the store may lie.
std::set<std::string> Engine::folders() const {
  std::set<std::string> all = {kSegmentsFolder};
  for (const auto& [number, file] : committed_.files()) all.insert(file->info.folder);
  for (const RemovedFile& file : removed_->all()) all.insert(file.folder);
  return all;
}

Result<> Engine::find_aside() {
  for (const std::string& folder : folders()) {
    EFD_ASSIGN(auto entries, files_.list(options_.path + "/" + folder));
    for (const system::DirectoryEntry& entry : entries) EFD_TRY(look_at(folder, entry.name));
    if (!files_.sync_directory(options_.path + "/" + folder)) removed_->distrust(folder);
  }
  return {};
}

// A file whose writing was not finished is removed; those that the manifest lists as removed go
// when a manifest of this life is durable.
Result<> Engine::look_at(const std::string& folder, const std::string& name) {
  std::optional<SegmentName> parsed = parse_name(name);
  if (!parsed) return {};
  const uint64_t number = parsed->number;
  const std::string path = options_.path + "/" + folder + "/" + name;
  if (!parsed->is_aside && committed_.files().contains(number)) return {};
  committed_.pass({.file = number + 1});
  if (!parsed->is_aside && removed_->contains(number)) return {};
  auto is_whole = has_whole_footer(files_, path);
  if (!parsed->is_aside && is_whole && !*is_whole) {
    if (auto gone = files_.remove(path); !gone) observe::warn("store", "{}", gone.error().message);
    return {};
  }
  pass_ids_of(path);
  put_aside(number, folder);
  return {};
}

// Nothing gets an id that it has.
void Engine::pass_ids_of(const std::string& path) {
  auto segment = open_segment(files_, path);
  if (!segment) return;
  auto names = read_names(**segment);
  if (!names) return;
  NextIds ids{.order = names->files.front().order.last + 1};
  for (const DatabaseRecord& one : names->databases) ids.database = one.id + 1;
  for (const PolicyRecord& one : names->policies) ids.policy = one.id + 1;
  for (const MeasurementRecord& one : names->measurements)
    ids.measurement = std::max(ids.measurement, one.id + 1);
  committed_.pass(ids);
  names_.pass_measurement_ids(ids.measurement);
}

// Without a rename (a disk that fails) it lies there under its own name, and no commit names it.
void Engine::put_aside(uint64_t number, const std::string& folder) {
  aside_[number] = folder;
  const std::string path = path_of(RemovedFile{number, folder});
  auto there = files_.exists(path);
  if (there && *there) {
    auto renamed = files_.rename(path, aside_path(number));
    if (!renamed) observe::warn("store", "{}", renamed.error().message);
  }
  std::lock_guard lock(figures_mutex_);
  figures_.aside.push_back(aside_path(number));
}

void Engine::drop_aside(uint64_t number) {
  {
    std::lock_guard lock(figures_mutex_);
    std::erase(figures_.aside, aside_path(number));
  }
  aside_.erase(number);
}

// ---------------------------------------------------------------------------------------- settle

Result<> Engine::settle_aside(const ComesAgain& comes_again) {
  std::lock_guard lock(flush_mutex_);
  std::lock_guard commit_lock(commit_mutex_);
  bool has_names = false;
  for (const auto& [number, folder] : std::map(aside_)) {
    EFD_ASSIGN(bool is_kept, settle(number, comes_again));
    has_names |= is_kept;
  }
  if (!has_names) return {};
  // The names reach the disk with a manifest made anew, at the latest before the next commit.
  committed_.take_names(names_);
  manifest_.ask_for_rotation();
  note(is_stopped_ ? Result<>(fail(*stopped())) : renew_manifest());
  return {};
}

// True when the file stays and its names are known.
Result<bool> Engine::settle(uint64_t number, const ComesAgain& comes_again) {
  const std::string path = aside_path(number);
  Result<> kept;
  auto segment = open_segment(files_, path);
  if (!segment) kept = fail(segment.error());
  if (kept && (*segment)->header.store != committed_.store())
    kept = fail(ErrorCode::conflict, "{}: it is of another store ({})", path,
                (*segment)->header.store.hex());
  Result<std::vector<CutPosition>> positions;
  if (kept) positions = read_positions(**segment);
  if (kept && !positions) kept = fail(positions.error());
  if (kept && !positions->empty()) {
    EFD_ASSIGN(bool comes, comes_again(*positions));
    if (comes) {
      needless_aside_.push_back(path);
      if (is_proven_) remove_needless_aside();
      drop_aside(number);
      return false;
    }
  }
  if (kept) kept = keep_names(**segment);
  observe::warn("store",
                "{}: the manifest does not name this file, and the log does not have all that is "
                "in it any more: it is set aside. {}",
                path,
                kept ? fmt::format("Stop the server and take it back: efd store adopt {}", path)
                     : fmt::format("It cannot be taken back as it is: {}", kept.error().message));
  return kept.has_value();
}

void Engine::remove_needless_aside() {
  for (const std::string& path : std::exchange(needless_aside_, {}))
    if (auto gone = files_.remove(path); !gone) observe::warn("store", "{}", gone.error().message);
}

Result<> Engine::keep_names(const OpenSegment& segment) {
  EFD_ASSIGN(ManifestEdit names, read_names(segment));
  std::unique_lock lock(names_mutex_);
  if (auto restored = restore_names(names, committed_.dropped(), names_); !restored)
    return fail_in(segment.path, restored.error());
  return {};
}

// ----------------------------------------------------------------------------------------- adopt

Result<uint64_t> Engine::adopt(const std::string& path) {
  std::optional<SegmentName> name = parse_name(path.substr(path.rfind('/') + 1));
  if (!name)
    return fail(ErrorCode::bad_input, "{}: this is no file that was set aside (NUMBER.seg.aside)",
                path);
  std::lock_guard lock(flush_mutex_);
  std::lock_guard commit_lock(commit_mutex_);
  if (is_stopped_) return fail(*stopped());
  if (!aside_.contains(name->number))
    return fail(ErrorCode::not_found,
                "{}: there is no such file, or the manifest names it: nothing is to be adopted",
                path);
  return adopt_locked(name->number);
}

Result<uint64_t> Engine::adopt_locked(uint64_t number) {
  EFD_ASSIGN(auto segment, open_segment(files_, aside_path(number)));
  EFD_ASSIGN(auto positions, read_positions(*segment));
  EFD_ASSIGN(ManifestEdit names, read_names(*segment));
  SegmentInfo& info = names.files.front();
  info.header.store = committed_.store();
  info.header.number = number;
  info.folder = aside_.at(number);
  info.bytes = segment->bytes;
  EFD_TRY(check_identity(*segment, info.header));
  EFD_TRY(check_adoption(*segment, info, positions));
  for (const MeasurementRecord& one : names.measurements) {
    auto groups =
        find_groups(segment->directory, one.id, info.header.shard_start_ns, segment->blocks_end);
    if (!groups) return fail_in(segment->path, groups.error());
    EFD_TRY(check_blocks(*segment, *groups));
  }
  EFD_TRY(keep_names(*segment));
  const uint64_t rows = info.rows;
  EFD_TRY(commit_adopted(*segment, std::move(names), positions));
  return rows;
}

// Nothing of it is stored again, and nothing that the log may still have lies before it.
Result<> Engine::check_adoption(const OpenSegment& segment, const SegmentInfo& info,
                                std::span<const CutPosition> positions) {
  const std::vector<StoredPosition> stored = positions_.latest();
  for (const CutPosition& range : positions) {
    for (const StoredPosition& known : stored) {
      const Position& at = known.position;
      bool is_before = known.connector == range.connector && at.topic == range.topic &&
                       at.partition == range.partition && at.id == range.id && at.next < range.from;
      if (is_before)
        return fail(ErrorCode::conflict,
                    "{}: it begins at offset {} of {}/{}, but the store goes on at {}: adopt the "
                    "files in order of their numbers, or start `efd serve` once before, which "
                    "knows what the log still has",
                    segment.path, range.from.value(), range.topic.value(), range.partition.value(),
                    at.next.value());
    }
  }
  return check_overlap(segment, info, positions);
}

Result<> Engine::check_overlap(const OpenSegment& segment, const SegmentInfo& info,
                               std::span<const CutPosition> positions) const {
  Partitions ranges;
  for (const CutPosition& range : positions) ranges[key_of(range)].push_back(&range);
  for (const auto& [number, file] : committed_.files()) {
    const SegmentHeader& other_header = file->info.header;
    const bool is_of_same_cut =
        file->info.order.first <= info.order.last && info.order.first <= file->info.order.last;
    const bool is_of_same_shard = other_header.policy == info.header.policy &&
                                  other_header.shard_start_ns == info.header.shard_start_ns;
    if (is_of_same_cut && is_of_same_shard)
      return fail(ErrorCode::conflict, "{}: {} has its place in the order of the log", segment.path,
                  path_of(file->info));
    // A cut has files of several shards, all with its positions.
    if (is_of_same_cut) continue;
    EFD_ASSIGN(auto other, cache_->get(file->info));
    EFD_ASSIGN(auto theirs, read_positions(*other));
    for (const CutPosition& range : theirs)
      if (const CutPosition* common = find_overlap(ranges, range))
        return fail(ErrorCode::conflict, "{}: {} are stored again, in {}: it is not taken back",
                    segment.path, range_text(*common), other->path);
  }
  return {};
}

// What lies in the file is not stored again.
void Engine::set_behind(std::span<const CutPosition> positions) {
  const std::vector<StoredPosition> stored = positions_.latest();
  for (const CutPosition& range : positions) {
    StoredPosition to{range.connector, {range.topic, range.id, range.partition, range.next}, {}};
    bool is_behind = false;
    for (const StoredPosition& known : stored)
      is_behind |= known.connector == to.connector && known.position.topic == range.topic &&
                   known.position.partition == range.partition &&
                   (known.position.id != range.id || known.position.next >= range.next);
    if (!is_behind) positions_.set(to);
  }
}

Result<> Engine::commit_adopted(const OpenSegment& segment, ManifestEdit names,
                                std::span<const CutPosition> positions) {
  const uint64_t number = segment.header.number;
  EFD_TRY(judged(files_.rename(aside_path(number), path_of(names.files.front()))));
  EFD_TRY(judged(files_.sync_directory(system::parent_path(segment.path))));
  set_behind(positions);
  committed_.take_names(names_);
  manifest_.ask_for_rotation();
  ManifestEdit edit = committed_.next_edit();
  edit.files = std::move(names.files);
  Cut cut;
  cut.positions = positions_.changes();
  edit.positions = cut.positions;
  EFD_TRY(commit(edit, cut));
  publish(edit, cut);
  drop_aside(number);
  return {};
}

}  // namespace efd::store
