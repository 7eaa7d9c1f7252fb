// SPDX-License-Identifier: MIT
#include "codec/gzip_stream.h"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "base/check.h"

namespace efd::codec {

namespace {
constexpr int kLevel = 1;  // answers of numbers: level 6 takes 4 times as long for a tenth less
constexpr int kGzipWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;
}  // namespace

struct GzipStream::State {
  z_stream stream{};
};

GzipStream::GzipStream() : state_(std::make_unique<State>()) {
  int status = deflateInit2(&state_->stream, kLevel, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                            Z_DEFAULT_STRATEGY);
  EFD_CHECK(status == Z_OK);
}

GzipStream::~GzipStream() {
  deflateEnd(&state_->stream);
}

void GzipStream::write(std::string_view bytes, std::string& out) {
  constexpr size_t kPartMax = std::numeric_limits<uInt>::max();
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kPartMax))) {
    run(bytes.substr(0, kPartMax), Z_NO_FLUSH, out);
  }
}

void GzipStream::flush(std::string& out) {
  run({}, Z_SYNC_FLUSH, out);
}

void GzipStream::finish(std::string& out) {
  run({}, Z_FINISH, out);
}

void GzipStream::run(std::string_view bytes, int mode, std::string& out) {
  char part[16384];
  z_stream& stream = state_->stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(part);
    stream.avail_out = sizeof part;
    EFD_CHECK(deflate(&stream, mode) != Z_STREAM_ERROR);
    out.append(part, sizeof part - stream.avail_out);
  } while (stream.avail_out == 0);
}

}  // namespace efd::codec
