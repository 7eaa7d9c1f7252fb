// SPDX-License-Identifier: MIT
#include "store/measurement_view.h"

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
    : name_(std::move(name)),
      parts_(std::move(parts)),
      files_(std::move(files)),
      pieces_(*parts_.pieces),
      total_(parts_.stored) {
  if (parts_.head.rows) pieces_.push_back(std::make_shared<const HeadPiece>(parts_.head));
  for (const std::shared_ptr<const Piece>& piece : pieces_)
    total_.add({piece->row_count(), piece->min_time_ns(), piece->max_time_ns()});
}

void PartsView::add_files(const ScanRequest& request,
                          std::vector<std::shared_ptr<const Source>>& sources) const {
  if (parts_.id == Measurement::kNoId) return;
  for (const std::shared_ptr<const SegmentFile>& file : *files_) {
    bool overlaps = file->info.min_ns <= request.max.ns() && file->info.max_ns >= request.min.ns();
    if (overlaps && file->info.measurements.contains(parts_.id))
      sources.push_back(segment_source(file, parts_.id));
  }
}

std::unique_ptr<Scan> PartsView::scan(ScanRequest request) const {
  std::vector<FieldRef> fields;
  for (uint32_t field : request.fields) fields.push_back(parts_.catalog->ref(field));
  std::vector<std::shared_ptr<const Source>> sources;
  add_files(request, sources);
  for (uint64_t i = 0; i < pieces_.size(); ++i)
    sources.push_back(std::make_shared<const MemorySource>(pieces_[i], i));
  return std::make_unique<MergeScan>(std::move(sources), std::move(fields), std::move(request));
}

}  // namespace efd::store
