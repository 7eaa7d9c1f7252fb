// SPDX-License-Identifier: MIT
#include "broker/batch_storage.h"

namespace efd::broker {

Batch::Batch() : storage_(std::make_unique<Storage>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;

std::span<const Slice> Batch::slices() const {
  return storage_->slices;
}
size_t Batch::record_count() const {
  return storage_->records.views.size();
}

void Batch::Storage::clear() {
  slices.clear();
  slice_ends.clear();
  records.clear();
  owners.clear();
}

void Batch::Storage::end_slice(const Source& source, Offset next) {
  slices.push_back({&source, {}, next});
  slice_ends.push_back(records.views.size());
}

void Batch::Storage::finish() {
  size_t begin = 0;
  for (size_t i = 0; i < slices.size(); ++i) {
    slices[i].records = std::span(records.views).subspan(begin, slice_ends[i] - begin);
    begin = slice_ends[i];
  }
}

}  // namespace efd::broker
