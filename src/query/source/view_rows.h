// SPDX-License-Identifier: MIT
// ViewRows: the rows of one view of the store. NaN and the infinities, for which InfluxDB has no
// place, read as null here: nobody behind it sees one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "query/source/row_source.h"

namespace efd::query {

// Not thread-safe.
class ViewRows : public RowSource {
 public:
  explicit ViewRows(std::shared_ptr<const store::MeasurementView> view) : view_(std::move(view)) {}

  const std::string& name() const override { return view_->name(); }
  bool is_empty() const override { return view_->empty(); }
  UtcTime min_time() const override { return view_->min_time(); }
  size_t add(const FieldRef& field) override;
  bool has_data(size_t column) const override {
    return fields_[column].main >= 0 || fields_[column].other >= 0;
  }
  void start(const Range& range, const Watch& watch) override;
  Result<bool> next() override;

 private:
  // Where the values of a column come from.
  struct ColumnField {
    FieldRef field;
    int main = -1;   // index into the chunk's columns; -1: none
    int other = -1;  // where the values of the other number type stand
    std::vector<double> floats;
    std::vector<int64_t> integers;
    std::vector<uint8_t> nulls;
    std::vector<uint8_t> was_integer;
    size_t bytes() const;
  };
  int find_field(std::string_view name, rows::FieldType type);
  store::ColumnChunk convert(ColumnField& column) const;
  static void keep_integers(const store::ColumnChunk& main, const store::ColumnChunk& other,
                            ColumnField& column, store::ColumnChunk& values);
  void hide_what_is_no_number();

  std::shared_ptr<const store::MeasurementView> view_;
  std::vector<ColumnField> fields_;   // of columns_
  std::map<FieldRef, size_t> index_;  // of fields_
  std::vector<uint32_t> scanned_;     // fields of the view, in the order of the chunk's columns
  std::unordered_map<uint32_t, int> slots_;  // where in scanned_ a field stands
  std::unique_ptr<store::Scan> scan_;
  store::Chunk chunk_;
  std::vector<std::vector<uint8_t>> absent_;  // of columns of the chunk: their nulls, with NaN
  std::optional<store::MemoryHolding> held_;
};

}  // namespace efd::query
