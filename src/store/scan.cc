// SPDX-License-Identifier: MIT
#include "store/scan.h"

#include <algorithm>

namespace efd::store {
namespace {

// A run at least that long is shown in place; shorter ones are copied together.
constexpr size_t kShownRunRows = 64;
constexpr size_t kMergedRowsMax = 1024;

}  // namespace

MergeScan::MergeScan(std::vector<std::shared_ptr<const Source>> sources,
                     std::vector<FieldRef> fields, ScanRequest request)
    : fields_(std::move(fields)),
      request_(std::move(request)),
      own_account_(scan_account()),
      held_(request_.memory ? *request_.memory : own_account_) {
  for (const FieldRef& field : fields_) {
    merged_.columns.emplace_back();
    merged_.columns.back().type = field.type;
  }
  for (std::shared_ptr<const Source>& source : sources) wait(std::move(source));
}

LogOrder MergeScan::mirrored(LogOrder order) const {
  return request_.descending ? LogOrder{~order.file, ~order.piece} : order;
}

bool MergeScan::overlaps(int64_t min, int64_t max) const {
  return min <= request_.max.ns() && max >= request_.min.ns();
}

void MergeScan::wait(std::shared_ptr<const Source> source) {
  if (!overlaps(source->min_time_ns(), source->max_time_ns())) return;
  // The orders of a source's pieces are not known yet: stand before all of them.
  LogOrder order = request_.descending ? LogOrder{0, 0} : source->order();
  int64_t time = request_.descending ? source->max_time_ns() : source->min_time_ns();
  waiting_.push({{mirrored(time), 0, order}, nullptr, std::move(source)});
}

void MergeScan::wait(std::shared_ptr<const Piece> piece, LogOrder order) {
  if (!overlaps(piece->min_time_ns(), piece->max_time_ns())) return;
  const SeriesRange& series = piece->series();
  if (!range().wants_any(series.first, series.last)) return;
  int64_t time = request_.descending ? piece->max_time_ns() : piece->min_time_ns();
  uint32_t first = request_.descending ? series.last : series.first;
  waiting_.push({{mirrored(time), mirrored(first), mirrored(order)}, std::move(piece), nullptr});
}

Result<bool> MergeScan::next(Chunk& chunk) {
  for (std::unique_ptr<Cursor>& cursor : shown_) open_bytes_ -= cursor->bytes;
  shown_.clear();
  merged_.clear();
  EFD_ASSIGN(bool more, fill(chunk));
  if (merged_.size() > 0) EFD_TRY(account());
  merged_rows_ = std::min(2 * merged_rows_, kMergedRowsMax);
  return more;
}

Result<bool> MergeScan::fill(Chunk& chunk) {
  for (;;) {
    if (request_.stop.stop_requested()) return fail(ErrorCode::cancelled, "the scan was cancelled");
    EFD_TRY(admit());
    if (open_.empty() || merged_.size() >= merged_rows_) break;
    if (take_run(chunk)) return true;
  }
  if (merged_.size() == 0) return false;
  show(merged_, 0, merged_.size(), chunk);
  return true;
}

// Opens all that may have rows before the first one of the open cursors.
Result<> MergeScan::admit() {
  while (!waiting_.empty() && (open_.empty() || waiting_.top().key <= key_of(*open_.front()))) {
    Waiting waiting = waiting_.top();
    waiting_.pop();
    EFD_TRY(open(waiting));
  }
  return {};
}

Result<> MergeScan::open(const Waiting& waiting) {
  if (waiting.source) {
    EFD_ASSIGN(std::vector<Source::Found> found, waiting.source->pieces());
    for (Source::Found& one : found) wait(std::move(one.piece), one.order);
    return {};
  }
  EFD_ASSIGN(DecodedRows rows, waiting.piece->read(range()));
  if (rows.size() == 0) return {};
  if (request_.descending) rows.reverse();
  size_t bytes = rows.bytes();
  open_bytes_ += bytes;
  put_back(std::make_unique<Cursor>(Cursor{std::move(rows), waiting.key.order, 0, bytes}), 0);
  return account();
}

void MergeScan::put_back(std::unique_ptr<Cursor> cursor, size_t at) {
  cursor->at = at;
  if (at == cursor->rows.size()) return shown_.push_back(std::move(cursor));
  open_.push_back(std::move(cursor));
  std::push_heap(open_.begin(), open_.end(),
                 [this](const auto& a, const auto& b) { return key_of(*a) > key_of(*b); });
}

std::unique_ptr<MergeScan::Cursor> MergeScan::pop_cursor() {
  std::pop_heap(open_.begin(), open_.end(),
                [this](const auto& a, const auto& b) { return key_of(*a) > key_of(*b); });
  std::unique_ptr<Cursor> cursor = std::move(open_.back());
  open_.pop_back();
  return cursor;
}

// Takes the rows of the first cursor that come before anybody else's. True when they are shown in
// place; else they went into merged_, or merged_ must be shown first.
bool MergeScan::take_run(Chunk& chunk) {
  std::unique_ptr<Cursor> cursor = pop_cursor();
  size_t begin = cursor->at;
  size_t end = end_of_run(*cursor);
  if (end - begin < kShownRunRows) {
    copy_run(*cursor, begin, end);
    put_back(std::move(cursor), end);
    return false;
  }
  if (merged_.size() > 0) {
    show(merged_, 0, merged_.size(), chunk);
    put_back(std::move(cursor), begin);
    return true;
  }
  end = std::min(end, begin + kChunkRowsMax);
  show(cursor->rows, begin, end, chunk);
  put_back(std::move(cursor), end);
  return true;
}

// At least one row further: the cursor's first row is the first of all.
size_t MergeScan::end_of_run(const Cursor& cursor) const {
  bool alone = open_.empty() && waiting_.empty();
  if (alone) return cursor.rows.size();
  Key bound = open_.empty() ? waiting_.top().key : key_of(*open_.front());
  if (!waiting_.empty()) bound = std::min(bound, waiting_.top().key);
  size_t begin = cursor.at + 1;
  size_t end = cursor.rows.size();
  while (begin < end) {
    size_t middle = begin + (end - begin) / 2;
    bool is_before = key_of(cursor, middle) < bound;
    (is_before ? begin : end) = is_before ? middle + 1 : middle;
  }
  return begin;
}

void MergeScan::copy_run(const Cursor& cursor, size_t begin, size_t end) {
  size_t before = merged_.size();
  merged_.times_ns.insert(merged_.times_ns.end(),
                          cursor.rows.times_ns.begin() + static_cast<ptrdiff_t>(begin),
                          cursor.rows.times_ns.begin() + static_cast<ptrdiff_t>(end));
  merged_.append_series(cursor.rows, begin, end, before);
  for (size_t i = 0; i < merged_.columns.size(); ++i)
    merged_.columns[i].append(cursor.rows.columns[i], begin, end, before);
}

void MergeScan::show(const DecodedRows& rows, size_t begin, size_t end, Chunk& chunk) const {
  chunk.times_ns = std::span(rows.times_ns).subspan(begin, end - begin);
  chunk.series = {};
  if (!rows.series.empty()) chunk.series = std::span(rows.series).subspan(begin, end - begin);
  chunk.columns.clear();
  for (const DecodedColumn& column : rows.columns)
    chunk.columns.push_back(column.chunk(begin, end));
}

}  // namespace efd::store
