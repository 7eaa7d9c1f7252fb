// SPDX-License-Identifier: MIT
// Decompression piece by piece. The caller bounds how much it takes.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace efd::codec {

enum class Wrapping {
  gzip,  // RFC 1952; several members, one behind the other
  zlib,  // RFC 1950, HTTP's "deflate"; also without its wrapping (RFC 1951), as some clients send
         // it
};

// Hands out plain bytes, up to 64 KiB at a time, until `take` says false. bad_input: what is
// damaged, cut off or followed by something else; also when `take` has ended it. Thread-safe.
Result<> inflate(std::string_view bytes, Wrapping wrapping,
                 const std::function<bool(std::string_view)>& take);

}  // namespace efd::codec
