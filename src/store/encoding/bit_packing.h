// SPDX-License-Identifier: MIT
// Packs integers into as many bits as the largest of them needs, lowest bit first, value behind
// value in natural order.
#pragma once

#include <cstddef>
#include <cstdint>

namespace efd::store::encoding {

// Values that share one base and one width.
constexpr size_t kMiniBlock = 256;

constexpr size_t packed_bytes(size_t n, unsigned width) {
  return (n * width + 7) / 8;
}

// `n` <= kMiniBlock values below 2^width, width 0 .. 64, to packed_bytes(n, width) bytes.
void pack_bits(const uint64_t* values, size_t n, unsigned width, char* to);
// The inverse; reads packed_bytes(n, width) bytes and nothing behind them.
void unpack_bits(const char* from, size_t n, unsigned width, uint64_t* to);

// to[i] = base + unit * to[i], modulo 2^64.
void add_scaled(uint64_t* to, size_t n, uint64_t base, uint64_t unit);
// to[i] += to[i - 1], with `first` before to[0]; returns the last.
uint64_t prefix_sum(uint64_t* to, size_t n, uint64_t first);

// Smallest and largest of n >= 1 values, taken as signed.
struct Extent {
  int64_t min;
  int64_t max;
};
Extent extent_of(const uint64_t* values, size_t n);
// The bits that any distance from `base` has.
uint64_t distance_bits(const uint64_t* values, size_t n, uint64_t base);
bool all_equal(const uint64_t* values, size_t n);
// to[i] = from[i + 1] - from[i] for i < n - 1.
void differences(const uint64_t* from, size_t n, uint64_t* to);
// The low `width` bytes of each word, packed, and back.
void pack_bytes(const uint64_t* words, size_t n, unsigned width, char* to);
void unpack_bytes(const char* from, size_t n, unsigned width, uint64_t* to);
// How many runs of equal values n >= 1 values make.
size_t count_runs(const uint64_t* values, size_t n);

}  // namespace efd::store::encoding
