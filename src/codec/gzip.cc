// SPDX-License-Identifier: MIT
// gzip (RFC 1952) by zlib, with the header that Java's GZIPOutputStream writes.
#include <climits>

#include <zlib.h>

#include "codec/formats.h"

namespace efd::codec {
namespace {

constexpr int kLevel = 6;
constexpr int kGzipWindow = 15 + 16;  // 32 KiB; +16: with gzip's header and trailer
constexpr int kMemoryLevel = 8;
constexpr int kUnknownSystem = 0xff;

struct Deflater {
  z_stream stream{};
  ~Deflater() { deflateEnd(&stream); }
};
struct Inflater {
  z_stream stream{};
  ~Inflater() { inflateEnd(&stream); }
};

void set_input(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

// One call of inflate into the room that is there.
int inflate_step(z_stream& stream, BoundedOutput& out) {
  size_t room = std::min<size_t>(out.room(), UINT_MAX);
  stream.next_out = reinterpret_cast<Bytef*>(out.next());
  stream.avail_out = static_cast<uInt>(room);
  int status = inflate(&stream, Z_NO_FLUSH);
  out.advance(room - stream.avail_out);
  return status;
}

}  // namespace

Result<std::string> gzip(std::string_view bytes) {
  if (bytes.size() > UINT_MAX / 2) return fail(ErrorCode::bad_input, "too big for one gzip call");
  Deflater deflater;
  z_stream& stream = deflater.stream;
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return fail(ErrorCode::overload, "gzip: no memory");
  }
  gz_header header{};
  header.os = kUnknownSystem;
  deflateSetHeader(&stream, &header);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  set_input(stream, bytes);
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
    return fail(ErrorCode::give_up, "gzip: deflate did not finish");
  }
  packed.resize(stream.total_out);
  return packed;
}

Result<std::string> gunzip(std::string_view bytes, size_t size_max) {
  if (bytes.size() > UINT_MAX) return fail(ErrorCode::bad_input, "too big for one gzip call");
  Inflater inflater;
  z_stream& stream = inflater.stream;
  if (inflateInit2(&stream, kGzipWindow) != Z_OK)
    return fail(ErrorCode::overload, "gzip: no memory");
  BoundedOutput out(size_max, bytes.size() * 4);
  set_input(stream, bytes);
  while (true) {
    int status = inflate_step(stream, out);
    if (out.too_big()) return too_big(size_max);
    if (status == Z_STREAM_END) {
      if (!stream.avail_in) return out.take();
      inflateReset(&stream);
    } else if (status != Z_OK) {
      return damaged("gzip", stream.msg ? stream.msg : "cut off");
    }
  }
}

}  // namespace efd::codec
