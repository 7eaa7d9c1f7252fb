// SPDX-License-Identifier: MIT
// Opening a store: the last commit is put back, and what no commit names is removed.
#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "store/engine.h"

namespace efd::store {
namespace {

constexpr std::string_view kSegmentSuffix = ".seg";

std::optional<uint64_t> number_of(const std::string& name) {
  std::string_view text = name;
  if (!text.ends_with(kSegmentSuffix)) return std::nullopt;
  text.remove_suffix(kSegmentSuffix.size());
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

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
  // A new manifest leaves behind whatever a power cut or a failed sync did to the old one. Where it
  // cannot be made (a full disk) the store is read all the same, and the first commit makes it.
  note(renew_manifest());
  return remove_orphans();
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
Result<> Engine::check_files() const {
  EFD_ASSIGN(auto entries, files_.list(segments_folder()));
  std::set<std::string> there;
  for (const system::DirectoryEntry& entry : entries) there.insert(entry.name);
  for (const Policy* policy : names_.policies())
    for (const auto& file : *policy->files)
      if (!there.contains(segment_name(file->info.header.number)))
        return fail(ErrorCode::give_up, "{}/{}: the manifest names this file, but it is gone",
                    segments_folder(), segment_name(file->info.header.number));
  return {};
}

Result<> Engine::remove_orphans() {
  std::set<uint64_t> named;
  std::lock_guard lock(figures_mutex_);
  for (const Policy* policy : names_.policies()) {
    for (const auto& file : *policy->files) {
      named.insert(file->info.header.number);
      figures_.bytes_on_disk += file->info.bytes;
      figures_.values_on_disk += file->info.values;
    }
  }
  figures_.files = named.size();
  EFD_ASSIGN(auto entries, files_.list(segments_folder()));
  for (const system::DirectoryEntry& entry : entries) {
    std::optional<uint64_t> number = number_of(entry.name);
    if (!number || named.contains(*number)) continue;
    committed_.pass_file_number(*number);
    EFD_TRY(files_.remove(segments_folder() + "/" + entry.name));
  }
  return {};
}

}  // namespace efd::store
