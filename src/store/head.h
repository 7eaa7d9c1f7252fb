// SPDX-License-Identifier: MIT
// The rows of a measurement that are not encoded yet: row images in tiles of up to 64 rows.
//
// One writer appends while readers read the rows below a count that they were given: a tile's rows
// never move, and a tile is linked before the first row in it is counted.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "rows/rows.h"
#include "store/row_plan.h"

namespace efd::store {

// A block holds at most so much (docs/formats/store.md).
constexpr size_t kBlockRowsMax = 1024;
constexpr size_t kBlockRawBytesMax = 1 << 20;
constexpr size_t kTileRowsMax = 64;

// Rows of a head, gathered for reading: times and images in the same order.
struct RowImages {
  std::vector<int64_t> times_ns;
  std::vector<const char*> images;
  std::vector<uint32_t> series;  // empty: all are of series 0
};

class Head {
 public:
  explicit Head(std::shared_ptr<const RowPlan> plan) : plan_(std::move(plan)) {}
  ~Head();
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;

  // --- the writer's side
  // Appends rows [begin, end) until the head is full; returns the first row that it did not take.
  // `series`: of all rows, where the plan has tags.
  size_t append(const rows::Rows& rows, std::span<const uint32_t> series, size_t begin, size_t end);
  // A single row above kBlockRawBytesMax gets a head of its own.
  bool full() const { return rows_ >= kBlockRowsMax || closed_; }
  uint32_t row_count() const { return rows_; }
  size_t memory_bytes() const { return memory_bytes_; }
  int64_t min_time_ns() const { return min_; }
  int64_t max_time_ns() const { return max_; }
  bool sorted() const { return sorted_; }
  uint32_t first_series() const { return plan_->has_tags() ? first_series_ : 0; }
  uint32_t last_series() const { return last_series_; }

  // --- the readers' side
  const RowPlan& plan() const { return *plan_; }
  // The first `count` rows in the order of the log.
  RowImages images(size_t count) const;

 private:
  struct Tile;
  struct Sizes;
  size_t append_to_tile(const rows::Rows& rows, std::span<const uint32_t> series, size_t begin,
                        size_t end);
  void write_series(Tile& tile, uint32_t at, std::span<const uint32_t> series);
  uint32_t series_of(const char* image) const;
  void measure(const rows::Rows& rows, size_t begin, Sizes& sizes) const;
  void take_what_fits(const Tile& tile, Sizes& sizes);
  void write(Tile& tile, const rows::Rows& rows, size_t begin, const Sizes& sizes);
  void note_times(std::span<const int64_t> times);
  Tile& tile_for(size_t row_bytes);

  std::shared_ptr<const RowPlan> plan_;
  Tile* first_ = nullptr;
  Tile* last_ = nullptr;
  uint32_t rows_ = 0;
  size_t raw_bytes_ = 0;
  size_t memory_bytes_ = 0;
  int64_t min_ = INT64_MAX;
  int64_t max_ = INT64_MIN;
  uint32_t first_series_ = UINT32_MAX;
  uint32_t last_series_ = 0;
  bool sorted_ = true;
  bool closed_ = false;  // the next row would be one too many bytes
};

}  // namespace efd::store
