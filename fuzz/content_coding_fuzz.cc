// SPDX-License-Identifier: MIT
// Any bytes as a request's body in gzip, deflate or several of them: no crash, nothing beyond the
// bounds, whatever comes out; and what was packed is what is unpacked.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "codec/compression.h"
#include "http/content_coding.h"

namespace {

using namespace efd;

constexpr size_t kBodyBytesMax = 64u << 10;
constexpr size_t kBodiesBytesMax = 100u << 10;

// Chosen by the first byte.
constexpr std::array<const char*, 8> kCodings = {
    "gzip",          "deflate",  "x-gzip", "gzip, gzip",
    "deflate, gzip", "identity", "br",     "gzip, gzip, gzip, gzip, gzip"};

http::Request request_of(const char* coding, std::string_view body) {
  http::Request request;
  request.headers = http::Headers{{"Content-Encoding", coding}};
  request.body = body;
  return request;
}

void unpack(const char* coding, std::string_view body) {
  net::MemoryBudget budget(kBodiesBytesMax);
  net::MemoryClaim claim(budget);
  http::Request request = request_of(coding, body);
  const auto refusal = http::unpack_body(request, kBodyBytesMax, claim);
  const bool is_identity = coding == std::string_view("identity");
  EFD_CHECK(is_identity || request.body.size() <= std::max(kBodyBytesMax, body.size()));
  if (refusal) {
    EFD_CHECK(refusal->status == 400 || refusal->status == 413 || refusal->status == 415 ||
              refusal->status == 503);
    EFD_CHECK(!refusal->message.empty());
  } else if (!is_identity) {
    EFD_CHECK(request.body.size() <= kBodyBytesMax);
    EFD_CHECK(!request.headers.has("Content-Encoding"));
  }
}

void round_trip(std::string_view body) {
  net::MemoryBudget budget(kBodiesBytesMax);
  net::MemoryClaim claim(budget);
  auto packed = codec::compress(codec::Compression::gzip, body);
  EFD_CHECK(packed.has_value());
  http::Request request = request_of("gzip", *packed);
  const auto refusal = http::unpack_body(request, kBodyBytesMax, claim);
  EFD_CHECK(refusal ? refusal->status == 413 && body.size() > kBodyBytesMax : request.body == body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  unpack(kCodings[data[0] % kCodings.size()], bytes);
  round_trip(bytes);
  return 0;
}
