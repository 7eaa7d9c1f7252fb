// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <zlib.h>

#include "codec/compression.h"
#include "http/testing/http_test_server.h"

namespace efd::http {
namespace {

constexpr size_t kBodyBytesMax = 1u << 20;

std::string gzipped(std::string_view text) {
  return *codec::compress(codec::Compression::gzip, text);
}

// `window` as deflateInit2 has it: 15 zlib's wrapping, -15 none.
std::string deflated(std::string_view text, int window = 15) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class ContentCoding : public ::testing::Test {
 protected:
  static Router router() {
    Router router;
    router.add("POST", "/echo", [](const Request& request, Response& response) {
      const bool is_coded = request.headers.has("Content-Encoding");
      response.send(200, {{"X-Coded", is_coded ? "yes" : "no"}}, request.body);
    });
    return router;
  }
  Answer post(const std::string& coding, std::string_view body) {
    auto answer = server_.client().post("/echo", body, {{"Content-Encoding", coding}});
    EXPECT_TRUE(answer) << answer.error().message;
    return answer.value_or(Answer{});
  }

  TestServer server_{router(), {.body_bytes_max = kBodyBytesMax}};
};

TEST_F(ContentCoding, BodiesAreUnpacked) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "number " + std::to_string(i) + "\n";
  const std::pair<const char*, std::string> bodies[] = {
      {"gzip", gzipped(text)},
      {"x-gzip", gzipped(text)},
      {"GZIP", gzipped(text.substr(0, 100)) + gzipped(text.substr(100))},
      {"deflate", deflated(text)},
      {"deflate", deflated(text, -15)},
      {"deflate, gzip", gzipped(deflated(text))},
      {"identity", text},
  };
  for (const auto& [coding, body] : bodies) {
    const Answer answer = post(coding, body);
    EXPECT_EQ(answer.status, 200) << coding << answer.body;
    EXPECT_EQ(answer.body, text) << coding;
    EXPECT_EQ(answer.headers.find("X-Coded"), coding == std::string("identity") ? "yes" : "no");
  }
}

TEST_F(ContentCoding, ABombIsTooLarge) {
  const std::string zeros(64u << 20, '\0');
  EXPECT_EQ(post("gzip", gzipped(zeros)).status, 413);
  EXPECT_EQ(post("deflate", deflated(zeros)).status, 413);
  EXPECT_EQ(post("gzip, gzip", gzipped(gzipped(zeros))).status, 413);
  // Up to the bound it is not.
  EXPECT_EQ(post("gzip", gzipped(std::string(kBodyBytesMax, 'x'))).status, 200);
  EXPECT_EQ(post("gzip", gzipped(std::string(kBodyBytesMax + 1, 'x'))).status, 413);
}

TEST_F(ContentCoding, WhatCannotBeUnpackedIsRefused) {
  const std::string good = gzipped("hello");
  EXPECT_EQ(post("gzip", "hello").status, 400);
  EXPECT_EQ(post("gzip", good.substr(0, good.size() - 3)).status, 400);
  EXPECT_EQ(post("gzip", "").status, 400);
  EXPECT_EQ(post("deflate", deflated("hello") + "x").status, 400);
  const Answer unknown = post("br", "hello");
  EXPECT_EQ(unknown.status, 415);
  EXPECT_EQ(unknown.headers.find("Accept-Encoding"), "gzip, deflate");
  EXPECT_EQ(post("gzip, gzip, gzip, gzip, gzip", "x").status, 415);
}

TEST(ContentCodingMemory, AllBodiesTogetherHaveABound) {
  Router router;
  router.add("POST", "/echo", [](const Request& request, Response& response) {
    response.send(200, {}, request.body);
  });
  TestServer server(std::move(router),
                    {.body_bytes_max = kBodyBytesMax, .bodies_total_bytes_max = 100'000});
  auto client = server.client();
  const Headers headers{{"Content-Encoding", "gzip"}};
  const auto answer = client.post("/echo", gzipped(std::string(200'000, 'x')), headers);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(client.post("/echo", gzipped("x"), headers)->status, 200);
}

}  // namespace
}  // namespace efd::http
