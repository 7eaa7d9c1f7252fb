// SPDX-License-Identifier: MIT
#include "store/last_wins_scan.h"

namespace efd::store {
namespace {

uint32_t series_of(const Chunk& chunk, size_t row) {
  return chunk.series.empty() ? 0 : chunk.series[row];
}

// The row that both rows of a chunk become.
bool are_one(const Chunk& in, size_t a, size_t b) {
  return in.times_ns[a] == in.times_ns[b] && series_of(in, a) == series_of(in, b);
}

void set_value(DecodedColumn& to, size_t at, const ColumnChunk& from, size_t row) {
  switch (to.type) {
    case rows::FieldType::float_:
      to.floats[at] = from.floats[row];
      break;
    case rows::FieldType::integer:
      to.integers[at] = from.integers[row];
      break;
    case rows::FieldType::boolean:
      to.booleans[at] = from.booleans[row];
      break;
    case rows::FieldType::string:
      to.strings[at] = from.strings[row];
      break;
  }
  to.finite = to.finite && from.finite;
  if (!to.nulls.empty()) to.nulls[at] = 0;
}

}  // namespace

LastWinsScan::LastWinsScan(std::vector<std::shared_ptr<const Source>> sources,
                           std::vector<FieldRef> fields, ScanRequest request)
    : own_account_(scan_account()),
      held_(request.memory ? *request.memory : own_account_),
      is_descending_(request.descending),
      texts_(fields.size()) {
  for (const FieldRef& field : fields) {
    out_.columns.emplace_back();
    out_.columns.back().type = field.type;
  }
  if (!request.memory) request.memory = &own_account_;
  rows_ = std::make_unique<MergeScan>(std::move(sources), std::move(fields), std::move(request));
}

size_t LastWinsScan::held_bytes() const {
  size_t bytes = out_.bytes();
  for (const std::string& text : texts_) bytes += text.capacity();
  return bytes;
}

Result<bool> LastWinsScan::next(Chunk& chunk) {
  do {
    keep_last_row();
    if (at_end_) return false;
    Chunk in;
    EFD_ASSIGN(bool more, rows_->next(in));
    if (!more) {
      at_end_ = true;
      show(out_.size(), chunk);
      return out_.size() > 0;
    }
    take(in);
    EFD_TRY(held_.resize(held_bytes()));
  } while (out_.size() == 1);
  show(out_.size() - 1, chunk);
  return true;
}

// With its texts, which lie where the scan goes on.
void LastWinsScan::keep_last_row() {
  if (out_.size() == 0 || at_end_) return out_.clear();
  const size_t last = out_.size() - 1;
  DecodedRows kept;
  kept.times_ns = {out_.times_ns[last]};
  kept.append_series(out_, last, last + 1, 0);
  for (size_t c = 0; c < out_.columns.size(); ++c) {
    DecodedColumn& column = kept.columns.emplace_back();
    column.type = out_.columns[c].type;
    column.append(out_.columns[c], last, last + 1, 0);
    if (column.strings.empty()) continue;
    std::string text(column.strings[0]);  // it may lie in texts_ itself
    texts_[c] = std::move(text);
    column.strings[0] = texts_[c];
  }
  out_ = std::move(kept);
}

void LastWinsScan::take(const Chunk& in) {
  size_t row = 0;
  if (out_.size() > 0)
    while (row < in.size() && in.times_ns[row] == out_.times_ns.back() &&
           series_of(in, row) == out_.series_of(out_.size() - 1))
      merge(in, row++);
  while (row < in.size()) {
    const size_t end = end_of_distinct(in, row);
    append(in, row, end);
    for (row = end; row < in.size() && are_one(in, row, row - 1); ++row) merge(in, row);
  }
}

size_t LastWinsScan::end_of_distinct(const Chunk& in, size_t begin) const {
  size_t end = begin + 1;
  while (end < in.size() && !are_one(in, end, end - 1)) ++end;
  return end;
}

void LastWinsScan::append(const Chunk& in, size_t begin, size_t end) {
  const size_t before = out_.size();
  out_.times_ns.insert(out_.times_ns.end(), in.times_ns.begin() + static_cast<ptrdiff_t>(begin),
                       in.times_ns.begin() + static_cast<ptrdiff_t>(end));
  for (size_t c = 0; c < out_.columns.size(); ++c)
    out_.columns[c].append(in.columns[c], begin, end, before);
  if (in.series.empty() && out_.series.empty()) return;
  out_.series.resize(before, 0);
  for (size_t row = begin; row < end; ++row) out_.series.push_back(series_of(in, row));
}

// Ascending, the later row comes later.
void LastWinsScan::merge(const Chunk& in, size_t row) {
  const size_t at = out_.size() - 1;
  for (size_t c = 0; c < out_.columns.size(); ++c) {
    DecodedColumn& column = out_.columns[c];
    if (in.columns[c].is_null(row)) continue;
    const bool has_none = column.all_null || (!column.nulls.empty() && column.nulls[at]);
    if (is_descending_ && !has_none) continue;
    if (column.all_null) {
      column.all_null = false;
      column.append_nulls(out_.size(), 0);
    }
    set_value(column, at, in.columns[c], row);
  }
}

void LastWinsScan::show(size_t rows, Chunk& chunk) const {
  chunk.times_ns = std::span(out_.times_ns).first(rows);
  chunk.series = {};
  if (!out_.series.empty()) chunk.series = std::span(out_.series).first(rows);
  chunk.columns.clear();
  for (const DecodedColumn& column : out_.columns) chunk.columns.push_back(column.chunk(0, rows));
}

}  // namespace efd::store
