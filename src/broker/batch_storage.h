// SPDX-License-Identifier: MIT
// What stands behind a Batch of the embedded log. For this module's readers.
#pragma once

#include <memory>
#include <vector>

#include "broker/broker.h"
#include "broker/record_batch.h"

namespace efd::broker {

struct Batch::Storage {
  std::vector<Slice> slices;
  std::vector<size_t> slice_ends;  // where each one's records end
  Records records;
  std::vector<std::shared_ptr<const void>> owners;  // of the bytes that the records point into

  void clear();
  // The records added since the last slice are one.
  void end_slice(const Source& source, Offset next);
  // Sets the slices' records, once none is added any more.
  void finish();
};

}  // namespace efd::broker
