// SPDX-License-Identifier: MIT
#include "codec/compression.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"

namespace efd::codec {
namespace {

constexpr Compression kPacking[] = {Compression::gzip, Compression::snappy, Compression::lz4,
                                    Compression::zstd};
constexpr size_t kSizeMax = 64u << 20;

// Compressible and longer than a block of any format.
std::string long_text() {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i * 7919 % 1000) + ' ';
  return text;
}

RC_GTEST_PROP(Compression, RoundTrip, (const std::string& bytes)) {
  for (Compression compression : kPacking) {
    std::string packed = *compress(compression, bytes);
    RC_ASSERT(*decompress(compression, packed, bytes.size()) == bytes);
  }
}

TEST(Compression, RoundTripOfManyBlocks) {
  std::string noise(200'000, '\0');
  uint64_t state = 1;
  for (char& byte : noise)
    byte = static_cast<char>((state = state * 6364136223846793005u + 1) >> 56);
  for (const std::string& bytes : {long_text(), noise, std::string(1 << 20, 'x')}) {
    for (Compression compression : kPacking) {
      Result<std::string> back =
          decompress(compression, *compress(compression, bytes), bytes.size());
      ASSERT_TRUE(back) << to_string(compression) << ": " << back.error().message;
      EXPECT_TRUE(*back == bytes) << to_string(compression);
    }
  }
}

// Among these sizes are those that just fill a buffer that grows by doubling.
TEST(Compression, RoundTripOfEverySmallSize) {
  for (Compression compression : kPacking) {
    for (size_t size = 0; size < 3000; ++size) {
      std::string bytes(size, 'c');
      Result<std::string> back = decompress(compression, *compress(compression, bytes), size + 1);
      ASSERT_TRUE(back && *back == bytes) << to_string(compression) << " " << size;
    }
  }
}

TEST(Compression, TheLimitIsExact) {
  std::string bytes = long_text();
  for (Compression compression : {Compression::none, Compression::gzip, Compression::snappy,
                                  Compression::lz4, Compression::zstd}) {
    std::string packed = *compress(compression, bytes);
    EXPECT_TRUE(decompress(compression, packed, bytes.size())) << to_string(compression);
    Result<std::string> back = decompress(compression, packed, bytes.size() - 1);
    ASSERT_FALSE(back) << to_string(compression);
    EXPECT_EQ(back.error().code, ErrorCode::bad_input);
  }
}

TEST(Compression, CutOffAndExtendedDataIsRefused) {
  std::string bytes = long_text();
  for (Compression compression : kPacking) {
    std::string packed = *compress(compression, bytes);
    for (size_t size = 0; size < packed.size(); size += packed.size() / 97 + 1) {
      Result<std::string> back = decompress(compression, packed.substr(0, size), kSizeMax);
      bool whole_blocks = compression == Compression::snappy && back && bytes.starts_with(*back);
      EXPECT_TRUE(!back || whole_blocks) << to_string(compression) << " " << size;
    }
    EXPECT_FALSE(decompress(compression, packed + "zzzz", kSizeMax)) << to_string(compression);
  }
}

TEST(Compression, SeveralMembersAreOneText) {
  for (Compression compression : {Compression::gzip, Compression::lz4, Compression::zstd}) {
    std::string packed = *compress(compression, "one, ") + *compress(compression, "two");
    EXPECT_EQ(*decompress(compression, packed, 8), "one, two") << to_string(compression);
  }
}

TEST(Compression, RawSnappyIsRead) {
  EXPECT_EQ(*decompress(Compression::snappy,
                        std::string_view("\x03\x08"
                                         "abc",
                                         5),
                        3),
            "abc");
}

// The frame's header sums up, for the magic 0 of old clients, the magic number as well.
TEST(Compression, TheWrongHeaderChecksumOfMagic0IsRead) {
  std::string packed = *compress(Compression::lz4, "abc");
  ASSERT_EQ(packed[6], '\x82');
  packed[6] = '\x1a';
  EXPECT_EQ(*decompress(Compression::lz4, packed, 3), "abc");
  packed[6] = '\x1b';
  EXPECT_FALSE(decompress(Compression::lz4, packed, 3));
}

// Of a frame, and of one behind another one.
TEST(Compression, Lz4BlocksThatDependOnEachOtherAreRefused) {
  std::string whole = *compress(Compression::lz4, "abc");
  std::string linked = whole;
  constexpr char kLinkedBlocks = 0x40;
  linked[4] = kLinkedBlocks;
  for (const std::string& packed : {linked, whole + linked}) {
    auto refused = decompress(Compression::lz4, packed, 100);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("depend on each other"));
  }
}

TEST(Compression, NamesAndNumbers) {
  EXPECT_EQ(*parse_compression("zstd"), Compression::zstd);
  EXPECT_FALSE(parse_compression("ZSTD"));
  EXPECT_EQ(*compression_from_number(3), Compression::lz4);
  EXPECT_FALSE(compression_from_number(5));
  EXPECT_FALSE(compression_from_number(-1));
}

// What Kafka's own client wrote.
struct Vector {
  std::string codec;
  int magic;
  std::string packed;
};

std::string member(const std::string& line, const std::string& key) {
  size_t begin = line.find("\"" + key + "\":");
  if (begin == std::string::npos) return {};
  begin += key.size() + 3;
  if (line[begin] == '"') return line.substr(begin + 1, line.find('"', begin + 1) - begin - 1);
  return line.substr(begin, line.find_first_of(",}", begin) - begin);
}

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// The compressed part of a batch: behind the header of 61 bytes in magic 2, the value of the one
// message before.
std::string packed_part(const std::string& batch, int magic) {
  constexpr size_t kHeaderSize = 61, kMessageHeaderSize = 18, kTimestampSize = 8;
  if (magic == 2) return batch.substr(kHeaderSize);
  ByteReader reader(batch);
  reader.take(kMessageHeaderSize + (magic == 1 ? kTimestampSize : 0));
  reader.take(static_cast<size_t>(std::max(reader.big<int32_t>(), 0)));  // the key, mostly null
  int32_t size = reader.big<int32_t>();
  return std::string(reader.take(static_cast<size_t>(size)));
}

std::string shared_data() {
  if (const char* shared = std::getenv("EFD_SHARED")) return std::string(shared) + "/data";
  return EFD_SOURCE_DIR "/../shared/data";
}

std::vector<Vector> kafka_vectors() {
  std::ifstream file(shared_data() + "/kafka/recordbatch_vectors.jsonl.gz", std::ios::binary);
  std::string packed{std::istreambuf_iterator<char>(file), {}};
  if (packed.empty()) return {};
  std::string text = *decompress(Compression::gzip, packed, kSizeMax);
  std::vector<Vector> vectors;
  for (size_t at = 0; at < text.size();) {
    std::string line = text.substr(at, text.find('\n', at) - at);
    at += line.size() + 1;
    std::string codec = member(line, "codec");
    if (codec.empty() || codec == "none") continue;
    int magic = std::stoi(member(line, "magic"));
    vectors.push_back({codec, magic, packed_part(from_hex(member(line, "hex")), magic)});
  }
  return vectors;
}

TEST(Compression, PacksAsKafkaDoes) {
  std::vector<Vector> vectors = kafka_vectors();
  if (vectors.empty()) GTEST_SKIP() << "no recordbatch_vectors.jsonl.gz below " << shared_data();
  size_t equal = 0;
  for (Vector& vector : vectors) {
    Compression compression = *parse_compression(vector.codec);
    Result<std::string> plain = decompress(compression, vector.packed, kSizeMax);
    ASSERT_TRUE(plain) << vector.codec << " " << vector.magic << ": " << plain.error().message;
    bool wrong_checksum = compression == Compression::lz4 && vector.magic == 0;
    if (wrong_checksum) vector.packed[6] = '\x82';
    equal += *compress(compression, *plain) == vector.packed;
  }
  std::printf("compressed batches of Kafka: %zu of %zu equal\n", equal, vectors.size());
  EXPECT_EQ(equal, vectors.size());
  EXPECT_EQ(vectors.size(), 60u);
}

}  // namespace
}  // namespace efd::codec
