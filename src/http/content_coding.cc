// SPDX-License-Identifier: MIT
#include "http/content_coding.h"

#include <vector>

#include "codec/inflate.h"

namespace efd::http {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// In the order in which they were put on. "identity" says that there is none.
std::vector<std::string_view> codings_of(const Headers& headers) {
  std::vector<std::string_view> codings;
  for (const auto& [name, value] : headers) {
    if (!equal_ignoring_case(name, "Content-Encoding")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const std::string_view coding = trimmed(rest.substr(0, rest.find(',')));
      rest.remove_prefix(
          std::min(rest.size(), rest.find(',') == rest.npos ? rest.size() : rest.find(',') + 1));
      if (!coding.empty() && !equal_ignoring_case(coding, "identity")) codings.push_back(coding);
    }
  }
  return codings;
}

std::optional<codec::Wrapping> wrapping_of(std::string_view coding) {
  if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip"))
    return codec::Wrapping::gzip;
  if (equal_ignoring_case(coding, "deflate")) return codec::Wrapping::zlib;
  return {};
}

std::optional<Refusal> unpack(std::string& body, codec::Wrapping wrapping, size_t bytes_max,
                              net::MemoryClaim& claim) {
  std::string unpacked;
  std::optional<Refusal> refusal;
  auto take = [&](std::string_view bytes) -> bool {
    if (unpacked.size() + bytes.size() > bytes_max)
      refusal = Refusal{
          413, fmt::format("the body is longer than {} bytes when it is unpacked", bytes_max)};
    else if (!claim.grow(bytes.size()))
      refusal = Refusal{503, "too many request bodies at once", {{"Retry-After", "1"}}};
    else
      unpacked.append(bytes);
    return !refusal;
  };
  const Result<> done = codec::inflate(body, wrapping, take);
  if (refusal) return refusal;
  if (!done) return Refusal{400, "the body cannot be unpacked: " + done.error().message};
  body = std::move(unpacked);
  return {};
}

}  // namespace

std::optional<Refusal> unpack_body(Request& request, size_t body_bytes_max,
                                   net::MemoryClaim& claim) {
  const std::vector<std::string_view> codings = codings_of(request.headers);
  if (codings.empty()) return {};
  if (codings.size() > kCodingsMax)
    return Refusal{415, fmt::format("more than {} content codings", kCodingsMax)};
  for (auto coding = codings.rbegin(); coding != codings.rend(); ++coding) {
    const auto wrapping = wrapping_of(*coding);
    if (!wrapping)
      return Refusal{415,
                     fmt::format("content coding '{}' is not known: gzip and deflate are", *coding),
                     {{"Accept-Encoding", "gzip, deflate"}}};
    if (auto refusal = unpack(request.body, *wrapping, body_bytes_max, claim)) return refusal;
  }
  request.headers.remove("Content-Encoding");
  return {};
}

}  // namespace efd::http
