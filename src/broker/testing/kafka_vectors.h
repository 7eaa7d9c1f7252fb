// SPDX-License-Identifier: MIT
// For tests: the bytes that Kafka's own code has written; absent where only the project is.
#pragma once

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "codec/compression.h"

namespace efd::broker {

// A JSON line for each message: shared/data/kafka/message_vectors.jsonl.gz, or nothing.
inline std::optional<std::string> message_vector_lines() {
  const char* shared = std::getenv("EFD_SHARED");
  std::string folder = shared ? shared : std::string(EFD_SOURCE_DIR) + "/../shared";
  std::ifstream file(folder + "/data/kafka/message_vectors.jsonl.gz", std::ios::binary);
  if (!file) return std::nullopt;
  std::stringstream bytes;
  bytes << file.rdbuf();
  return *codec::decompress(codec::Compression::gzip, bytes.str(), 64u << 20);
}

inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

}  // namespace efd::broker
