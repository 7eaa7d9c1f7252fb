// SPDX-License-Identifier: MIT
#include "store/encoding/word_column.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/check.h"
#include "codec/varint.h"
#include "store/encoding/bit_packing.h"
#include "store/encoding/compact_word.h"
#include "store/encoding/tags.h"

namespace efd::store::encoding {
namespace {

using Words = std::span<const uint64_t>;

// Frame of reference: mini-blocks of base and width, all in multiples of one unit.
struct Frames {
  uint64_t unit = 1;
  std::vector<Extent> extents;
  size_t bytes = 0;  // roughly, as encoded
};

template <class Function>
void each_mini_block(Words words, Function function) {
  for (size_t at = 0; at < words.size(); at += kMiniBlock)
    function(words.subspan(at, std::min(kMiniBlock, words.size() - at)), at / kMiniBlock);
}

unsigned width_of(uint64_t value) {
  return value ? 64 - static_cast<unsigned>(__builtin_clzll(value)) : 0;
}

uint64_t range_of(const Extent& extent) {
  return static_cast<uint64_t>(extent.max) - static_cast<uint64_t>(extent.min);
}

// The greatest common divisor of all distances from their mini-block's minimum, 1 when all are 0.
// Its power of two comes from the bits that any distance has; the odd rest is gone after a few
// values unless the column is regular.
uint64_t unit_of(Words words, const std::vector<Extent>& extents) {
  uint64_t bits = 0;
  uint64_t odd = 0;
  each_mini_block(words, [&](Words block, size_t i) {
    bits |= distance_bits(block.data(), block.size(), static_cast<uint64_t>(extents[i].min));
    odd = std::gcd(odd, range_of(extents[i]));
  });
  if (bits == 0) return 1;
  odd >>= __builtin_ctzll(odd);
  for (size_t i = 0; i < words.size() && odd > 1; ++i) {
    uint64_t distance = words[i] - static_cast<uint64_t>(extents[i / kMiniBlock].min);
    if (distance % odd) odd = std::gcd(odd, distance);
  }
  return odd << __builtin_ctzll(bits);
}

void divide(uint64_t* values, size_t n, uint64_t unit) {
  if ((unit & (unit - 1)) == 0) {
    int shift = __builtin_ctzll(unit);
    for (size_t i = 0; i < n; ++i) values[i] >>= shift;
    return;
  }
  for (size_t i = 0; i < n; ++i) values[i] /= unit;
}

Frames frames_of(Words words) {
  constexpr size_t kHeaderBytes = 6;  // of a mini-block, as a rule
  Frames frames;
  each_mini_block(words, [&](Words block, size_t) {
    frames.extents.push_back(extent_of(block.data(), block.size()));
  });
  frames.unit = unit_of(words, frames.extents);
  each_mini_block(words, [&](Words block, size_t i) {
    unsigned width = width_of(range_of(frames.extents[i]) / frames.unit);
    frames.bytes += kHeaderBytes + packed_bytes(block.size(), width);
  });
  return frames;
}

void append_frames(Words words, const Frames& frames, std::string& out) {
  append_compact(frames.unit, out);
  each_mini_block(words, [&](Words block, size_t i) {
    uint64_t base = static_cast<uint64_t>(frames.extents[i].min);
    unsigned width = width_of(range_of(frames.extents[i]) / frames.unit);
    append_compact(base, out);
    out.push_back(static_cast<char>(width));
    uint64_t distances[kMiniBlock];
    for (size_t j = 0; j < block.size(); ++j) distances[j] = block[j] - base;
    if (frames.unit > 1) divide(distances, block.size(), frames.unit);
    size_t at = out.size();
    out.resize(at + packed_bytes(block.size(), width));
    pack_bits(distances, block.size(), width, out.data() + at);
  });
}

void append_raw(Words words, unsigned width, std::string& out) {
  out.push_back(static_cast<char>(Tag::raw));
  size_t at = out.size();
  out.resize(at + words.size() * width);
  pack_bytes(words.data(), words.size(), width, out.data() + at);
}

void append_runs(Words words, std::string& out) {
  out.push_back(static_cast<char>(Tag::run_length));
  codec::append_varint(count_runs(words.data(), words.size()), out);
  for (size_t begin = 0; begin < words.size();) {
    size_t end = begin + 1;
    while (end < words.size() && words[end] == words[begin]) ++end;
    codec::append_varint(end - begin, out);
    append_compact(words[begin], out);
    begin = end;
  }
}

void append_constant(uint64_t word, std::string& out) {
  out.push_back(static_cast<char>(Tag::constant));
  append_compact(word, out);
}

// A run costs at most its length and a word; the estimate errs on the high side.
size_t run_bytes(Words words, unsigned width) {
  return count_runs(words.data(), words.size()) * (2 + width);
}

// Deltas are tried where they do no worse in the first mini-block: on noise they never pay.
bool deltas_may_pay(Words words) {
  uint64_t deltas[kMiniBlock];
  size_t n = std::min(words.size(), kMiniBlock + 1);
  differences(words.data(), n, deltas);
  return range_of(extent_of(deltas, n - 1)) <= range_of(extent_of(words.data(), n));
}

void append_delta(Words words, Words deltas, const Frames& frames, std::string& out) {
  out.push_back(static_cast<char>(Tag::delta));
  append_compact(words[0], out);
  append_frames(deltas, frames, out);
}

void append_smallest(Words words, unsigned width, std::string& out) {
  Frames plain = frames_of(words);
  size_t runs = run_bytes(words, width);
  size_t smallest = std::min({plain.bytes, runs, words.size() * width});
  if (deltas_may_pay(words)) {
    std::vector<uint64_t> deltas(words.size() - 1);
    differences(words.data(), words.size(), deltas.data());
    Frames delta = frames_of(deltas);
    if (delta.bytes < smallest) return append_delta(words, deltas, delta, out);
  }
  if (runs == smallest) return append_runs(words, out);
  if (plain.bytes != smallest) return append_raw(words, width, out);
  out.push_back(static_cast<char>(Tag::frame_of_reference));
  append_frames(words, plain, out);
}

bool reads_back(std::string_view encoded, unsigned width, Words words) {
  std::vector<uint64_t> decoded(words.size());
  ByteReader reader(encoded);
  return decode_words(reader, width, decoded) && reader.remaining() == 0 &&
         std::equal(words.begin(), words.end(), decoded.begin());
}

tl::unexpected<Error> damaged(const char* what) {
  return fail(ErrorCode::give_up, "an encoded column is damaged: {}", what);
}

Result<> read_frames(ByteReader& from, std::span<uint64_t> words) {
  uint64_t unit = read_compact(from);
  for (size_t at = 0; at < words.size(); at += kMiniBlock) {
    size_t n = std::min(kMiniBlock, words.size() - at);
    uint64_t base = read_compact(from);
    unsigned width = from.little<uint8_t>();
    if (width > 64) return damaged("more than 64 bits a value");
    std::string_view packed = from.take(packed_bytes(n, width));
    if (!from.ok()) return damaged("it ends too early");
    unpack_bits(packed.data(), n, width, words.data() + at);
    add_scaled(words.data() + at, n, base, unit);
  }
  return {};
}

Result<> read_delta(ByteReader& from, std::span<uint64_t> words) {
  uint64_t first = read_compact(from);
  EFD_TRY(read_frames(from, words.subspan(1)));
  words[0] = first;
  prefix_sum(words.data() + 1, words.size() - 1, first);
  return {};
}

Result<> read_runs(ByteReader& from, std::span<uint64_t> words) {
  uint64_t runs = codec::read_varint64(from);
  size_t at = 0;
  for (uint64_t run = 0; run < runs && from.ok(); ++run) {
    uint64_t length = codec::read_varint64(from);
    uint64_t word = read_compact(from);
    if (length == 0 || length > words.size() - at) return damaged("a run is too long");
    std::fill_n(words.begin() + static_cast<ptrdiff_t>(at), length, word);
    at += length;
  }
  if (at != words.size()) return damaged("its runs are too short");
  return {};
}

Result<> read_raw(ByteReader& from, unsigned width, std::span<uint64_t> words) {
  std::string_view bytes = from.take(words.size() * width);
  if (!from.ok()) return damaged("it ends too early");
  unpack_bytes(bytes.data(), words.size(), width, words.data());
  return {};
}

Result<> read_constant(ByteReader& from, std::span<uint64_t> words) {
  std::fill(words.begin(), words.end(), read_compact(from));
  return {};
}

Result<> read_tagged(ByteReader& from, unsigned width, std::span<uint64_t> words) {
  uint8_t tag = from.little<uint8_t>();
  switch (static_cast<Tag>(tag)) {
    case Tag::constant:
      return read_constant(from, words);
    case Tag::run_length:
      return read_runs(from, words);
    case Tag::frame_of_reference:
      return read_frames(from, words);
    case Tag::delta:
      return read_delta(from, words);
    case Tag::raw:
      return read_raw(from, width, words);
    default:
      return fail(ErrorCode::give_up,
                  "a column has the encoding {}, which this version does not know: it was written "
                  "by a newer one, or is damaged",
                  tag);
  }
}

}  // namespace

void encode_words(std::span<const uint64_t> words, unsigned width, std::string& out) {
  EFD_CHECK(!words.empty());
  if (all_equal(words.data(), words.size())) return append_constant(words[0], out);
  size_t begin = out.size();
  append_smallest(words, width, out);
  std::string_view encoded = std::string_view(out).substr(begin);
  if (encoded.size() <= 1 + words.size() * width && reads_back(encoded, width, words)) return;
  out.resize(begin);
  append_raw(words, width, out);
}

Result<> decode_words(ByteReader& from, unsigned width, std::span<uint64_t> words) {
  EFD_CHECK(!words.empty());
  EFD_TRY(read_tagged(from, width, words));
  if (!from.ok()) return damaged("it ends too early");
  return {};
}

}  // namespace efd::store::encoding
