// SPDX-License-Identifier: MIT
// Any bytes as HTTP requests, at once and in pieces: no crash, the same requests, nothing beyond
// the limits.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "http/multipart.h"
#include "http/request_parser.h"
#include "http/router.h"

namespace {

using namespace efd;

constexpr http::RequestLimits kLimits{4096, 1024, 2048};

struct Outcome {
  std::vector<std::string> requests;
  int failed_status = 0;
  bool operator==(const Outcome&) const = default;
};

std::string text_of(const http::Request& request) {
  std::string text = request.method + " " + request.target + "\n";
  for (const std::string& segment : request.segments) text += segment + "\n";
  for (const auto& [name, value] : request.query) text += name + "=" + value + "\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\n";
  EFD_CHECK(request.body.size() <= kLimits.body_bytes_max);
  if (auto parts = http::multipart_form(request)) {
    EFD_CHECK(parts->size() <= http::kFormPartsMax);
    for (const http::FormPart& part : *parts) text += part.name + "=" + part.value + "\n";
  }
  return text + request.body;
}

// What a connection makes of `bytes` when they come in pieces of `piece` bytes.
Outcome parse(std::string_view bytes, size_t piece) {
  net::MemoryBudget bodies(1u << 20);
  Outcome outcome;
  auto parser = std::make_unique<http::RequestParser>(kLimits, bodies);
  size_t used = 0;
  for (size_t end = 0; end < bytes.size();) {
    end = std::min(end + piece, bytes.size());
    for (size_t step = 1; step > 0 && used < end; used += step) {
      step = parser->put(bytes.substr(used, end - used));
      EFD_CHECK(step <= end - used);
      outcome.failed_status = parser->failed_status();
      if (outcome.failed_status != 0) return outcome;
      if (!parser->is_done()) continue;
      Result<http::Request> request = parser->take();
      outcome.requests.push_back(request ? text_of(*request) : request.error().message);
      parser = std::make_unique<http::RequestParser>(kLimits, bodies);
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)http::parse_multipart(bytes, "B");
  Outcome whole = parse(bytes, std::max<size_t>(bytes.size(), 1));
  Outcome split = parse(bytes, data[0] + size_t{1});
  for (size_t i = 0; i < std::min(whole.requests.size(), split.requests.size()); ++i) {
    EFD_CHECK(whole.requests[i] == split.requests[i]);
  }
  return 0;
}
