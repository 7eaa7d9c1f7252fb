// SPDX-License-Identifier: MIT
// The manifest's side of a commit: what it says, and what changes when it is durable.
#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "store/engine.h"

namespace efd::store {

ManifestEdit Engine::edit_of(const Cut& cut, std::vector<SegmentInfo> files) const {
  ManifestEdit edit = committed_.next_edit();
  edit.dropped = cut.dropped;
  for (const CutMeasurement& one : cut.measurements) {
    committed_.add_columns(*one.measurement, *one.policy, *one.catalog, edit);
    committed_.add_series(*one.measurement, one.series, edit);
  }
  edit.files = std::move(files);
  edit.removed = abandoned_;
  for (RemovedFile& file : committed_.files_without(cut.dropped))
    edit.removed.push_back(std::move(file));
  edit.positions = cut.positions;
  return edit;
}

// A new manifest, where the one that there is cannot be written any more or has grown.
Result<> Engine::renew_manifest() {
  if (!manifest_.wants_rotation()) return {};
  EFD_TRY(judged(manifest_.rotate(committed_.all(positions_, *removed_))));
  is_proven_ = true;
  for (const RemovedFile& file : std::exchange(recovered_removed_, {})) removed_->unlink(file);
  remove_needless_aside();
  return {};
}

Result<> Engine::commit(const ManifestEdit& edit, const Cut& cut) {
  EFD_TRY(renew_manifest());
  EFD_TRY(judged(manifest_.append(edit)));
  count(edit);
  EFD_CHECK(committed_.apply(edit));
  SegmentFiles erased;
  for (const RemovedFile& file : committed_.take_removed(&erased)) removed_->add(file);
  for (const auto& file : erased) file->retire();
  for (const CutMeasurement& one : cut.measurements)
    committed_.share(*one.measurement, one.catalog, one.series);
  positions_.commit(cut.positions);
  if (aside_.empty()) committed_.forget_dropped();
  std::erase_if(abandoned_, [&](const RemovedFile& file) {
    bool is_listed =
        std::find(edit.removed.begin(), edit.removed.end(), file) != edit.removed.end();
    if (is_listed) removed_->unlink(file);
    return is_listed;
  });
  return {};
}

// Before the edit is applied.
void Engine::count(const ManifestEdit& edit) {
  std::lock_guard lock(figures_mutex_);
  ++figures_.commits;
  figures_.files += edit.files.size();
  for (const SegmentInfo& file : edit.files) {
    figures_.bytes_on_disk += file.bytes;
    figures_.values_on_disk += file.values;
  }
  for (const RemovedFile& file : edit.removed) {
    auto known = committed_.files().find(file.number);
    if (known == committed_.files().end()) continue;
    --figures_.files;
    figures_.bytes_on_disk -= known->second->info.bytes;
    figures_.values_on_disk -= known->second->info.values;
  }
}

// The blocks change their place, from memory to files, in one step.
void Engine::publish(const ManifestEdit& edit, const Cut& cut) {
  std::vector<std::shared_ptr<const Pieces>> dropped;  // freed behind the locks, as are
  FileLists replaced;
  std::shared_lock names(names_mutex_);
  std::unique_lock hold(cut_lock_);
  publish_files(edit, replaced);
  for (const CutMeasurement& one : cut.measurements) {
    for (const Measurement::PiecesOf& pieces : one.of) {
      dropped.push_back(one.measurement->drop_stored(*pieces.owner, pieces.pieces->size()));
      uint64_t bytes = 0;
      for (const auto& piece : *pieces.pieces) {
        memory_.rows -= piece->row_count();
        bytes += piece->memory_bytes();
      }
      memory_.bytes -= bytes;
      pieces.owner->bytes -= bytes;
    }
  }
  hold.unlock();
  names.unlock();
}

void Engine::publish_files(const ManifestEdit& edit, FileLists& replaced) {
  std::set<uint64_t> removed;
  for (const RemovedFile& file : edit.removed) removed.insert(file.number);
  std::map<uint32_t, SegmentFiles> added;
  for (const SegmentInfo& info : edit.files)
    added[info.header.policy].push_back(committed_.files().at(info.header.number));
  auto is_removed = [&](const std::shared_ptr<const SegmentFile>& file) {
    return removed.contains(file->info.header.number);
  };
  auto in_order = [](const auto& a, const auto& b) { return a->info.order < b->info.order; };
  for (const auto& [id, policy] : names_.policies()) {
    auto more = added.find(id);
    bool has_less =
        !removed.empty() && std::any_of(policy->files->begin(), policy->files->end(), is_removed);
    if (more == added.end() && !has_less) continue;
    auto files = std::make_shared<SegmentFiles>(*policy->files);
    std::erase_if(*files, is_removed);
    if (more != added.end()) {
      files->insert(files->end(), more->second.begin(), more->second.end());
      std::stable_sort(files->begin(), files->end(), in_order);
    }
    replaced.push_back(std::exchange(policy->files, std::move(files)));
  }
}

}  // namespace efd::store
