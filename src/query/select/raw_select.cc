// SPDX-License-Identifier: MIT
#include "query/select/raw_select.h"

#include <algorithm>

#include "query/columns/column_builder.h"
#include "query/columns/column_fill.h"
#include "query/expression/predicate.h"
#include "query/select/output_columns.h"
#include "query/select/series_output.h"

namespace efd::query {
namespace {

using store::ColumnChunk;

class RawSelect {
 public:
  RawSelect(const SelectPlan& plan, RowSource& source, ResultSink& sink, const Watch& watch)
      : plan_(plan),
        watch_(watch),
        source_(source),
        output_(sink, SeriesHeader{source.name(), plan.tags, plan.column_names},
                plan.select.statement.paging.limit, plan.select.statement.paging.offset),
        held_(watch.memory()) {}

  Result<> run() {
    for (const FieldRef& field : plan_.fields) field_columns_.push_back(source_.add(field));
    EFD_ASSIGN(predicate_, Predicate::compile(plan_.select.condition, plan_.types, source_));
    EFD_ASSIGN(columns_, OutputColumns::compile(plan_, {field_columns_, {}, {}}));
    make_builders();
    const influx::TimeRange& range = plan_.select.range;
    source_.start({range.min_or_lowest(), range.max_or_highest(), plan_.descending()}, watch_);
    while (!output_.is_full()) {
      EFD_TRY(watch_.check());
      EFD_ASSIGN(const bool more, source_.next());
      if (!more) break;
      EFD_TRY(send_chunk());
    }
    return output_.finish();
  }

 private:
  void make_builders() {
    const influx::Fill& fill = plan_.select.statement.fill;
    for (size_t i = 0; i < columns_.size(); ++i) {
      builders_.emplace_back(columns_.type(i));
      if (fills_with_values(fill)) fills_.emplace_back(fill, columns_.type(i));
    }
  }

  // Passes the chunk through as it is when all of its rows belong to the answer.
  Result<> send_chunk() {
    find_rows();
    if (picked_.empty()) return {};
    chunk_columns_.clear();
    const bool all = picked_.size() == source_.rows() && fills_.empty();
    for (size_t i = 0; i < builders_.size(); ++i) {
      chunk_columns_.push_back(all ? columns_.column(i, source_.columns()) : gather(i));
    }
    if (!all) EFD_TRY(held_.resize(gathered_bytes()));
    return output_.rows(
        {picked_.size(), all ? source_.times_ns() : gather_times(), chunk_columns_});
  }

  ColumnChunk gather(size_t i) {
    const ColumnChunk from = columns_.column(i, source_.columns());
    if (from.all_null && fills_.empty()) return from;
    builders_[i].clear();
    if (fills_.empty()) {
      builders_[i].append_rows(from, picked_);
    } else {
      for (uint32_t row : picked_) builders_[i].append(fills_[i].take(cell_at(from, row)));
    }
    return builders_[i].view();
  }

  size_t gathered_bytes() const {
    size_t bytes = picked_.capacity() * (sizeof(uint32_t) + sizeof(int64_t));
    for (const ColumnBuilder& builder : builders_) bytes += builder.bytes();
    return bytes;
  }

  std::span<const int64_t> gather_times() {
    times_ns_.resize(picked_.size());
    for (size_t i = 0; i < picked_.size(); ++i) times_ns_[i] = source_.times_ns()[picked_[i]];
    return times_ns_;
  }

  // Fills picked_ with the rows that pass WHERE and have a value.
  void find_rows() {
    if (predicate_.passes_all()) {
      mask_.assign(source_.rows(), 1);
    } else if (predicate_.select(source_.columns(), mask_) == 0) {
      picked_.clear();
      return;
    }
    clear_empty_rows();
    picked_.clear();
    for (uint32_t row = 0; row < source_.rows(); ++row) {
      if (mask_[row]) picked_.push_back(row);
    }
  }

  void clear_empty_rows() {
    filled_.assign(source_.rows(), 0);
    for (size_t column : field_columns_) {
      const ColumnChunk& values = source_.column(column);
      if (values.all_null) continue;
      if (values.nulls.empty()) return;
      for (size_t row = 0; row < filled_.size(); ++row) {
        filled_[row] |= static_cast<uint8_t>(!values.nulls[row]);
      }
    }
    for (size_t row = 0; row < filled_.size(); ++row) mask_[row] &= filled_[row];
  }

  const SelectPlan& plan_;
  const Watch& watch_;
  RowSource& source_;
  SeriesOutput output_;
  Predicate predicate_;
  std::vector<size_t> field_columns_;  // the source's column of each of the plan's fields
  OutputColumns columns_;
  std::vector<ColumnBuilder> builders_;
  std::vector<ColumnFill> fills_;  // of each column; empty: nulls stay
  std::vector<ColumnChunk> chunk_columns_;
  std::vector<int64_t> times_ns_;
  std::vector<uint8_t> mask_;
  std::vector<uint8_t> filled_;
  std::vector<uint32_t> picked_;
  store::MemoryHolding held_;  // the builders
};

}  // namespace

Result<> run_raw_select(const SelectPlan& plan, RowSource& source, ResultSink& sink,
                        const Watch& watch) {
  return RawSelect(plan, source, sink, watch).run();
}

}  // namespace efd::query
