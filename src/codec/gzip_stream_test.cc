// SPDX-License-Identifier: MIT
#include "codec/gzip_stream.h"

#include <gtest/gtest.h>

#include "codec/compression.h"

namespace efd::codec {
namespace {

TEST(GzipStream, GivesOneMemberThatDecompresses) {
  std::string plain, compressed;
  GzipStream stream;
  for (int i = 0; i < 20'000; ++i) {
    std::string line = "value " + std::to_string(i * i) + "\n";
    plain += line;
    stream.write(line, compressed);
  }
  stream.finish(compressed);
  EXPECT_LT(compressed.size(), plain.size() / 2);
  auto back = decompress(Compression::gzip, compressed, plain.size());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(*back == plain);
}

TEST(GzipStream, FlushLetsOutWhatWasWritten) {
  std::string compressed;
  GzipStream stream;
  stream.write("hello", compressed);
  size_t before = compressed.size();
  stream.flush(compressed);
  EXPECT_GT(compressed.size(), before);
  stream.finish(compressed);
  EXPECT_EQ(*decompress(Compression::gzip, compressed, 100), "hello");
}

}  // namespace
}  // namespace efd::codec
