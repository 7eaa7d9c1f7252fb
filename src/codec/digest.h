// SPDX-License-Identifier: MIT
// Digests that name things (a schema's identity, a topic's revision code). MD5 protects nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace efd::codec {

using Md5 = std::array<uint8_t, 16>;

// RFC 1321. Thread-safe.
Md5 md5(std::string_view bytes);

// Lower-case hexadecimal digits of any bytes: hex(md5("")) is "d41d8cd98f00b204e9800998ecf8427e".
std::string hex(std::string_view bytes);
std::string hex(const Md5& digest);

}  // namespace efd::codec
