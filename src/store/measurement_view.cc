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
                     std::vector<std::shared_ptr<const Source>> files)
    : name_(std::move(name)),
      parts_(std::move(parts)),
      sources_(std::move(files)),
      total_(parts_.stored) {
  Pieces pieces = *parts_.pieces;
  if (parts_.head.rows) pieces.push_back(std::make_shared<const HeadPiece>(parts_.head));
  for (uint64_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = *pieces[i];
    total_.add({piece.row_count(), piece.min_time_ns(), piece.max_time_ns()});
    sources_.push_back(std::make_shared<const MemorySource>(pieces[i], i));
  }
}

std::unique_ptr<Scan> PartsView::scan(ScanRequest request) const {
  std::vector<FieldRef> fields;
  for (uint32_t field : request.fields) fields.push_back(parts_.catalog->ref(field));
  return std::make_unique<MergeScan>(sources_, std::move(fields), std::move(request));
}

}  // namespace efd::store
