// SPDX-License-Identifier: MIT
#include "observe/log.h"

#include <atomic>
#include <cstdio>
#include <memory>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace efd::observe {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

const char* name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
    case Level::off:
      return "off";
  }
  return "info";
}

std::string json_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

struct Logging {
  Logging() : logger("efd", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()) {
    logger.set_level(spdlog::level::warn);
    logger.set_pattern("%H:%M:%S.%e %^%l%$ %v");
    logger.flush_on(spdlog::level::debug);
  }
  spdlog::logger logger;
  std::atomic<Level> level = Level::warning;
  bool json = false;
};

Logging& logging() {
  static Logging instance;
  return instance;
}

}  // namespace

Result<Level> parse_level(std::string_view text) {
  for (Level level : {Level::debug, Level::info, Level::warning, Level::error, Level::off})
    if (text == name_of(level)) return level;
  return fail(ErrorCode::bad_input,
              "'{}' is not a log level: take debug, info, warning, error or off", text);
}

void start_logging(Level level, LogFormat format) {
  Logging& state = logging();
  state.json =
      format == LogFormat::json || (format == LogFormat::automatic && ::isatty(STDERR_FILENO) == 0);
  state.level = level;
  state.logger.set_level(to_spdlog(level));
  if (state.json) state.logger.set_pattern("%v");
}

bool logs(Level level) {
  return level >= logging().level;
}

void log(Level level, std::string_view area, std::string_view message) {
  Logging& state = logging();
  if (!state.json) {
    state.logger.log(to_spdlog(level), "{}: {}", area, message);
    return;
  }
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  tm utc;
  ::gmtime_r(&now.tv_sec, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
  state.logger.log(to_spdlog(level),
                   R"({{"time":"{}.{:03}Z","level":"{}","area":"{}","message":"{}"}})", stamp,
                   now.tv_nsec / 1'000'000, name_of(level), json_text(area), json_text(message));
}

}  // namespace efd::observe
