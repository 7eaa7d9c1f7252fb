// SPDX-License-Identifier: MIT
// Compression of Kafka's record batches. What compress() writes is byte for byte what Kafka's Java
// client writes with its default levels (tested against its batches); decompress() reads that and
// what other clients write. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace efd::codec {

// Numbered as in the attributes of a record batch.
enum class Compression : uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

// "none", "gzip" ..., as `compression.type` spells them.
const char* to_string(Compression compression);
// From such a word; fails (bad_input) for an unknown one.
Result<Compression> parse_compression(std::string_view word);
// From the bits of a batch's attributes; fails (bad_input) for an unknown number.
Result<Compression> compression_from_number(int number);

// gzip: level 6. snappy: xerial's framing in blocks of 32 KiB. lz4: a frame of independent blocks
// of 64 KiB. zstd: level 3, one frame without content size, flushed, then ended.
Result<std::string> compress(Compression compression, std::string_view bytes);

// The plain bytes, at most `size_max` of them; what holds more, is cut off or is followed by
// something else is bad_input. Memory grows with what really comes out, never by what a header
// promises. snappy: framed or raw; lz4: also with the wrong header checksum of Kafka's messages of
// magic 0, but, as in Kafka, without blocks that depend on each other; gzip, lz4 and zstd: several
// members, one behind the other.
Result<std::string> decompress(Compression compression, std::string_view bytes, size_t size_max);

}  // namespace efd::codec
