// SPDX-License-Identifier: MIT
#include "store/head.h"

#include <algorithm>
#include <cstring>

namespace efd::store {
namespace {

// A head starts small (most events come once an hour) and its tiles grow to 64 rows.
constexpr size_t kFirstTileRows = 4;
constexpr size_t kTileGrowth = 4;
constexpr size_t kTileBytesMax = 256 << 10;

void set_null(char* image, uint32_t column) {
  image[column / 8] = static_cast<char>(image[column / 8] | 1 << column % 8);
}

template <size_t width>
void copy_scalars(const rows::Rows& rows, const RowPlan& plan, const std::vector<uint32_t>& columns,
                  size_t row, char* image) {
  for (uint32_t c : columns) {
    const rows::ColumnValues& values = rows.column(c);
    std::memcpy(image + plan.slots()[c].offset, values.fixed_bytes().data() + row * width, width);
    if (values.has_nulls() && values.is_null(row)) set_null(image, c);
  }
}

bool any_null(const rows::ColumnValues& values, size_t begin, size_t end) {
  if (!values.has_nulls()) return false;
  for (size_t i = begin; i < end; ++i)
    if (values.is_null(i)) return true;
  return false;
}

size_t variable_bytes(const Slot& slot, const rows::ColumnValues& values, size_t row) {
  auto [begin, end] = values.elements_of(row);
  size_t bytes = (end - begin) * slot.width;
  if (slot.width == 0) {
    if (slot.is_array) bytes += (end - begin) * sizeof(uint32_t);
    for (size_t i = begin; i < end; ++i) bytes += values.string_at(i).size();
  }
  if (slot.is_array && any_null(values, begin, end)) bytes += end - begin;
  return bytes;
}

char* copy_strings(const rows::ColumnValues& values, size_t begin, size_t end, char* to) {
  for (size_t i = begin; i < end; ++i, to += sizeof(uint32_t)) {
    uint32_t size = static_cast<uint32_t>(values.string_at(i).size());
    std::memcpy(to, &size, sizeof size);
  }
  for (size_t i = begin; i < end; ++i) {
    std::string_view text = values.string_at(i);
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to += text.size();
  }
  return to;
}

// Returns the byte behind what it wrote at `to`.
char* copy_array(const Slot& slot, const rows::ColumnValues& values, size_t row, char* image,
                 char* to) {
  auto [begin, end] = values.elements_of(row);
  Span span{static_cast<uint32_t>(to - image), static_cast<uint32_t>(end - begin)};
  if (slot.width == 0) {
    to = copy_strings(values, begin, end, to);
  } else if (begin < end) {
    size_t bytes = (end - begin) * slot.width;
    std::memcpy(to, values.fixed_bytes().data() + begin * slot.width, bytes);
    to += bytes;
  }
  if (any_null(values, begin, end)) {
    span.count |= kHasNulls;
    for (size_t i = begin; i < end; ++i) *to++ = values.is_null(i) ? 1 : 0;
  }
  std::memcpy(image + slot.offset, &span, sizeof span);
  return to;
}

char* copy_string(const Slot& slot, const rows::ColumnValues& values, size_t row, char* image,
                  char* to) {
  std::string_view text = values.string_at(row);
  Span span{static_cast<uint32_t>(to - image), static_cast<uint32_t>(text.size())};
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  std::memcpy(image + slot.offset, &span, sizeof span);
  return to + text.size();
}

}  // namespace

struct Head::Tile {
  uint32_t capacity = 0;  // bytes of images
  uint32_t used = 0;      // the writer's
  uint32_t row_capacity = 0;
  std::atomic<uint32_t> rows{0};
  std::atomic<Tile*> next{nullptr};
  std::array<int64_t, kTileRowsMax> times;
  std::array<uint32_t, kTileRowsMax> starts;
  std::unique_ptr<char[]> images;
};

// Bytes of the next rows.
struct Head::Sizes {
  size_t count = 0;
  std::array<size_t, kTileRowsMax> bytes;
};

Head::~Head() {
  for (Tile* tile = first_; tile;) {
    Tile* next = tile->next.load(std::memory_order_relaxed);
    delete tile;
    tile = next;
  }
}

size_t Head::append(const rows::Rows& rows, std::span<const uint32_t> series, size_t begin,
                    size_t end) {
  while (begin < end && !full()) begin = append_to_tile(rows, series, begin, end);
  return begin;
}

size_t Head::append_to_tile(const rows::Rows& rows, std::span<const uint32_t> series, size_t begin,
                            size_t end) {
  Sizes sizes;
  sizes.count = std::min({end - begin, kTileRowsMax, kBlockRowsMax - rows_});
  measure(rows, begin, sizes);
  closed_ = rows_ && raw_bytes_ + sizes.bytes[0] > kBlockRawBytesMax;
  if (closed_) return begin;
  Tile& tile = tile_for(sizes.bytes[0]);
  take_what_fits(tile, sizes);
  const uint32_t before = tile.rows.load(std::memory_order_relaxed);
  write(tile, rows, begin, sizes);
  if (plan_->has_tags()) write_series(tile, before, series.subspan(begin, sizes.count));
  // Readers see the rows when they are whole.
  tile.rows.store(before + static_cast<uint32_t>(sizes.count), std::memory_order_release);
  note_times(rows.times_ns().subspan(begin, sizes.count));
  rows_ += static_cast<uint32_t>(sizes.count);
  return begin + sizes.count;
}

// The first row always fits: tile_for made room for it.
void Head::take_what_fits(const Tile& tile, Sizes& sizes) {
  size_t room = tile.capacity - tile.used;
  size_t slots = tile.row_capacity - tile.rows.load(std::memory_order_relaxed);
  size_t limit = std::min(sizes.count, slots);
  size_t bytes = sizes.bytes[0];
  size_t fit = 1;
  for (; fit < limit; ++fit) {
    size_t next = bytes + sizes.bytes[fit];
    if (next > room || raw_bytes_ + next > kBlockRawBytesMax) break;
    bytes = next;
  }
  raw_bytes_ += bytes;
  sizes.count = fit;
}

void Head::measure(const rows::Rows& rows, size_t begin, Sizes& sizes) const {
  std::fill_n(sizes.bytes.begin(), sizes.count, plan_->fixed_bytes());
  for (uint32_t c : plan_->variable())
    for (size_t i = 0; i < sizes.count; ++i)
      sizes.bytes[i] += variable_bytes(plan_->slots()[c], rows.column(c), begin + i);
}

void Head::write(Tile& tile, const rows::Rows& rows, size_t begin, const Sizes& sizes) {
  uint32_t at = tile.rows.load(std::memory_order_relaxed);
  for (size_t i = 0; i < sizes.count; ++i, ++at) {
    size_t row = begin + i;
    char* image = tile.images.get() + tile.used;
    std::memset(image, 0, plan_->null_bytes());
    copy_scalars<8>(rows, *plan_, plan_->wide(), row, image);
    copy_scalars<4>(rows, *plan_, plan_->narrow(), row, image);
    copy_scalars<1>(rows, *plan_, plan_->bytes(), row, image);
    char* to = image + plan_->fixed_bytes();
    for (uint32_t c : plan_->variable()) {
      const Slot& slot = plan_->slots()[c];
      const rows::ColumnValues& values = rows.column(c);
      if (!slot.is_array && values.is_null(row)) set_null(image, c);
      to = slot.is_array ? copy_array(slot, values, row, image, to)
                         : copy_string(slot, values, row, image, to);
    }
    tile.times[at] = rows.times_ns()[row];
    tile.starts[at] = tile.used;
    tile.used += static_cast<uint32_t>(sizes.bytes[i]);
  }
}

void Head::write_series(Tile& tile, uint32_t at, std::span<const uint32_t> series) {
  for (uint32_t one : series) {
    std::memcpy(tile.images.get() + tile.starts[at++] + plan_->series_offset(), &one, sizeof one);
    first_series_ = std::min(first_series_, one);
    last_series_ = std::max(last_series_, one);
  }
}

void Head::note_times(std::span<const int64_t> times) {
  for (int64_t time : times) {
    sorted_ &= time >= max_;
    min_ = std::min(min_, time);
    max_ = std::max(max_, time);
  }
}

// A tile with room for one row of that size, a new one if need be.
Head::Tile& Head::tile_for(size_t row_bytes) {
  if (last_ && last_->rows.load(std::memory_order_relaxed) < last_->row_capacity &&
      last_->capacity - last_->used >= row_bytes)
    return *last_;
  size_t rows = last_ ? std::min(last_->row_capacity * kTileGrowth, kTileRowsMax) : kFirstTileRows;
  size_t capacity = std::max(row_bytes, std::min(row_bytes * rows, kTileBytesMax));
  auto tile = std::make_unique<Tile>();
  tile->images = std::make_unique_for_overwrite<char[]>(capacity);
  tile->capacity = static_cast<uint32_t>(capacity);
  tile->row_capacity = static_cast<uint32_t>(rows);
  memory_bytes_ += capacity + sizeof(Tile);
  Tile* made = tile.release();
  if (last_) last_->next.store(made, std::memory_order_release);
  if (!first_) first_ = made;
  last_ = made;
  return *made;
}

uint32_t Head::series_of(const char* image) const {
  uint32_t series;
  std::memcpy(&series, image + plan_->series_offset(), sizeof series);
  return series;
}

RowImages Head::images(size_t count) const {
  RowImages found;
  found.times_ns.reserve(count);
  found.images.reserve(count);
  for (const Tile* tile = first_; tile && found.images.size() < count;
       tile = tile->next.load(std::memory_order_acquire)) {
    size_t rows =
        std::min<size_t>(tile->rows.load(std::memory_order_acquire), count - found.images.size());
    for (size_t i = 0; i < rows; ++i) {
      found.times_ns.push_back(tile->times[i]);
      found.images.push_back(tile->images.get() + tile->starts[i]);
    }
  }
  if (!plan_->has_tags()) return found;
  found.series.reserve(found.images.size());
  for (const char* image : found.images) found.series.push_back(series_of(image));
  return found;
}

}  // namespace efd::store
