// SPDX-License-Identifier: MIT
// Opening a store: the last commit is put back, and what no commit names is set aside.
#include <algorithm>
#include <set>

#include "observe/log.h"
#include "store/engine.h"
#include "store/restored_names.h"
#include "store/segment_sections.h"

namespace efd::store {
namespace {

// So many files are looked at to tell whose the manifest is.
constexpr size_t kIdentityProbesMax = 16;

}  // namespace

Result<> Engine::recover() {
  std::lock_guard lock(flush_mutex_);
  std::lock_guard commit_lock(commit_mutex_);
  EFD_TRY(files_.make_directories(options_.path + "/" + kSegmentsFolder));
  EFD_ASSIGN(folder_lock_, files_.lock_directory(options_.path));
  auto recovered = manifest_.recover([this](const ManifestEdit& edit) { return take_in(edit); });
  if (!recovered && recovered.error().code == ErrorCode::not_found) {
    EFD_TRY(make_new_store());
  } else if (!recovered) {
    return recovered;
  }
  if (auto good = committed_.check_orders(); !good)
    return fail_in(options_.path + "/manifest", good.error());
  remove_when_proven();
  if (auto good = restore(committed_, names_); !good)
    return fail_in(options_.path + "/manifest", good.error());
  EFD_TRY(check_files());
  EFD_TRY(check_manifests_store());
  count_files();
  EFD_TRY(find_aside());
  if (aside_.empty()) committed_.forget_dropped();
  // A new manifest leaves behind whatever a power cut or a failed sync did to the old one. Where it
  // cannot be made (a full disk) the store is read all the same, and the first commit makes it.
  note(renew_manifest());
  removed_->settle();
  return {};
}

void Engine::remove_when_proven() {
  for (RemovedFile& file : committed_.take_removed(nullptr)) {
    removed_->add(file);
    recovered_removed_.push_back(std::move(file));
  }
}

Result<> Engine::take_in(const ManifestEdit& edit) {
  EFD_TRY(committed_.apply(edit));
  EFD_TRY(committed_.apply_series(edit));
  for (const NumberedPosition& position : edit.positions)
    if (!positions_.restore(position))
      return fail(ErrorCode::give_up, "position {} of the manifest does not follow the others",
                  position.id);
  return {};
}

Result<> Engine::make_new_store() {
  EFD_ASSIGN(auto entries, files_.list(options_.path + "/" + kSegmentsFolder));
  if (!entries.empty())
    return fail(ErrorCode::give_up,
                "{}: there are segment files but no manifest: put the manifest back, or move the "
                "folder away",
                options_.path);
  committed_.start_new_store();
  return {};
}

// Every file of the last commit must be there; what is in it is checked when it is read.
Result<> Engine::check_files() {
  std::set<std::string> there;
  for (const std::string& folder : folders()) {
    EFD_ASSIGN(auto entries, files_.list(options_.path + "/" + folder));
    for (const system::DirectoryEntry& entry : entries)
      there.insert(options_.path + "/" + folder + "/" + entry.name);
  }
  std::vector<SegmentInfo> missing;
  for (const auto& [number, file] : committed_.files())
    if (!there.contains(path_of(file->info))) missing.push_back(file->info);
  for (const SegmentInfo& info : missing) {
    EFD_ASSIGN(bool is_back, take_back(info));
    if (is_back) continue;
    EFD_ASSIGN(bool is_replaced, take_replacement(info));
    if (!is_replaced)
      return fail(ErrorCode::give_up, "{}: the manifest names this file, but it is gone",
                  path_of(info));
  }
  return {};
}

// A file that an older manifest did not name lies aside when the right one is put back.
Result<bool> Engine::take_back(const SegmentInfo& info) {
  const std::string aside = path_of(info) + kAsideSuffix;
  EFD_ASSIGN(bool lies_aside, files_.exists(aside));
  if (!lies_aside) return false;
  EFD_TRY(files_.rename(aside, path_of(info)));
  EFD_TRY(files_.sync_directory(options_.path + "/" + info.folder));
  return true;
}

// A merge that an older manifest does not know of put another file into its place, the last of them
// has all of it.
Result<bool> Engine::take_replacement(const SegmentInfo& missing) {
  if (!committed_.files().contains(missing.header.number)) return true;
  for (const std::string& folder : folders()) {
    EFD_ASSIGN(auto entries, files_.list(options_.path + "/" + folder));
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      auto segment = open_segment(files_, options_.path + "/" + folder + "/" + entry->name);
      if (!segment || (*segment)->header.store != committed_.store()) continue;
      auto names = read_names(**segment);
      if (!names || !may_replace(*names, missing)) continue;
      EFD_TRY(replace_by(**segment, std::move(*names), folder));
      return true;
    }
  }
  return false;
}

// It has all rows of the missing file, and no other one has rows of its cuts.
bool Engine::may_replace(const ManifestEdit& names, const SegmentInfo& missing) const {
  const SegmentInfo& info = names.files.front();
  auto replaces = [&](uint64_t number) {
    return std::any_of(names.removed.begin(), names.removed.end(),
                       [number](const RemovedFile& file) { return file.number == number; });
  };
  if (committed_.files().contains(info.header.number) || !replaces(missing.header.number))
    return false;
  return std::all_of(committed_.files().begin(), committed_.files().end(), [&](const auto& one) {
    const SegmentInfo& other = one.second->info;
    bool is_apart = other.header.policy != info.header.policy ||
                    other.header.shard_start_ns != info.header.shard_start_ns ||
                    other.order.last < info.order.first || other.order.first > info.order.last;
    return is_apart || replaces(one.first);
  });
}

Result<> Engine::replace_by(const OpenSegment& segment, ManifestEdit names,
                            const std::string& folder) {
  SegmentInfo& info = names.files.front();
  info.header = segment.header;
  info.folder = folder;
  info.bytes = segment.bytes;
  EFD_ASSIGN(auto positions, read_positions(segment));
  if (auto restored = restore_names(names, committed_.dropped(), names_); !restored)
    return fail_in(segment.path, restored.error());
  committed_.take_names(names_);
  if (segment.path != path_of(info)) {
    EFD_TRY(files_.rename(segment.path, path_of(info)));
    EFD_TRY(files_.sync_directory(options_.path + "/" + folder));
  }
  ManifestEdit edit;
  edit.commit = committed_.commit();
  edit.files.push_back(info);
  for (const RemovedFile& file : names.removed)
    if (committed_.files().contains(file.number)) edit.removed.push_back(file);
  EFD_TRY(committed_.apply(edit));
  remove_when_proven();
  Policy& policy = *names_.policy(info.header.policy);
  policy.files = std::make_shared<const SegmentFiles>(committed_.files_of(policy.id));
  // The next manifest has the positions, too.
  set_behind(positions);
  positions_.commit(positions_.changes());
  observe::warn("store",
                "{}: taken in the place of {} files that the manifest names, which are gone",
                path_of(info), edit.removed.size());
  return {};
}

// Another store's manifest names files of the same names. One file of another store is told of
// when it is read; when all are, it is the manifest.
Result<> Engine::check_manifests_store() const {
  std::string strange;
  size_t probes = 0;
  for (const auto& [number, file] : committed_.files()) {
    if (probes++ == kIdentityProbesMax) break;
    auto segment = open_segment(files_, path_of(file->info));
    if (!segment) continue;
    if ((*segment)->header.store == committed_.store()) return {};
    strange = fmt::format("{} is of store {}", (*segment)->path, (*segment)->header.store.hex());
  }
  if (strange.empty()) return {};
  return fail(ErrorCode::give_up,
              "{}/manifest: this is the manifest of store {}, but {}: put this store's own "
              "manifest back",
              options_.path, committed_.store().hex(), strange);
}

void Engine::count_files() {
  std::lock_guard lock(figures_mutex_);
  for (const auto& [number, file] : committed_.files()) {
    ++figures_.files;
    figures_.bytes_on_disk += file->info.bytes;
    figures_.values_on_disk += file->info.values;
  }
}

}  // namespace efd::store
