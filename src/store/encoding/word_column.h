// SPDX-License-Identifier: MIT
// Columns of words: how every value but a string is encoded, as 64 bits each. An integer is itself,
// a double its IEEE bits, a float its 32 bits, a boolean 0 or 1. Bits go in and come out; nothing
// is computed with the numbers that they stand for.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace efd::store::encoding {

// Appends the smallest encoding of one or more words, each below 2^(8 * width); width: 1, 4 or 8.
// What it appended has been decoded and compared.
void encode_words(std::span<const uint64_t> words, unsigned width, std::string& out);

// Reads what encode_words wrote for that many words. `give_up`: damaged, or of a newer version.
Result<> decode_words(ByteReader& from, unsigned width, std::span<uint64_t> words);

}  // namespace efd::store::encoding
