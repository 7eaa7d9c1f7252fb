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

template <class T>
void narrow(const uint64_t* words, size_t n, char* to) {
  for (size_t i = 0; i < n; ++i) {
    T value = static_cast<T>(words[i]);
    std::memcpy(to + i * sizeof value, &value, sizeof value);
  }
}

template <class T>
void widen(const char* from, size_t n, uint64_t* to) {
  for (size_t i = 0; i < n; ++i) {
    T value;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    to[i] = value;
  }
}

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
  if ((unit & (unit - 1)) == 0) {
    int shift = __builtin_ctzll(unit | uint64_t{1} << 63);
    for (size_t i = 0; i < n; ++i) to[i] = base + (to[i] << shift);
    return;
  }
  for (size_t i = 0; i < n; ++i) to[i] = base + unit * to[i];
}

uint64_t prefix_sum(uint64_t* to, size_t n, uint64_t first) {
  for (size_t i = 0; i < n; ++i) to[i] = first += to[i];
  return first;
}

Extent extent_of(const uint64_t* values, size_t n) {
  // Lanes that do not wait for each other.
  constexpr size_t kLanes = 4;
  int64_t first = static_cast<int64_t>(values[0]);
  int64_t min[kLanes] = {first, first, first, first};
  int64_t max[kLanes] = {first, first, first, first};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      int64_t value = static_cast<int64_t>(values[i + lane]);
      min[lane] = std::min(min[lane], value);
      max[lane] = std::max(max[lane], value);
    }
  }
  for (; i < n; ++i) {
    min[0] = std::min(min[0], static_cast<int64_t>(values[i]));
    max[0] = std::max(max[0], static_cast<int64_t>(values[i]));
  }
  return {*std::min_element(min, min + kLanes), *std::max_element(max, max + kLanes)};
}

uint64_t distance_bits(const uint64_t* values, size_t n, uint64_t base) {
  uint64_t bits = 0;
  for (size_t i = 0; i < n; ++i) bits |= values[i] - base;
  return bits;
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

void pack_bytes(const uint64_t* words, size_t n, unsigned width, char* to) {
  if (width == 8) return std::memcpy(to, words, n * sizeof *words), void();
  if (width == 4) return narrow<uint32_t>(words, n, to);
  narrow<uint8_t>(words, n, to);
}

void unpack_bytes(const char* from, size_t n, unsigned width, uint64_t* to) {
  if (width == 8) return std::memcpy(to, from, n * sizeof *to), void();
  if (width == 4) return widen<uint32_t>(from, n, to);
  widen<uint8_t>(from, n, to);
}

size_t count_runs(const uint64_t* values, size_t n) {
  size_t runs = 1;
  for (size_t i = 1; i < n; ++i) runs += values[i] != values[i - 1];
  return runs;
}

}  // namespace efd::store::encoding
