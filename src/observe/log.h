// SPDX-License-Identifier: MIT
// The program's log: for people on a terminal, JSON lines otherwise, on standard error.
//
//   observe::info("store", "committed {} rows in {} files", rows, files);
#pragma once

#include <string_view>

#include <fmt/core.h>

#include "base/result.h"

namespace efd::observe {

enum class Level { debug, info, warning, error, off };

// "debug", "info", "warning", "error", "off"; bad_input names the nearest.
Result<Level> parse_level(std::string_view text);

enum class LogFormat { automatic, human, json };  // automatic: human on a terminal

// Call once, before the first thread starts. Before it: warnings and errors, for people.
void start_logging(Level level, LogFormat format = LogFormat::automatic);

bool logs(Level level);
// Thread-safe. `area` is the module or connector that speaks.
void log(Level level, std::string_view area, std::string_view message);

template <class... Args>
void debug(std::string_view area, fmt::format_string<Args...> format, Args&&... args) {
  if (logs(Level::debug)) log(Level::debug, area, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(std::string_view area, fmt::format_string<Args...> format, Args&&... args) {
  if (logs(Level::info)) log(Level::info, area, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warn(std::string_view area, fmt::format_string<Args...> format, Args&&... args) {
  log(Level::warning, area, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(std::string_view area, fmt::format_string<Args...> format, Args&&... args) {
  log(Level::error, area, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace efd::observe
