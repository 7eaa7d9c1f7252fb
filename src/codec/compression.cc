// SPDX-License-Identifier: MIT
#include "codec/compression.h"

#include <array>

#include "codec/formats.h"

namespace efd::codec {
namespace {

constexpr std::array<Compression, 5> kAll = {
    Compression::none, Compression::gzip, Compression::snappy, Compression::lz4, Compression::zstd};

Result<std::string> plain(std::string_view bytes, size_t size_max) {
  if (bytes.size() > size_max) return too_big(size_max);
  return std::string(bytes);
}

}  // namespace

const char* to_string(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::snappy:
      return "snappy";
    case Compression::lz4:
      return "lz4";
    case Compression::zstd:
      return "zstd";
  }
  return "unknown";
}

Result<Compression> parse_compression(std::string_view word) {
  for (Compression compression : kAll) {
    if (word == to_string(compression)) return compression;
  }
  return fail(ErrorCode::bad_input, "unknown compression '{}': none, gzip, snappy, lz4 or zstd",
              word);
}

Result<Compression> compression_from_number(int number) {
  if (number >= 0 && number < static_cast<int>(kAll.size())) return kAll[number];
  return fail(ErrorCode::bad_input, "unknown compression number {}", number);
}

Result<std::string> compress(Compression compression, std::string_view bytes) {
  switch (compression) {
    case Compression::none:
      return std::string(bytes);
    case Compression::gzip:
      return gzip(bytes);
    case Compression::snappy:
      return snappy_framed(bytes);
    case Compression::lz4:
      return lz4_frame(bytes);
    case Compression::zstd:
      return zstd(bytes);
  }
  return fail(ErrorCode::bad_input, "unknown compression");
}

Result<std::string> decompress(Compression compression, std::string_view bytes, size_t size_max) {
  switch (compression) {
    case Compression::none:
      return plain(bytes, size_max);
    case Compression::gzip:
      return gunzip(bytes, size_max);
    case Compression::snappy:
      return unsnappy(bytes, size_max);
    case Compression::lz4:
      return unlz4(bytes, size_max);
    case Compression::zstd:
      return unzstd(bytes, size_max);
  }
  return fail(ErrorCode::bad_input, "unknown compression");
}

tl::unexpected<Error> too_big(size_t size_max) {
  return fail(ErrorCode::bad_input, "unpacked data is bigger than the {} bytes allowed", size_max);
}

tl::unexpected<Error> damaged(const char* format, std::string_view why) {
  return fail(ErrorCode::bad_input, "not valid {} data: {}", format, why);
}

}  // namespace efd::codec
