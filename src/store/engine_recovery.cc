// SPDX-License-Identifier: MIT
// Opening a store: the last commit is put back, and what no commit names is set aside.
#include <set>

#include "store/engine.h"

namespace efd::store {
namespace {

// So many files are looked at to tell whose the manifest is.
constexpr size_t kIdentityProbesMax = 16;

}  // namespace

Result<> Engine::recover() {
  std::lock_guard lock(flush_mutex_);
  EFD_TRY(files_.make_directories(segments_folder()));
  EFD_ASSIGN(folder_lock_, files_.lock_directory(options_.path));
  auto recovered = manifest_.recover([this](const ManifestEdit& edit) {
    return committed_.apply(edit, cache_, names_, positions_);
  });
  if (!recovered && recovered.error().code == ErrorCode::not_found) {
    EFD_TRY(make_new_store());
  } else if (!recovered) {
    return recovered;
  }
  EFD_TRY(check_files());
  EFD_TRY(check_manifests_store());
  count_files();
  EFD_TRY(find_aside());
  // A new manifest leaves behind whatever a power cut or a failed sync did to the old one. Where it
  // cannot be made (a full disk) the store is read all the same, and the first commit makes it.
  note(renew_manifest());
  return {};
}

Result<> Engine::make_new_store() {
  EFD_ASSIGN(auto entries, files_.list(segments_folder()));
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
  EFD_ASSIGN(auto entries, files_.list(segments_folder()));
  std::set<std::string> there;
  for (const system::DirectoryEntry& entry : entries) there.insert(entry.name);
  for (const Policy* policy : names_.policies()) {
    for (const auto& file : *policy->files) {
      const uint64_t number = file->info.header.number;
      if (there.contains(segment_name(number))) continue;
      EFD_ASSIGN(bool is_back, take_back(number));
      if (!is_back)
        return fail(ErrorCode::give_up, "{}: the manifest names this file, but it is gone",
                    segment_path(number));
    }
  }
  return {};
}

// A file that an older manifest did not name lies aside when the right one is put back.
Result<bool> Engine::take_back(uint64_t number) {
  EFD_ASSIGN(bool lies_aside, files_.exists(aside_path(number)));
  if (!lies_aside) return false;
  EFD_TRY(files_.rename(aside_path(number), segment_path(number)));
  EFD_TRY(files_.sync_directory(segments_folder()));
  return true;
}

// Another store's manifest names files of the same names. One file of another store is told of
// when it is read; when all are, it is the manifest.
Result<> Engine::check_manifests_store() const {
  std::string strange;
  size_t probes = 0;
  for (const Policy* policy : names_.policies()) {
    for (const auto& file : *policy->files) {
      if (probes++ == kIdentityProbesMax) break;
      auto segment = open_segment(files_, segment_path(file->info.header.number));
      if (!segment) continue;
      if ((*segment)->header.store == committed_.store()) return {};
      strange = fmt::format("{} is of store {}", (*segment)->path, (*segment)->header.store.hex());
    }
  }
  if (strange.empty()) return {};
  return fail(ErrorCode::give_up,
              "{}/manifest: this is the manifest of store {}, but {}: put this store's own "
              "manifest back",
              options_.path, committed_.store().hex(), strange);
}

void Engine::count_files() {
  std::lock_guard lock(figures_mutex_);
  for (const Policy* policy : names_.policies()) {
    for (const auto& file : *policy->files) {
      ++figures_.files;
      figures_.bytes_on_disk += file->info.bytes;
      figures_.values_on_disk += file->info.values;
    }
  }
}

}  // namespace efd::store
