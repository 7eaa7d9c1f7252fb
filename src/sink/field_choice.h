// SPDX-License-Identifier: MIT
// FieldChoice: a Mapping's fields and tags, compiled for one layout: which columns are taken, what
// they are called, and what they are for.
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
  // bad_input: two fields or tags would have one name, or a tag would be an array.
  static Result<FieldChoice> compile(const Mapping& mapping, const rows::Layout& from);

  // The path of a tag's column is its key, as it is.
  const std::shared_ptr<const rows::Layout>& layout() const { return layout_; }
  // Appends the chosen elements of the row that `from` has not ended, or of its last one; ends no
  // row of `to`, which has layout().
  void copy(const rows::Rows& from, size_t row, rows::Rows& to) const;

 private:
  // Column `i` of `from`.
  Result<> take(const rows::Layout& from, size_t i, rows::Column as, rows::Layout& to);
  Result<> take_tags(const Mapping& mapping, const rows::Layout& from, size_t i, rows::Layout& to);

  std::shared_ptr<const rows::Layout> layout_;
  std::vector<size_t> columns_;          // of `from`
  std::vector<rows::ColumnType> types_;  // of those
};

}  // namespace efd::sink
