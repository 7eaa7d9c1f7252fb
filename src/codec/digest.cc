// SPDX-License-Identifier: MIT
#include "codec/digest.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace efd::codec {

Md5 md5(std::string_view bytes) {
  Md5 digest;
  int done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr);
  EFD_CHECK(done == 1);
  return digest;
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string hex(const Md5& digest) {
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace efd::codec
