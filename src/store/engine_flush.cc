// SPDX-License-Identifier: MIT
// Commits: cut, encode, write, sync, name in the manifest, publish (architecture 6).
#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "observe/log.h"
#include "store/engine.h"
#include "store/seal.h"
#include "store/segment_sections.h"
#include "store/segment_writer.h"

namespace efd::store {
namespace {

const EncodedBlock& block_of(const std::shared_ptr<const Piece>& piece) {
  return static_cast<const SealedBlock&>(*piece).block();
}

}  // namespace

Result<> Engine::write_blocks(SegmentWriter& writer, const std::vector<BlockOf>& blocks) {
  for (const BlockOf& one : blocks) EFD_TRY(writer.add(one.of->measurement->id(), *one.encoded));
  return {};
}

Result<> Engine::flush() {
  std::lock_guard lock(flush_mutex_);
  Result<> flushed = stopped_ ? Result<>(fail(*stopped_)) : flush_locked();
  note(flushed);
  return flushed;
}

// The log goes first: a file that a crash leaves without a commit has only rows that the log has.
Result<> Engine::flush_locked() {
  Cut cut = this->cut();
  if (cut.measurements.empty() && cut.positions.empty()) return renew_manifest();
  EFD_TRY(sync_log(cut));
  seal_cut(cut);
  std::vector<uint64_t> numbers;
  auto files = write_segments(cut, numbers);
  if (!files) {
    remove_segments(numbers);
    abandoned_.insert(abandoned_.end(), numbers.begin(), numbers.end());
    return judged(fail(files.error()));
  }
  ManifestEdit edit = edit_of(cut, std::move(*files));
  if (auto committed = commit(edit, cut); !committed) {
    abandoned_.insert(abandoned_.end(), numbers.begin(), numbers.end());
    return committed;
  }
  publish(edit, cut);
  remove_segments(std::exchange(abandoned_, {}));
  return {};
}

// Every error of a file but a lack of room (and a name that is taken) ends the commits of this
// life: what a disk with such an error says of later writes cannot be believed.
Result<> Engine::judged(Result<> done) {
  if (done || done.error().code == ErrorCode::overload || done.error().code == ErrorCode::conflict)
    return done;
  stopped_ = done.error();
  stopped_->code = ErrorCode::give_up;
  stopped_->message +=
      ": the store takes nothing more and commits nothing more; what it has can "
      "be read. See to the disk, then start again: the log has all that is not "
      "committed";
  return fail(*stopped_);
}

// Tells, once, when flushes begin to fail, fail for another reason, or succeed again.
void Engine::note(const Result<>& flushed) {
  std::lock_guard lock(figures_mutex_);
  std::optional<Error> before = std::exchange(figures_.intake_error, std::nullopt);
  if (!flushed) figures_.intake_error = flushed.error();
  is_stopped_ = stopped_.has_value();
  if (!flushed && (!before || before->code != flushed.error().code))
    observe::error("store", "nothing is committed: {}", flushed.error().message);
  if (flushed && before) observe::info("store", "commits succeed again");
}

// A file goes on being written after its name is gone: its commits would be for nobody.
void Engine::watch_manifest() {
  std::lock_guard lock(flush_mutex_);
  if (stopped_) return;
  if (auto there = judged(manifest_.check_presence()); !there) note(there);
}

// What cannot be removed now is so at the next start.
void Engine::remove_segments(const std::vector<uint64_t>& numbers) {
  for (uint64_t number : numbers) static_cast<void>(files_.remove(segment_path(number)));
}

Engine::Cut Engine::cut() {
  Cut cut;
  std::shared_lock names(names_mutex_);
  std::unique_lock hold(cut_lock_);
  cut_measurements(cut);
  cut.positions = positions_.changes();
  return cut;
}

void Engine::cut_measurements(Cut& cut) {
  for (Policy* policy : names_.policies()) {
    for (const auto& [name, measurement] : policy->measurements) {
      Measurement::Cut one = measurement->cut();
      if (!one.pieces) continue;
      names_.number(*policy, *measurement);
      cut.measurements.push_back(
          {measurement.get(), policy, std::move(one.catalog), *one.pieces, {}});
    }
  }
  // New ones by number, as the manifest wants them.
  std::sort(cut.measurements.begin(), cut.measurements.end(),
            [](const CutMeasurement& a, const CutMeasurement& b) {
              return a.measurement->id() < b.measurement->id();
            });
}

void Engine::seal_full_heads() {
  std::lock_guard lock(flush_mutex_);
  std::vector<std::pair<Measurement*, Policy*>> all;
  {
    std::shared_lock names(names_mutex_);
    for (Policy* policy : names_.policies())
      for (const auto& [name, measurement] : policy->measurements)
        all.emplace_back(measurement.get(), policy);
  }
  for (auto [measurement, policy] : all) {
    std::shared_ptr<const Pieces> pieces;
    {
      std::shared_lock hold(cut_lock_);
      pieces = measurement->pieces();
    }
    sealed(*measurement, *policy, *pieces);
  }
}

// Encodes the heads among `pieces`, in place; returns what they are now.
Pieces Engine::sealed(Measurement& measurement, const Policy& policy, const Pieces& pieces) {
  Pieces all;
  for (const std::shared_ptr<const Piece>& piece : pieces) {
    const auto* head = dynamic_cast<const HeadPiece*>(piece.get());
    if (!head) {
      all.push_back(piece);
      continue;
    }
    Pieces blocks = seal(*head, policy.shard_file_ns(), measurement.late_before_ns());
    for (const auto& block : blocks) memory_.bytes += block->memory_bytes();
    memory_.bytes -= head->memory_bytes();
    all.insert(all.end(), blocks.begin(), blocks.end());
    std::shared_lock hold(cut_lock_);
    measurement.replace(head, std::move(blocks));
  }
  return all;
}

void Engine::seal_cut(Cut& cut) {
  for (CutMeasurement& one : cut.measurements) {
    one.pieces = sealed(*one.measurement, *one.policy, one.pieces);
    for (const auto& piece : one.pieces)
      one.totals.add({piece->row_count(), piece->min_time_ns(), piece->max_time_ns()});
  }
}

// One file for each shard of each policy; `numbers` gets every file that it made.
Result<std::vector<SegmentInfo>> Engine::write_segments(const Cut& cut,
                                                        std::vector<uint64_t>& numbers) {
  std::map<std::pair<const Policy*, int64_t>, std::vector<BlockOf>> shards;
  for (const CutMeasurement& one : cut.measurements)
    for (const auto& piece : one.pieces) {
      int64_t shard = shard_start_ns(piece->min_time_ns(), one.policy->shard_file_ns());
      shards[{one.policy, shard}].push_back({&one, &block_of(piece)});
    }
  EFD_ASSIGN(const std::string positions, encode_positions(positions_of(cut)));
  std::vector<SegmentInfo> files;
  for (auto& [shard, blocks] : shards) {
    const Policy& policy = *shard.first;
    SegmentHeader header{0,
                         committed_.store(),
                         policy.database,
                         policy.id,
                         committed_.take_file_number(),
                         shard.second,
                         policy.shard_file_ns()};
    numbers.push_back(header.number);
    EFD_ASSIGN(auto file, files_.open(segment_path(header.number), system::Open::create_new));
    SegmentWriter writer(std::move(file), header);
    EFD_TRY(write_blocks(writer, blocks));
    EFD_ASSIGN(std::string names, encode_names(names_of(policy, blocks, writer.info())));
    EFD_ASSIGN(SegmentInfo info, writer.finish(positions, names));
    files.push_back(std::move(info));
  }
  if (!files.empty()) EFD_TRY(files_.sync_directory(segments_folder()));
  return files;
}

std::vector<CutPosition> Engine::positions_of(const Cut& cut) {
  std::vector<CutPosition> all;
  for (const NumberedPosition& one : cut.positions) {
    const Position& at = one.stored.position;
    for (const PutRange& range : one.ranges)
      if (range.from < range.next)
        all.push_back(
            {one.stored.connector, at.topic, range.topic, at.partition, range.from, range.next});
  }
  return all;
}

// What the manifest would have to say for the file alone to be understood.
ManifestEdit Engine::names_of(const Policy& policy, const std::vector<BlockOf>& blocks,
                              const SegmentInfo& info) const {
  ManifestEdit names;
  names.databases.push_back({policy.database, names_.database(policy.database)->name});
  names.policies.push_back({policy.id, policy.database, policy.settings});
  names.files.push_back(info);
  for (const BlockOf& block : blocks) {
    const uint32_t id = block.of->measurement->id();
    if (names.measurements.empty() || names.measurements.back().id != id) {
      names.measurements.push_back({id, policy.id, block.of->measurement->name()});
      names.totals.push_back({id, {}});
      const Catalog::Columns& columns = block.of->catalog->columns();
      for (uint32_t column = 0; column < columns.size(); ++column)
        names.columns.push_back({id, column, *columns[column]});
    }
    names.totals.back().totals.add(
        {block.encoded->rows, block.encoded->min_ns, block.encoded->max_ns});
  }
  return names;
}

// No commit covers a record that the log may lose (architecture 6a).
Result<> Engine::sync_log(const Cut& cut) {
  if (!before_commit_) return {};
  std::vector<StoredPosition> positions;
  for (const NumberedPosition& position : cut.positions) positions.push_back(position.stored);
  return before_commit_(positions);
}

ManifestEdit Engine::edit_of(const Cut& cut, std::vector<SegmentInfo> files) const {
  ManifestEdit edit = committed_.next_edit();
  for (const CutMeasurement& one : cut.measurements) {
    committed_.add_columns(*one.measurement, *one.policy, *one.catalog, edit);
    StoredTotals totals = one.measurement->stored();
    totals.add(one.totals);
    edit.totals.push_back({one.measurement->id(), totals});
  }
  edit.files = std::move(files);
  edit.removed = abandoned_;
  edit.positions = cut.positions;
  return edit;
}

// A new manifest, where the one that there is cannot be written any more or has grown.
Result<> Engine::renew_manifest() {
  if (!manifest_.wants_rotation()) return {};
  EFD_TRY(judged(manifest_.rotate(committed_.all(names_, positions_))));
  is_proven_ = true;
  return {};
}

Result<> Engine::append_to_manifest(const ManifestEdit& edit) {
  EFD_TRY(renew_manifest());
  return judged(manifest_.append(edit));
}

Result<> Engine::commit(const ManifestEdit& edit, const Cut& cut) {
  EFD_TRY(append_to_manifest(edit));
  std::vector<CommittedState::Committed> catalogs;
  for (const CutMeasurement& one : cut.measurements)
    catalogs.push_back({one.measurement->id(), one.catalog});
  committed_.note(edit, catalogs);
  positions_.commit(cut.positions);
  std::lock_guard lock(figures_mutex_);
  ++figures_.commits;
  figures_.files += edit.files.size();
  for (const SegmentInfo& file : edit.files) {
    figures_.bytes_on_disk += file.bytes;
    figures_.values_on_disk += file.values;
  }
  return {};
}

// The blocks change their place, from memory to files, in one step.
void Engine::publish(const ManifestEdit& edit, const Cut& cut) {
  std::vector<std::shared_ptr<const Pieces>> dropped;  // freed behind the lock
  dropped.reserve(cut.measurements.size());
  std::unique_lock hold(cut_lock_);
  EFD_CHECK(CommittedState::apply_files(edit, cache_, names_));
  for (const CutMeasurement& one : cut.measurements) {
    dropped.push_back(one.measurement->drop_stored(one.pieces.size(), one.totals));
    memory_.rows -= one.totals.rows;
    for (const auto& piece : one.pieces) memory_.bytes -= piece->memory_bytes();
  }
  hold.unlock();
}

Result<> Engine::create_database(const std::string& name) {
  std::lock_guard flush_lock(flush_mutex_);
  {
    std::shared_lock lock(names_mutex_);
    if (names_.database(name)) return {};
  }
  if (stopped_) return fail(*stopped_);
  ManifestEdit edit = committed_.next_edit();
  edit.databases.push_back({static_cast<uint32_t>(names_.databases().size()), name});
  edit.policies.push_back({static_cast<uint32_t>(names_.policies().size()),
                           edit.databases.back().id, autogen_policy()});
  EFD_TRY(commit(edit, {}));
  std::unique_lock lock(names_mutex_);
  names_.add_policy(names_.add_database(name), autogen_policy());
  return {};
}

}  // namespace efd::store
