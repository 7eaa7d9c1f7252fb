// SPDX-License-Identifier: MIT
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/encoding/bit_packing.h"
#include "store/encoding/column.h"
#include "store/encoding/compact_word.h"
#include "store/encoding/string_column.h"
#include "store/encoding/tags.h"
#include "store/encoding/word_column.h"

namespace efd::store::encoding {
namespace {

using rows::ColumnType;

std::string encoded(const std::vector<uint64_t>& words, unsigned width) {
  std::string out;
  encode_words(words, width, out);
  return out;
}

std::vector<uint64_t> decoded(std::string_view bytes, size_t n, unsigned width) {
  std::vector<uint64_t> words(n);
  ByteReader reader(bytes);
  auto result = decode_words(reader, width, words);
  EXPECT_TRUE(result) << result.error().message;
  EXPECT_EQ(reader.remaining(), 0u);
  return words;
}

Tag tag_of(const std::string& bytes) {
  return static_cast<Tag>(bytes[0]);
}

TEST(BitPacking, EveryWidthAndLengthComesBack) {
  std::mt19937_64 random(1);
  for (unsigned width = 0; width <= 64; ++width) {
    for (size_t n : {1u, 63u, 64u, 65u, 255u, 256u}) {
      std::vector<uint64_t> values(n), back(n);
      for (uint64_t& value : values) value = width ? random() >> (64 - width) : 0;
      std::vector<char> bytes(packed_bytes(n, width));
      pack_bits(values.data(), n, width, bytes.data());
      unpack_bits(bytes.data(), n, width, back.data());
      ASSERT_EQ(values, back) << width << " bits, " << n;
    }
  }
}

TEST(CompactWord, TakesNoMoreBytesThanItMust) {
  auto size_of = [](uint64_t word) {
    std::string out;
    append_compact(word, out);
    ByteReader reader(out);
    EXPECT_EQ(read_compact(reader), word);
    return out.size();
  };
  EXPECT_EQ(size_of(0), 1u);
  EXPECT_EQ(size_of(std::bit_cast<uint64_t>(1.0)), 3u);
  EXPECT_EQ(size_of(256), 2u);
  EXPECT_EQ(size_of(UINT64_MAX), 9u);
}

TEST(WordColumn, PicksTheEncodingThatFits) {
  std::vector<uint64_t> constant(1000, 7), runs, small, counter, noise;
  std::mt19937_64 random(2);
  for (uint64_t i = 0; i < 1000; ++i) {
    runs.push_back(i < 500 ? 1 : UINT64_MAX / 3);
    small.push_back(1'000'000 + random() % 8);
    counter.push_back(123456789 + i);
    noise.push_back(random());
  }
  EXPECT_EQ(tag_of(encoded(constant, 8)), Tag::constant);
  EXPECT_EQ(tag_of(encoded(runs, 8)), Tag::run_length);
  EXPECT_EQ(tag_of(encoded(small, 8)), Tag::frame_of_reference);
  EXPECT_EQ(tag_of(encoded(counter, 8)), Tag::delta);
  EXPECT_EQ(tag_of(encoded(noise, 8)), Tag::raw);
  EXPECT_LE(encoded(small, 8).size(), 1000 * 3 / 8 + 40u);
  EXPECT_LE(encoded(counter, 8).size(), 40u);
}

TEST(WordColumn, AnUnknownEncodingIsNamed) {
  std::vector<uint64_t> words(3);
  ByteReader reader("\x63zzz");
  auto result = decode_words(reader, 8, words);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::give_up);
  EXPECT_NE(result.error().message.find("encoding 99"), std::string::npos);
}

// Sequences of the kinds that telemetry has, mixed, so that every encoding and its borders are met.
rc::Gen<std::vector<uint64_t>> any_words(unsigned width) {
  return rc::gen::map(rc::gen::pair(rc::gen::arbitrary<uint64_t>(), rc::gen::inRange(1, 1100)),
                      [width](std::pair<uint64_t, int> seed) {
                        std::mt19937_64 random(seed.first);
                        uint64_t mask = width == 8 ? UINT64_MAX : (uint64_t{1} << 8 * width) - 1;
                        uint64_t step = random() >> random() % 64, value = random(),
                                 noise = random() >> random() % 64;
                        unsigned kind = random() % 4;
                        std::vector<uint64_t> words;
                        for (int i = 0; i < seed.second; ++i) {
                          if (kind == 0 || random() % 50 == 0) value = random() >> random() % 64;
                          if (kind == 1) value += step;
                          if (kind == 2) value += step + (noise ? random() % noise : 0);
                          words.push_back(value & mask);
                        }
                        return words;
                      });
}

RC_GTEST_PROP(WordColumn, AnyWordsComeBackBitForBit, ()) {
  unsigned width = *rc::gen::element(1u, 4u, 8u);
  std::vector<uint64_t> words = *any_words(width);
  std::string bytes = encoded(words, width);
  RC_ASSERT(decoded(bytes, words.size(), width) == words);
  RC_ASSERT(bytes.size() <= 1 + words.size() * width + 16);
}

TEST(WordColumn, FloatsComeBackByTheirBits) {
  std::vector<double> values = {0.0,
                                -0.0,
                                std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity(),
                                std::nan("1"),
                                std::bit_cast<double>(0x7ff0000000000001),
                                std::bit_cast<double>(0xfff8dead0000beef),
                                std::numeric_limits<double>::denorm_min()};
  std::vector<uint64_t> words;
  for (int round = 0; round < 10; ++round)
    for (double value : values) words.push_back(std::bit_cast<uint64_t>(value));
  EXPECT_EQ(decoded(encoded(words, 8), words.size(), 8), words);
}

RC_GTEST_PROP(StringColumn, AnyStringsComeBack, (std::vector<std::string> distinct)) {
  RC_PRE(!distinct.empty());
  auto n = *rc::gen::inRange(1, 300);
  std::vector<std::string_view> strings, back(static_cast<size_t>(n));
  for (int i = 0; i < n; ++i)
    strings.push_back(distinct[*rc::gen::inRange<size_t>(0, distinct.size())]);
  std::string out;
  encode_strings(strings, out);
  ByteReader reader(out);
  RC_ASSERT(decode_strings(reader, back).has_value());
  RC_ASSERT(reader.remaining() == 0u);
  RC_ASSERT(back == strings);
}

TEST(StringColumn, AConstantCostsItsBytesOnce) {
  std::vector<std::string_view> strings(1000, "a rather long constant string");
  std::string out;
  encode_strings(strings, out);
  EXPECT_LT(out.size(), strings[0].size() + 10);
}

struct RandomArray {
  ArrayValues values;
  size_t rows;
};

RandomArray random_array(std::mt19937_64& random, ColumnType type) {
  RandomArray array{{}, 1 + random() % 300};
  size_t elements = 1 + random() % kArrayElementsMax;
  bool ragged = random() % 2;
  for (size_t i = 0; i < array.rows; ++i)
    array.values.counts.push_back(ragged ? random() % (elements + 1) : elements);
  for (size_t e = 0; e < elements; ++e) {
    Values values;
    values.type = type;
    bool constant = random() % 2, nullable = random() % 4 == 0;
    uint64_t value = random() & 0xffffffff;
    for (size_t i = 0; i < array.rows; ++i) {
      values.words.push_back(constant ? value : random() & 0xffffffff);
      if (nullable) values.nulls.push_back(random() % 2);
    }
    array.values.elements.push_back(std::move(values));
  }
  return array;
}

RC_GTEST_PROP(ArrayColumn, AnyArrayComesBackElementByElement, (uint64_t seed)) {
  std::mt19937_64 random(seed);
  RandomArray array = random_array(random, ColumnType::float32);
  ArrayValues copy = array.values;
  std::string out;
  encode_array(copy, out);
  auto reader = ArrayReader::open(out, ColumnType::float32, array.rows,
                                  static_cast<uint32_t>(array.values.elements.size()));
  RC_ASSERT(reader.has_value());
  for (uint32_t e = 0; e < array.values.elements.size(); ++e) {
    Values back;
    RC_ASSERT(reader->read(e, back).has_value());
    const Values& put = array.values.elements[e];
    for (size_t i = 0; i < array.rows; ++i) {
      bool null = array.values.counts[i] <= e || (!put.nulls.empty() && put.nulls[i]);
      RC_ASSERT(null == (!back.nulls.empty() && back.nulls[i] != 0));
      if (!null) RC_ASSERT(back.words[i] == put.words[i]);
    }
  }
}

TEST(ArrayColumn, AConstantArrayCostsNextToNothing) {
  ArrayValues values;
  values.counts.assign(1000, 64);
  values.elements.assign(64, {ColumnType::float32, std::vector<uint64_t>(1000, 0), {}, {}});
  std::string out;
  encode_array(values, out);
  EXPECT_LT(out.size(), 16u);
}

}  // namespace
}  // namespace efd::store::encoding
