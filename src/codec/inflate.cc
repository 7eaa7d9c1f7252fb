// SPDX-License-Identifier: MIT
#include "codec/inflate.h"

#include <climits>
#include <vector>

#include <zlib.h>

namespace efd::codec {
namespace {

constexpr size_t kPartBytes = 64u << 10;
constexpr int kWindow = 15;  // 32 KiB
constexpr int kGzipWindow = kWindow + 16;

struct Stream {
  z_stream state{};
  bool is_open = false;
  explicit Stream(int window) { is_open = inflateInit2(&state, window) == Z_OK; }
  ~Stream() {
    if (is_open) inflateEnd(&state);
  }
};

// RFC 1950: method 8, and two bytes that are a multiple of 31.
bool has_zlib_header(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  return (first & 15) == 8 && (first * 256 + second) % 31 == 0;
}

int window_of(std::string_view bytes, Wrapping wrapping) {
  if (wrapping == Wrapping::gzip) return kGzipWindow;
  return has_zlib_header(bytes) ? kWindow : -kWindow;
}

}  // namespace

Result<> inflate(std::string_view bytes, Wrapping wrapping,
                 const std::function<bool(std::string_view)>& take) {
  if (bytes.size() > UINT_MAX) return fail(ErrorCode::bad_input, "too big to be unpacked");
  Stream stream(window_of(bytes, wrapping));
  if (!stream.is_open) return fail(ErrorCode::overload, "no memory to unpack");
  z_stream& state = stream.state;
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  state.avail_in = static_cast<uInt>(bytes.size());
  std::vector<char> part(kPartBytes);
  while (true) {
    state.next_out = reinterpret_cast<Bytef*>(part.data());
    state.avail_out = kPartBytes;
    const int status = ::inflate(&state, Z_NO_FLUSH);
    const size_t size = kPartBytes - state.avail_out;
    if (size > 0 && !take({part.data(), size})) return fail(ErrorCode::bad_input, "ended");
    if (status == Z_STREAM_END) {
      if (state.avail_in == 0) return {};
      if (wrapping != Wrapping::gzip) return fail(ErrorCode::bad_input, "more follows its end");
      inflateReset(&state);
    } else if (status != Z_OK) {
      return fail(ErrorCode::bad_input, "{}", state.msg ? state.msg : "it is cut off");
    }
  }
}

}  // namespace efd::codec
