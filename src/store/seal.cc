// SPDX-License-Identifier: MIT
#include "store/seal.h"

#include <algorithm>
#include <numeric>

namespace efd::store {
namespace {

// Where the rows must be cut: at the first one that is not late, and where a shard ends.
std::vector<size_t> cuts_of(std::span<const int64_t> times, int64_t shard_ns, size_t not_late) {
  std::vector<size_t> cuts;
  for (size_t at = 0; at < times.size();) {
    int64_t shard = shard_start_ns(times[at], shard_ns);
    auto end =
        std::partition_point(times.begin() + static_cast<ptrdiff_t>(at), times.end(),
                             [&](int64_t time) { return shard_start_ns(time, shard_ns) == shard; });
    size_t behind = static_cast<size_t>(end - times.begin());
    if (at < not_late && not_late < behind) cuts.push_back(not_late);
    cuts.push_back(behind);
    at = behind;
  }
  return cuts;
}

// The rows of each block by series, those of one series stay as they are.
void sort_by_series(RowImages& rows, std::span<const size_t> cuts) {
  std::vector<uint32_t> order(rows.images.size());
  std::iota(order.begin(), order.end(), 0);
  auto begin = order.begin();
  for (size_t end : cuts) {
    auto behind = order.begin() + static_cast<ptrdiff_t>(end);
    std::stable_sort(begin, behind,
                     [&](uint32_t a, uint32_t b) { return rows.series[a] < rows.series[b]; });
    begin = behind;
  }
  pick(rows, order);
}

}  // namespace

int64_t shard_start_ns(int64_t time_ns, int64_t shard_ns) {
  int64_t rest = time_ns % shard_ns;
  if (rest < 0) rest += shard_ns;
  // The first shard of all begins with time itself.
  return time_ns < INT64_MIN + rest ? INT64_MIN : time_ns - rest;
}

Pieces seal(const HeadPiece& head, int64_t shard_ns, int64_t& late_before_ns) {
  RowImages rows = head.sorted_images();
  std::span<const int64_t> times = rows.times_ns;
  size_t not_late = static_cast<size_t>(
      std::lower_bound(times.begin(), times.end(), late_before_ns) - times.begin());
  const std::vector<size_t> cuts = cuts_of(times, shard_ns, not_late);
  // The next rows follow the larger part: one row far ahead does not make all that come late.
  bool mostly_late = not_late > times.size() / 2;
  late_before_ns = mostly_late ? times[not_late - 1] : times.back();
  if (!rows.series.empty()) sort_by_series(rows, cuts);
  Pieces pieces;
  size_t at = 0;
  for (size_t end : cuts) {
    EncodedBlock block = encode_block(head.state().head->plan(), rows, at, end);
    block.late = at < not_late;
    pieces.push_back(std::make_shared<const SealedBlock>(std::move(block)));
    at = end;
  }
  return pieces;
}

}  // namespace efd::store
