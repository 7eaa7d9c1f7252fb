// SPDX-License-Identifier: MIT
// Files that the last commit does not name. A crash leaves such files, and the log has all that is
// in them; a damaged or older manifest leaves such files, and nobody else has their rows.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>

#include "base/check.h"
#include "observe/log.h"
#include "store/engine.h"
#include "store/segment_piece.h"
#include "store/segment_sections.h"

namespace efd::store {
namespace {

constexpr std::string_view kSegmentSuffix = ".seg";
constexpr std::string_view kAsideSuffix = ".aside";

struct SegmentName {
  uint64_t number = 0;
  bool is_aside = false;
};

std::optional<SegmentName> parse_name(std::string_view name) {
  SegmentName parsed;
  parsed.is_aside = name.ends_with(kAsideSuffix);
  if (parsed.is_aside) name.remove_suffix(kAsideSuffix.size());
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
  return segment_path(number) + std::string(kAsideSuffix);
}

Result<> Engine::find_aside() {
  std::set<uint64_t> named;
  for (const Policy* policy : names_.policies())
    for (const auto& file : *policy->files) named.insert(file->info.header.number);
  EFD_ASSIGN(auto entries, files_.list(segments_folder()));
  for (const system::DirectoryEntry& entry : entries) EFD_TRY(look_at(entry.name, named));
  // What was removed may come back with a power cut as long as the folder is not synced.
  if (files_.sync_directory(segments_folder())) committed_.forget_removed();
  return {};
}

// A file whose writing was not finished, or whose rows others have by the manifest, is removed.
Result<> Engine::look_at(const std::string& name, const std::set<uint64_t>& named) {
  std::optional<SegmentName> parsed = parse_name(name);
  if (!parsed) return {};
  const uint64_t number = parsed->number;
  if (!parsed->is_aside && named.contains(number)) return {};
  committed_.pass_file_number(number);
  if (parsed->is_aside) return aside_.insert(number), put_aside(number), Result<>();
  const std::vector<uint64_t>& removed = committed_.removed();
  bool is_done = std::find(removed.begin(), removed.end(), number) != removed.end();
  auto is_whole = has_whole_footer(files_, segment_path(number));
  if (is_done || (is_whole && !*is_whole)) {
    if (auto gone = files_.remove(segment_path(number)); !gone)
      observe::warn("store", "{}", gone.error().message);
    return {};
  }
  put_aside(number);
  return {};
}

// Without a rename (a disk that fails) it lies there under its own name, and no commit names it.
void Engine::put_aside(uint64_t number) {
  aside_.insert(number);
  auto there = files_.exists(segment_path(number));
  if (there && *there) {
    auto renamed = files_.rename(segment_path(number), aside_path(number));
    if (!renamed) observe::warn("store", "{}", renamed.error().message);
  }
  std::lock_guard lock(figures_mutex_);
  figures_.aside.push_back(aside_path(number));
}

void Engine::drop_aside(uint64_t number) {
  aside_.erase(number);
  std::lock_guard lock(figures_mutex_);
  std::erase(figures_.aside, aside_path(number));
}

// ---------------------------------------------------------------------------------------- settle

Result<> Engine::settle_aside(const ComesAgain& comes_again) {
  std::lock_guard lock(flush_mutex_);
  bool has_names = false;
  for (uint64_t number : std::set(aside_)) {
    EFD_ASSIGN(bool is_kept, settle(number, comes_again));
    has_names |= is_kept;
  }
  if (!has_names) return {};
  // The names reach the disk with a manifest made anew, at the latest before the next commit.
  committed_.take_catalogs(names_);
  manifest_.ask_for_rotation();
  note(stopped_ ? Result<>(fail(*stopped_)) : renew_manifest());
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
      if (auto gone = files_.remove(path); !gone)
        observe::warn("store", "{}", gone.error().message);
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

Result<> Engine::keep_names(const OpenSegment& segment) {
  EFD_ASSIGN(ManifestEdit names, read_names(segment));
  std::unique_lock lock(names_mutex_);
  if (auto restored = CommittedState::restore_names(names, names_); !restored)
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
  if (stopped_) return fail(*stopped_);
  if (!aside_.contains(name->number))
    return fail(ErrorCode::not_found,
                "{}: there is no such file, or the manifest names it: nothing is to be adopted",
                aside_path(name->number));
  return adopt_locked(name->number);
}

Result<uint64_t> Engine::adopt_locked(uint64_t number) {
  EFD_ASSIGN(auto segment, open_segment(files_, aside_path(number)));
  EFD_ASSIGN(auto positions, read_positions(*segment));
  EFD_ASSIGN(ManifestEdit names, read_names(*segment));
  SegmentInfo& info = names.files.front();
  info.header.store = committed_.store();
  info.header.number = number;
  info.bytes = segment->bytes;
  EFD_TRY(check_identity(*segment, info.header));
  EFD_TRY(check_adoption(*segment, positions));
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
Result<> Engine::check_adoption(const OpenSegment& segment,
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
  return check_overlap(segment, positions);
}

Result<> Engine::check_overlap(const OpenSegment& segment,
                               std::span<const CutPosition> positions) const {
  Partitions ranges;
  for (const CutPosition& range : positions) ranges[key_of(range)].push_back(&range);
  for (const Policy* policy : names_.policies()) {
    for (const auto& file : *policy->files) {
      // Files of one cut, of several shards, have the same positions.
      EFD_ASSIGN(auto other, cache_->get(file->info.header));
      EFD_ASSIGN(auto theirs, read_positions(*other));
      if (std::equal(theirs.begin(), theirs.end(), positions.begin(), positions.end()) &&
          file->info.header.shard_start_ns != segment.header.shard_start_ns)
        continue;
      for (const CutPosition& range : theirs)
        if (const CutPosition* common = find_overlap(ranges, range))
          return fail(ErrorCode::conflict, "{}: {} are stored again, in {}: it is not taken back",
                      segment.path, range_text(*common), other->path);
    }
  }
  return {};
}

Result<> Engine::commit_adopted(const OpenSegment& segment, ManifestEdit names,
                                std::span<const CutPosition> positions) {
  const uint64_t number = segment.header.number;
  EFD_TRY(judged(files_.rename(aside_path(number), segment_path(number))));
  EFD_TRY(judged(files_.sync_directory(segments_folder())));
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
  committed_.take_catalogs(names_);
  manifest_.ask_for_rotation();
  ManifestEdit edit = committed_.next_edit();
  edit.files = std::move(names.files);
  for (TotalsRecord& added : names.totals) {
    StoredTotals totals = names_.measurement(added.measurement)->stored();
    totals.add(added.totals);
    edit.totals.push_back({added.measurement, totals});
  }
  Cut cut;
  cut.positions = positions_.changes();
  edit.positions = cut.positions;
  EFD_TRY(commit(edit, cut));
  std::unique_lock hold(cut_lock_);
  EFD_CHECK(CommittedState::apply_files(edit, cache_, names_));
  for (const TotalsRecord& all : edit.totals)
    names_.measurement(all.measurement)->restore_totals(all.totals);
  hold.unlock();
  drop_aside(number);
  return {};
}

}  // namespace efd::store
