// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "codec/base64.h"
#include "codec/checksum.h"
#include "codec/digest.h"
#include "codec/varint.h"

namespace efd::codec {
namespace {

TEST(Checksum, KnownValues) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32("123456789"), 0xcbf43926u);
}

RC_GTEST_PROP(Checksum, PiecesGiveTheChecksumOfTheWhole, (std::string a, std::string b)) {
  Crc32c crc;
  crc.extend(a);
  crc.extend(b);
  RC_ASSERT(crc.value() == crc32c(a + b));
}

TEST(Digest, KnownValues) {
  EXPECT_EQ(hex(md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex(md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex(std::string_view("\x00\xff", 2)), "00ff");
}

TEST(Base64, KnownValues) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (std::string_view text :
       {"Zg=", "Zg", "Z===", "Zh==", "Zm9=", "Zm 9", "=Zm9", "Zm9v====", "Z@=="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

RC_GTEST_PROP(Base64, RoundTrip, (const std::string& bytes)) {
  RC_ASSERT(*from_base64(to_base64(bytes)) == bytes);
}

RC_GTEST_PROP(Varint, RoundTrip, (int64_t value, uint8_t shift)) {
  value >>= shift % 64;
  std::string bytes;
  append_zigzag(value, bytes);
  RC_ASSERT(bytes.size() == zigzag_size(value));
  ByteReader exact(bytes);
  RC_ASSERT(read_zigzag64(exact) == value);
  RC_ASSERT(exact.ok() && exact.remaining() == 0u);
  bytes += "some bytes behind it";
  ByteReader more(bytes);
  RC_ASSERT(read_zigzag64(more) == value);
  RC_ASSERT(more.remaining() == 20u);
}

RC_GTEST_PROP(Varint, CutOffIsNotRead, (uint64_t value)) {
  std::string bytes;
  append_varint(value, bytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader reader(std::string_view(bytes).substr(0, size));
    RC_ASSERT(read_varint64(reader) == 0u);
    RC_ASSERT(!reader.ok());
  }
}

TEST(Varint, EndsOfTheRange) {
  for (int64_t value : {INT64_MIN, INT64_MAX, int64_t{0}, int64_t{-1}, int64_t{INT32_MIN}}) {
    std::string bytes;
    append_zigzag(value, bytes);
    ByteReader reader(bytes);
    EXPECT_EQ(read_zigzag64(reader), value);
  }
  std::string bytes;
  append_zigzag(INT32_MIN, bytes);
  ByteReader reader(bytes);
  EXPECT_EQ(read_zigzag32(reader), INT32_MIN);
  EXPECT_EQ(bytes.size(), size_t{kVarint32SizeMax});
}

TEST(Varint, RefusesTooLongAndTooBig) {
  for (const char* padding : {"", "more bytes behind the number"}) {
    std::string eleven = std::string(10, '\x80') + '\1' + padding;
    std::string too_big = std::string(9, '\xff') + '\2' + padding;
    std::string above_32 = std::string("\x80\x80\x80\x80\x10") + padding;
    ByteReader a(eleven), b(too_big), c(above_32);
    read_varint64(a), read_varint64(b), read_varint32(c);
    EXPECT_FALSE(a.ok());
    EXPECT_FALSE(b.ok());
    EXPECT_FALSE(c.ok());
  }
}

}  // namespace
}  // namespace efd::codec
