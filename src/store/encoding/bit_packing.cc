// SPDX-License-Identifier: MIT
#include "store/encoding/bit_packing.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace efd::store::encoding {
namespace {

// 64 values of `width` bits are exactly `width` words.
constexpr size_t kGroup = 64;

template <unsigned width>
void pack_group(const uint64_t* values, char* to) {
  uint64_t words[width + 1] = {};
#pragma GCC unroll 64
  for (unsigned i = 0; i < kGroup; ++i) {
    unsigned bit = i * width % 64;
    unsigned word = i * width / 64;
    words[word] |= values[i] << bit;
    if (bit + width > 64) words[word + 1] = values[i] >> (64 - bit);
  }
  std::memcpy(to, words, width * sizeof(uint64_t));
}

template <unsigned width>
void unpack_group(const char* from, uint64_t* to) {
  constexpr uint64_t kMask = width == 64 ? ~uint64_t{0} : (uint64_t{1} << width % 64) - 1;
  uint64_t words[width + 1];
  std::memcpy(words, from, width * sizeof(uint64_t));
  words[width] = 0;
#pragma GCC unroll 64
  for (unsigned i = 0; i < kGroup; ++i) {
    unsigned bit = i * width % 64;
    unsigned word = i * width / 64;
    uint64_t value = words[word] >> bit;
    if (bit + width > 64) value |= words[word + 1] << (64 - bit);
    to[i] = value & kMask;
  }
}

using PackGroup = void (*)(const uint64_t*, char*);
using UnpackGroup = void (*)(const char*, uint64_t*);

// Widths 1 .. 64; place 0 is width 1.
template <size_t... i>
constexpr std::array<PackGroup, 64> packers(std::index_sequence<i...>) {
  return {pack_group<i + 1>...};
}
template <size_t... i>
constexpr std::array<UnpackGroup, 64> unpackers(std::index_sequence<i...>) {
  return {unpack_group<i + 1>...};
}
constexpr auto kPackers = packers(std::make_index_sequence<64>());
constexpr auto kUnpackers = unpackers(std::make_index_sequence<64>());

}  // namespace

void pack_bits(const uint64_t* values, size_t n, unsigned width, char* to) {
  if (width == 0) return;
  PackGroup pack = kPackers[width - 1];
  for (; n >= kGroup; n -= kGroup, values += kGroup, to += width * sizeof(uint64_t))
    pack(values, to);
  if (n == 0) return;
  uint64_t padded[kGroup] = {};
  char packed[kGroup * sizeof(uint64_t)];
  std::copy_n(values, n, padded);
  pack(padded, packed);
  std::memcpy(to, packed, packed_bytes(n, width));
}

void unpack_bits(const char* from, size_t n, unsigned width, uint64_t* to) {
  if (width == 0) return std::fill_n(to, n, 0), void();
  UnpackGroup unpack = kUnpackers[width - 1];
  for (; n >= kGroup; n -= kGroup, to += kGroup, from += width * sizeof(uint64_t)) unpack(from, to);
  if (n == 0) return;
  char padded[kGroup * sizeof(uint64_t)] = {};
  uint64_t values[kGroup];
  std::memcpy(padded, from, packed_bytes(n, width));
  unpack(padded, values);
  std::copy_n(values, n, to);
}

void add_scaled(uint64_t* to, size_t n, uint64_t base, uint64_t unit) {
  if (unit == 1) {
    for (size_t i = 0; i < n; ++i) to[i] += base;
    return;
  }
  for (size_t i = 0; i < n; ++i) to[i] = base + unit * to[i];
}

uint64_t prefix_sum(uint64_t* to, size_t n, uint64_t first) {
  for (size_t i = 0; i < n; ++i) to[i] = first += to[i];
  return first;
}

Extent extent_of(const uint64_t* values, size_t n) {
  Extent extent{static_cast<int64_t>(values[0]), static_cast<int64_t>(values[0])};
  for (size_t i = 1; i < n; ++i) {
    extent.min = std::min(extent.min, static_cast<int64_t>(values[i]));
    extent.max = std::max(extent.max, static_cast<int64_t>(values[i]));
  }
  return extent;
}

bool all_equal(const uint64_t* values, size_t n) {
  // In strides, so that a column that varies is known at once.
  constexpr size_t kStride = 64;
  for (size_t at = 0; at < n; at += kStride) {
    uint64_t other = 0;
    size_t end = std::min(n, at + kStride);
    for (size_t i = at; i < end; ++i) other |= values[i] ^ values[0];
    if (other) return false;
  }
  return true;
}

void differences(const uint64_t* from, size_t n, uint64_t* to) {
  for (size_t i = 0; i + 1 < n; ++i) to[i] = from[i + 1] - from[i];
}

size_t count_runs(const uint64_t* values, size_t n) {
  size_t runs = 1;
  for (size_t i = 1; i < n; ++i) runs += values[i] != values[i - 1];
  return runs;
}

}  // namespace efd::store::encoding
