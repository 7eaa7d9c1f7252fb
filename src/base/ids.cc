// SPDX-License-Identifier: MIT
#include "base/ids.h"

#define XXH_INLINE_ALL
#include <random>

#include <xxhash.h>

namespace efd {
namespace {

constexpr char kBase64Url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int base64_value(char c) {
  const char* found = c ? std::char_traits<char>::find(kBase64Url, 64, c) : nullptr;
  return found ? static_cast<int>(found - kBase64Url) : -1;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

size_t hash_bytes(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

Uuid Uuid::random() {
  thread_local std::mt19937_64 generator{[] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }()};
  std::array<uint8_t, 16> bytes;
  for (size_t i = 0; i < bytes.size(); i += 8) {
    uint64_t word = generator();
    for (size_t j = 0; j < 8; ++j) bytes[i + j] = static_cast<uint8_t>(word >> (8 * j));
  }
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
  return Uuid(bytes);
}

Result<Uuid> Uuid::parse_base64(std::string_view text) {
  std::array<uint8_t, 16> bytes{};
  if (text.size() != 22) return fail(ErrorCode::bad_input, "'{}' is not a 22-letter id", text);
  uint32_t bits = 0;
  int bit_count = 0;
  size_t filled = 0;
  for (char c : text) {
    int value = base64_value(c);
    if (value < 0) return fail(ErrorCode::bad_input, "'{}' is not URL-safe base64", text);
    bits = (bits << 6) | static_cast<uint32_t>(value);
    bit_count += 6;
    if (bit_count < 8 || filled == bytes.size()) continue;
    bit_count -= 8;
    bytes[filled++] = static_cast<uint8_t>(bits >> bit_count);
  }
  return Uuid(bytes);
}

Result<Uuid> Uuid::parse_hex(std::string_view text) {
  std::array<uint8_t, 16> bytes{};
  size_t digits = 0;
  for (char c : text) {
    if (c == '-') continue;
    int value = hex_value(c);
    if (value < 0 || digits == 32) return fail(ErrorCode::bad_input, "'{}' is not a UUID", text);
    bytes[digits / 2] = static_cast<uint8_t>((bytes[digits / 2] << 4) | value);
    ++digits;
  }
  if (digits != 32) return fail(ErrorCode::bad_input, "'{}' is not a UUID", text);
  return Uuid(bytes);
}

std::string Uuid::base64() const {
  std::string text;
  for (size_t bit = 0; bit < 128; bit += 6) {
    uint32_t window = static_cast<uint32_t>(bytes_[bit / 8]) << 8;
    if (bit / 8 + 1 < bytes_.size()) window |= bytes_[bit / 8 + 1];
    text += kBase64Url[(window >> (10 - bit % 8)) & 63];
  }
  return text;
}

std::string Uuid::hex() const {
  std::string text;
  for (uint8_t byte : bytes_) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace efd
