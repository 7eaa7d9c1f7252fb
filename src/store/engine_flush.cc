// SPDX-License-Identifier: MIT
// A flush: cut, encode, write, sync; then the commit (engine_commit.cc).
#include <algorithm>
#include <map>
#include <set>
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

Result<> Engine::flush() {
  std::lock_guard lock(flush_mutex_);
  Result<> flushed = is_stopped_ ? Result<>(fail(*stopped())) : Result<>();
  if (flushed) {
    Cut cut = *this->cut(nullptr);
    flushed = store_cut(cut);
  }
  note(flushed);
  return flushed;
}

// The log goes first: a file that a crash leaves without a commit has only rows that the log has.
Result<> Engine::store_cut(Cut& cut) {
  const DroppedRecord& drops = cut.dropped;
  if (cut.measurements.empty() && cut.positions.empty() && drops.empty()) {
    std::lock_guard commit_lock(commit_mutex_);
    return renew_manifest();
  }
  std::vector<StoredPosition> positions;
  for (const NumberedPosition& position : cut.positions) positions.push_back(position.stored);
  EFD_TRY(make_ready(positions));
  EFD_TRY(leave_out(cut));
  if (cut.measurements.empty() && cut.positions.empty() && drops.empty()) return {};
  seal_cut(cut);
  // A manifest whose last append failed may name that cut after the end of the process: then a file
  // with the same rows and more would neither be named nor come again from the log.
  {
    std::lock_guard commit_lock(commit_mutex_);
    EFD_TRY(renew_manifest());
  }
  std::vector<RemovedFile> made;
  auto files = write_segments(cut, made);
  std::lock_guard commit_lock(commit_mutex_);
  if (files) return commit_cut(cut, std::move(*files), made);
  for (const RemovedFile& file : made) static_cast<void>(files_.remove(path_of(file)));
  abandoned_.insert(abandoned_.end(), made.begin(), made.end());
  return judged(fail(files.error()));
}

Result<> Engine::commit_cut(const Cut& cut, std::vector<SegmentInfo> files,
                            const std::vector<RemovedFile>& made) {
  ManifestEdit edit = edit_of(cut, std::move(files));
  if (auto committed = commit(edit, cut); !committed) {
    abandoned_.insert(abandoned_.end(), made.begin(), made.end());
    return committed;
  }
  publish(edit, cut);
  std::unique_lock names(names_mutex_);
  pending_drops_ = {};
  bound_to_drop_.clear();
  return {};
}

// Every error of a file but a lack of room (and a name that is taken) ends the commits of this
// life: what a disk with such an error says of later writes cannot be believed.
Result<> Engine::judged(Result<> done) {
  if (done || done.error().code == ErrorCode::overload || done.error().code == ErrorCode::conflict)
    return done;
  Error error = done.error();
  error.code = ErrorCode::give_up;
  error.message +=
      ": the store takes nothing more and commits nothing more; what it has can "
      "be read. See to the disk, then start again: the log has all that is not "
      "committed";
  std::lock_guard lock(figures_mutex_);
  stopped_ = error;
  is_stopped_ = true;
  return fail(error);
}

std::optional<Error> Engine::stopped() const {
  std::lock_guard lock(figures_mutex_);
  return stopped_;
}

// Tells, once, when flushes begin to fail, fail for another reason, or succeed again.
void Engine::note(const Result<>& flushed) {
  std::lock_guard lock(figures_mutex_);
  std::optional<Error> before = std::exchange(figures_.intake_error, std::nullopt);
  if (!flushed) figures_.intake_error = flushed.error();
  if (!flushed && (!before || before->code != flushed.error().code))
    observe::error("store", "nothing is committed: {}", flushed.error().message);
  if (flushed && before) observe::info("store", "commits succeed again");
}

// A file goes on being written after its name is gone: its commits would be for nobody.
void Engine::watch_files() {
  removed_->settle();
  std::lock_guard lock(commit_mutex_);
  if (is_stopped_) return;
  if (auto there = judged(manifest_.check_presence()); !there) note(there);
}

// What it has put of them would come again from the log, after the drop.
Result<> Engine::check_owners(std::span<const MeasurementHandle> measurements) {
  OwnerSet all;
  for (const MeasurementHandle& one : measurements) {
    OwnerSet owners = one->owners();
    for (const Owner* owner : owners)
      if (left_out_.contains(owner))
        return fail(ErrorCode::retry,
                    "measurement {} has rows of connector {} that cannot be committed yet: drop it "
                    "when the connector is ready (see /health)",
                    one->name(), owner->connector.value());
    all.merge(owners);
  }
  bound_to_drop_.merge(all);
  return {};
}

// With names that are dropped in the same moment.
Result<Engine::Cut> Engine::cut(const Drop* drop) {
  Cut cut;
  std::vector<std::vector<std::shared_ptr<const Pieces>>> freed;  // behind the locks
  Namespace::Dropped dropped;
  std::unique_lock names(names_mutex_);
  std::unique_lock hold(cut_lock_);
  if (drop) {
    EFD_TRY(check_owners(drop->measurements()));
    EFD_ASSIGN(DroppedRecord record, drop->names(dropped));
    pending_drops_.add(record);
  }
  for (const MeasurementHandle& measurement : dropped) freed.push_back(measurement->drop());
  cut_measurements(cut);
  cut.positions = positions_.changes();
  cut.dropped = pending_drops_;
  hold.unlock();
  names.unlock();
  return cut;
}

void Engine::cut_measurements(Cut& cut) {
  for (const auto& [id, policy] : names_.policies()) {
    for (const auto& [name, measurement] : policy->measurements) {
      Measurement::Cut one = measurement->cut();
      if (one.of.empty()) continue;
      names_.number(*policy, measurement);
      cut.measurements.push_back(
          {measurement, policy, std::move(one.catalog), std::move(one.of), one.series});
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
  std::vector<std::pair<MeasurementHandle, Policy*>> all;
  {
    std::shared_lock names(names_mutex_);
    for (const auto& [id, policy] : names_.policies())
      for (const auto& [name, measurement] : policy->measurements)
        all.emplace_back(measurement, policy);
  }
  for (const auto& [measurement, policy] : all) {
    std::vector<Measurement::PiecesOf> all_pieces;
    {
      std::shared_lock hold(cut_lock_);
      all_pieces = measurement->pieces();
    }
    for (const Measurement::PiecesOf& pieces : all_pieces) sealed(*measurement, *policy, pieces);
  }
}

// Encodes the heads among `pieces`, in place; returns what they are now.
Pieces Engine::sealed(Measurement& measurement, const Policy& policy,
                      const Measurement::PiecesOf& pieces) {
  Pieces all;
  for (const std::shared_ptr<const Piece>& piece : *pieces.pieces) {
    const auto* head = dynamic_cast<const HeadPiece*>(piece.get());
    if (!head) {
      all.push_back(piece);
      continue;
    }
    Pieces blocks = seal(*head, policy.shard_file_ns(), measurement.late_before_ns());
    uint64_t bytes = 0;
    for (const auto& block : blocks) bytes += block->memory_bytes();
    for (std::atomic<uint64_t>* use : {&memory_.bytes, &pieces.owner->bytes})
      *use += bytes - head->memory_bytes();  // modulo 2^64: it may be less
    all.insert(all.end(), blocks.begin(), blocks.end());
    std::shared_lock hold(cut_lock_);
    measurement.replace(*pieces.owner, head, std::move(blocks));
  }
  return all;
}

void Engine::seal_cut(Cut& cut) {
  for (CutMeasurement& one : cut.measurements)
    for (Measurement::PiecesOf& pieces : one.of)
      pieces.pieces = std::make_shared<const Pieces>(sealed(*one.measurement, *one.policy, pieces));
}

// One file for each shard of each policy, all with one place in the order of the log; `made` gets
// every file that it made.
Result<std::vector<SegmentInfo>> Engine::write_segments(const Cut& cut,
                                                        std::vector<RemovedFile>& made) {
  std::map<std::pair<const Policy*, int64_t>, std::vector<BlockOf>> shards;
  for (const CutMeasurement& one : cut.measurements)
    for (const Measurement::PiecesOf& pieces : one.of)
      for (const auto& piece : *pieces.pieces) {
        int64_t shard = shard_start_ns(piece->min_time_ns(), one.policy->shard_file_ns());
        shards[{one.policy, shard}].push_back({&one, &block_of(piece)});
      }
  EFD_ASSIGN(const std::string positions, encode_positions(positions_of(cut)));
  std::vector<SegmentInfo> files;
  std::optional<uint64_t> order;
  for (auto& [shard, blocks] : shards) {
    const Policy& policy = *shard.first;
    SegmentInfo info;
    {
      std::lock_guard commit_lock(commit_mutex_);
      if (!order) order = committed_.take_order();
      info.header = {0,
                     committed_.store(),
                     policy.database,
                     policy.id,
                     committed_.take_file_number(),
                     shard.second,
                     policy.shard_file_ns()};
    }
    info.order = {*order, *order};
    made.push_back(removed(info));
    EFD_ASSIGN(info, write_segment(std::move(info), policy, blocks, positions));
    files.push_back(std::move(info));
  }
  if (files.empty()) return files;
  auto synced = files_.sync_directory(options_.path + "/" + kSegmentsFolder);
  if (!synced) removed_->distrust(kSegmentsFolder);
  EFD_TRY(synced);
  return files;
}

Result<SegmentInfo> Engine::write_segment(SegmentInfo info, const Policy& policy,
                                          const std::vector<BlockOf>& blocks,
                                          const std::string& positions) {
  EFD_ASSIGN(auto file, files_.open(path_of(info), system::Open::create_new));
  SegmentWriter writer(std::move(file), std::move(info));
  for (const BlockOf& one : blocks) EFD_TRY(writer.add(one.of->measurement->id(), *one.encoded));
  EFD_ASSIGN(std::string names, encode_names(names_of(policy, blocks, writer.info())));
  return writer.finish(positions, names);
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
  {
    std::shared_lock lock(names_mutex_);
    names.databases.push_back({policy.database, names_.database(policy.database)->name});
  }
  names.policies.push_back({policy.id, policy.database, policy.settings});
  names.files.push_back(info);
  add_series_of(blocks, names);
  for (const BlockOf& block : blocks) {
    const uint32_t id = block.of->measurement->id();
    if (!names.measurements.empty() && names.measurements.back().id == id) continue;
    names.measurements.push_back(
        {id, policy.id, block.of->measurement->name(), block.of->measurement->equal_times(), 0});
    const Catalog::Columns& columns = block.of->catalog->columns();
    for (uint32_t column = 0; column < columns.size(); ++column)
      if (columns[column]) names.columns.push_back({id, column, columns[column]});
  }
  return names;
}

// Those that rows of the file have.
void Engine::add_series_of(const std::vector<BlockOf>& blocks, ManifestEdit& names) {
  std::map<uint32_t, std::set<uint32_t>> used;
  std::map<uint32_t, const SeriesDictionary*> dictionaries;
  for (const BlockOf& block : blocks) {
    const Measurement& measurement = *block.of->measurement;
    if (block.encoded->series.empty()) continue;
    used[measurement.id()].insert(block.encoded->series.begin(), block.encoded->series.end());
    dictionaries[measurement.id()] = measurement.series().get();
  }
  for (const auto& [id, series] : used)
    add_sets(id, *dictionaries[id], std::vector<uint32_t>(series.begin(), series.end()), names);
}

// No commit covers a record that the log may lose (docs/positions.md, case a).
Result<> Engine::make_ready(std::span<const StoredPosition> positions) {
  if (!before_commit_) return {};
  EFD_ASSIGN(LeftOut left_out, before_commit_(positions));
  left_out_.clear();
  for (const NotReady& one : left_out) left_out_.insert(&owners_.of(one.connector));
  owners_.leave_out(left_out_);
  std::lock_guard lock(figures_mutex_);
  figures_.left_out = std::move(left_out);
  return {};
}

// What it keeps of a connector that is left out stays in memory as it is, and is in the next cut.
Result<> Engine::leave_out(Cut& cut) {
  if (left_out_.empty()) return {};
  for (const NotReady& one : figures().left_out)
    if (bound_to_drop_.contains(&owners_.of(one.connector)))
      return fail(ErrorCode::retry,
                  "a drop waits for connector {}, which has put rows of what is dropped: {}",
                  one.connector.value(), one.why);
  for (CutMeasurement& one : cut.measurements)
    std::erase_if(one.of, [&](const auto& pieces) { return left_out_.contains(pieces.owner); });
  std::erase_if(cut.measurements, [](const CutMeasurement& one) { return one.of.empty(); });
  std::erase_if(cut.positions, [&](const NumberedPosition& one) {
    return left_out_.contains(&owners_.of(one.stored.connector));
  });
  return {};
}

}  // namespace efd::store
