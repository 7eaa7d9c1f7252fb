// SPDX-License-Identifier: MIT
// EqualTimes::last_wins: one row of all those of a series at one time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/decoded.h"
#include "store/scan.h"
#include "store/view.h"

namespace efd::store {

// Of each field the value that was put last. Takes the rows of a MergeScan in its order; both are
// charged to one account.
class LastWinsScan : public Scan {
 public:
  LastWinsScan(std::vector<std::shared_ptr<const Source>> sources, std::vector<FieldRef> fields,
               ScanRequest request);
  Result<bool> next(Chunk& chunk) override;

 private:
  void keep_last_row();
  void take(const Chunk& in);
  size_t end_of_distinct(const Chunk& in, size_t begin) const;
  void append(const Chunk& in, size_t begin, size_t end);
  void merge(const Chunk& in, size_t row);
  void show(size_t rows, Chunk& chunk) const;
  size_t held_bytes() const;

  MemoryAccount own_account_;  // where the request has none
  MemoryHolding held_;
  std::unique_ptr<Scan> rows_;
  const bool is_descending_;
  DecodedRows out_;                 // the last row of it is not shown before it is whole
  std::vector<std::string> texts_;  // of that row, by column, when the scan goes on
  bool at_end_ = false;
};

}  // namespace efd::store
