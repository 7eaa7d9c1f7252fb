// SPDX-License-Identifier: MIT
// The recorded answers of InfluxDB that tests compare with; absent where only the project is.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

#include <zlib.h>

namespace efd::query {

// The unpacked text of shared/data/influx/NAME, or nothing.
inline std::optional<std::string> read_shared(const std::string& name) {
  const char* shared = std::getenv("EFD_SHARED");
  const std::string root = shared ? shared : std::string(EFD_SOURCE_DIR) + "/../shared";
  gzFile file = gzopen((root + "/data/influx/" + name).c_str(), "rb");
  if (!file) return std::nullopt;
  std::string text;
  char buffer[1 << 16];
  for (int n; (n = gzread(file, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  gzclose(file);
  return text;
}

}  // namespace efd::query
