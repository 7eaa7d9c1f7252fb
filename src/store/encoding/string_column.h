// SPDX-License-Identifier: MIT
// Columns of strings: a dictionary of the distinct ones and a column of places in it, or all of
// them one behind the other with a column of lengths.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace efd::store::encoding {

// Appends the smallest encoding of one or more strings.
void encode_strings(std::span<const std::string_view> strings, std::string& out);

// Reads what encode_strings wrote for that many strings; they look into the reader's bytes.
// `give_up`: damaged, or of a newer version.
Result<> decode_strings(ByteReader& from, std::span<std::string_view> strings);

}  // namespace efd::store::encoding
