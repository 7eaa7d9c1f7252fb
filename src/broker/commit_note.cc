// SPDX-License-Identifier: MIT
#include "broker/commit_note.h"

#include <charconv>

namespace efd::broker {

std::string commit_note(int64_t time_ms) {
  return "t=" + std::to_string(time_ms);
}

std::optional<int64_t> commit_note_time_ms(std::string_view metadata) {
  if (!metadata.starts_with("t=")) return std::nullopt;
  metadata.remove_prefix(2);
  int64_t time_ms = 0;
  const char* end = metadata.data() + metadata.size();
  auto [behind, error] = std::from_chars(metadata.data(), end, time_ms);
  if (error != std::errc() || behind != end || time_ms < 0) return std::nullopt;
  return time_ms;
}

}  // namespace efd::broker
