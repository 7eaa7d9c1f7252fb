// SPDX-License-Identifier: MIT
// Zstandard (RFC 8878), streamed as Kafka's Java client does: flush, then end.
#include <memory>

#include <zstd.h>

#include "codec/formats.h"

namespace efd::codec {
namespace {

constexpr int kLevel = 3;
// What level 22 uses, the most that a client can ask for: 128 MiB of window, touched only as far as
// data really comes out.
constexpr int kWindowLogMax = 27;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// Runs the compressor with one directive until it has nothing more to write.
Result<> run(ZSTD_CCtx* context, ZSTD_inBuffer& in, ZSTD_EndDirective directive, std::string& out) {
  while (true) {
    size_t old_size = out.size();
    out.resize(old_size + ZSTD_CStreamOutSize());
    ZSTD_outBuffer piece{out.data() + old_size, out.size() - old_size, 0};
    size_t left = ZSTD_compressStream2(context, &piece, &in, directive);
    out.resize(old_size + piece.pos);
    if (ZSTD_isError(left)) return fail(ErrorCode::give_up, "zstd: {}", ZSTD_getErrorName(left));
    if (left == 0) return {};
  }
}

}  // namespace

Result<std::string> zstd(std::string_view bytes) {
  std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  if (!context) return fail(ErrorCode::overload, "zstd: no memory");
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  std::string out;
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  EFD_TRY(run(context.get(), in, ZSTD_e_flush, out));
  EFD_TRY(run(context.get(), in, ZSTD_e_end, out));
  return out;
}

Result<std::string> unzstd(std::string_view bytes, size_t size_max) {
  std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  if (!context) return fail(ErrorCode::overload, "zstd: no memory");
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  BoundedOutput out(size_max, bytes.size() * 4);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  while (true) {
    size_t room = out.room();
    ZSTD_outBuffer piece{out.next(), room, 0};
    size_t hint = ZSTD_decompressStream(context.get(), &piece, &in);
    if (ZSTD_isError(hint)) return damaged("zstd", ZSTD_getErrorName(hint));
    out.advance(piece.pos);
    if (out.too_big()) return too_big(size_max);
    bool all_read = in.pos == in.size;
    if (all_read && hint == 0) return out.take();
    if (all_read && piece.pos < piece.size) return damaged("zstd", "cut off");
  }
}

}  // namespace efd::codec
