// SPDX-License-Identifier: MIT
// FieldChoice: a Mapping's fields, compiled for one layout: which columns are taken, and what they
// are called.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "rows/rows.h"
#include "sink/mapping.h"

namespace efd::sink {

// Immutable and thread-safe.
class FieldChoice {
 public:
  // bad_input: two fields would have one name.
  static Result<FieldChoice> compile(const Mapping& mapping, const rows::Layout& from);

  const std::shared_ptr<const rows::Layout>& layout() const { return layout_; }
  // Appends the chosen elements of the row that `from` has not ended, or of its last one; ends no
  // row of `to`, which has layout().
  void copy(const rows::Rows& from, size_t row, rows::Rows& to) const;

 private:
  std::shared_ptr<const rows::Layout> layout_;
  std::vector<size_t> columns_;  // of `from`
};

}  // namespace efd::sink
