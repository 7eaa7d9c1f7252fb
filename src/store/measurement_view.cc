// SPDX-License-Identifier: MIT
#include "store/measurement_view.h"

#include <algorithm>

#include "store/last_wins_scan.h"

namespace efd::store {
namespace {

class MemorySource : public Source {
 public:
  MemorySource(std::shared_ptr<const Piece> piece, uint64_t index)
      : piece_(std::move(piece)), order_{LogOrder::kInMemory, index} {}

  Result<std::vector<Found>> pieces() const override {
    return std::vector<Found>{{piece_, order_}};
  }
  int64_t min_time_ns() const override { return piece_->min_time_ns(); }
  int64_t max_time_ns() const override { return piece_->max_time_ns(); }
  LogOrder order() const override { return order_; }

 private:
  std::shared_ptr<const Piece> piece_;
  LogOrder order_;
};

}  // namespace

PartsView::PartsView(std::string name, Measurement::Parts parts,
                     std::shared_ptr<const SegmentFiles> files)
    : name_(std::move(name)), parts_(std::move(parts)), files_(std::move(files)) {
  add_pieces(parts_.first);
  for (const Measurement::PiecesOf& one : parts_.others) add_pieces(one);
}

void PartsView::add_pieces(const Measurement::PiecesOf& one) {
  if (!one.pieces) return;
  pieces_.insert(pieces_.end(), one.pieces->begin(), one.pieces->end());
  if (one.head.rows) pieces_.push_back(std::make_shared<const HeadPiece>(one.head));
}

SegmentFiles PartsView::own_files() const {
  SegmentFiles own;
  if (parts_.id == Measurement::kNoId) return own;
  for (const std::shared_ptr<const SegmentFile>& file : *files_)
    if (file->info.measurements.contains(parts_.id)) own.push_back(file);
  return own;
}

void PartsView::add_files(const ScanRequest& request, Sources& sources) const {
  if (parts_.id == Measurement::kNoId) return;
  for (const std::shared_ptr<const SegmentFile>& file : *files_)
    if (file->info.measurements.contains(parts_.id) && file->info.min_ns <= request.max.ns() &&
        file->info.max_ns >= request.min.ns())
      sources.push_back(segment_source(file, parts_.id));
}

uint64_t PartsView::row_count() const {
  uint64_t rows = 0;
  for (const std::shared_ptr<const Piece>& piece : pieces_) rows += piece->row_count();
  for (const std::shared_ptr<const SegmentFile>& file : own_files())
    if (auto found = totals_in(*file, parts_.id)) rows += found->rows;
  return rows;
}

// The files whose first rows, of whatever measurement, come first are looked into until no other
// can have an earlier row. One that cannot be read counts as if all of it were of this measurement.
UtcTime PartsView::min_time() const {
  int64_t min = INT64_MAX;
  for (const std::shared_ptr<const Piece>& piece : pieces_)
    min = std::min(min, piece->min_time_ns());
  SegmentFiles files = own_files();
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a->info.min_ns < b->info.min_ns; });
  for (const std::shared_ptr<const SegmentFile>& file : files) {
    if (file->info.min_ns >= min) break;
    auto found = totals_in(*file, parts_.id);
    min = std::min(min, found ? found->min_ns : file->info.min_ns);
  }
  return UtcTime::from_ns(min);
}

UtcTime PartsView::max_time() const {
  int64_t max = INT64_MIN;
  for (const std::shared_ptr<const Piece>& piece : pieces_)
    max = std::max(max, piece->max_time_ns());
  SegmentFiles files = own_files();
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a->info.max_ns > b->info.max_ns; });
  for (const std::shared_ptr<const SegmentFile>& file : files) {
    if (file->info.max_ns <= max) break;
    auto found = totals_in(*file, parts_.id);
    max = std::max(max, found ? found->max_ns : file->info.max_ns);
  }
  return UtcTime::from_ns(max);
}

// A file that cannot be read counts nothing: whoever scans it is told.
uint64_t PartsView::rows_touched(UtcTime min, UtcTime max, uint64_t enough) const {
  const ScanRequest range{.min = min, .max = max};
  const auto overlaps = [&](const Piece& piece) {
    return piece.min_time_ns() <= max.ns() && piece.max_time_ns() >= min.ns();
  };
  uint64_t rows = 0;
  for (const std::shared_ptr<const Piece>& piece : pieces_)
    if (overlaps(*piece)) rows += piece->row_count();
  Sources sources;
  add_files(range, sources);
  // Of many files some are taken for all.
  const size_t step = (sources.size() + kEstimatedFilesMax - 1) / kEstimatedFilesMax;
  for (size_t i = 0; i < sources.size() && rows <= enough; i += step) {
    const auto found = sources[i]->pieces();
    if (!found) continue;
    for (const Source::Found& one : *found)
      if (overlaps(*one.piece)) rows += step * one.piece->row_count();
  }
  return rows;
}

PartsView::Sources PartsView::sources_of(const ScanRequest& request) const {
  Sources sources;
  add_files(request, sources);
  for (uint64_t i = 0; i < pieces_.size(); ++i)
    sources.push_back(std::make_shared<const MemorySource>(pieces_[i], i));
  return sources;
}

std::vector<FieldRef> PartsView::refs_of(const ScanRequest& request) const {
  std::vector<FieldRef> refs;
  for (uint32_t field : request.fields) refs.push_back(parts_.catalog->ref(field));
  return refs;
}

std::unique_ptr<Scan> PartsView::scan(ScanRequest request) const {
  std::vector<FieldRef> fields = refs_of(request);
  std::sort(request.series.begin(), request.series.end());
  Sources sources = sources_of(request);
  if (parts_.equal_times == EqualTimes::keep_all)
    return std::make_unique<MergeScan>(std::move(sources), std::move(fields), std::move(request));
  return std::make_unique<LastWinsScan>(std::move(sources), std::move(fields), std::move(request));
}

// Memory first: what is asked for is mostly there, and in the latest files.
Result<std::vector<uint8_t>> PartsView::find_values(const ScanRequest& request) const {
  std::vector<FieldRef> refs = refs_of(request);
  std::vector<uint32_t> series = request.series;
  std::sort(series.begin(), series.end());
  ReadRequest range{request.min.ns(), request.max.ns(), refs, series};
  std::vector<uint8_t> found(refs.size());
  Sources sources = sources_of(request);
  for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
    EFD_ASSIGN(std::vector<Source::Found> pieces, (*source)->pieces());
    for (const Source::Found& one : pieces) {
      if (std::find(found.begin(), found.end(), 0) == found.end()) return found;
      if (request.stop.stop_requested())
        return fail(ErrorCode::cancelled, "the scan was cancelled");
      if (one.piece->min_time_ns() > range.max_ns || one.piece->max_time_ns() < range.min_ns)
        continue;
      if (!range.wants_any(one.piece->series().first, one.piece->series().last)) continue;
      EFD_TRY(one.piece->find_values(range, found));
    }
  }
  return found;
}

}  // namespace efd::store
