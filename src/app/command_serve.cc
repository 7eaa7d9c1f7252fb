// SPDX-License-Identifier: MIT
#include <cstdio>

#include <fmt/core.h>

#include "app/commands.h"
#include "app/influx_target.h"
#include "app/options.h"
#include "app/print_error.h"
#include "app/server.h"
#include "observe/log.h"
#include "system/file_system.h"
#include "system/stop_signals.h"

namespace efd::app {
namespace {

constexpr std::chrono::milliseconds kCatchUpPoll{5};
constexpr std::chrono::milliseconds kSignalPoll{60'000};

// Scripts read these lines from a pipe: each is flushed.
void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

// False: a stop signal came first.
bool await_caught_up(const Server& server, const system::StopSignals& signals) {
  while (!server.has_caught_up())
    if (signals.wait_for(kCatchUpPoll)) return false;
  return true;
}

// What the settings say together makes sense?
Result<> check(const Settings& settings) {
  for (const auto& [name, connector] : settings.connectors)
    if (connector.options.topics.empty())
      return fail(ErrorCode::bad_input, "connector.{0}: which topics? Give connector.{0}.topics",
                  name);
  if (!settings.influx_url.empty()) EFD_TRY(influx_target_of(settings));
  if (settings.influx_url.empty() && !settings.influx_user.empty())
    return fail(ErrorCode::bad_input, "targets.influx_user needs --influx-url");
  if (!settings.broker.empty() && settings.registry_url.empty())
    return fail(
        ErrorCode::bad_input,
        "serve --broker {} needs --registry-url: the embedded registry keeps its schemas in "
        "the embedded log",
        settings.broker);
  if (settings.broker.empty() && !settings.broker_librdkafka.empty())
    return fail(ErrorCode::bad_input,
                "settings of librdkafka (broker.librdkafka, --broker-set) need --broker");
  return {};
}

// What the file says, and over that what was given; an empty value is one, too.
Result<Settings> settings_of(const ServeOptions& options) {
  Settings settings;
  if (!options.config_file.empty()) EFD_TRY(read_configuration(options.config_file, settings));
  for (const auto& [key, values] : options.given) EFD_TRY(set_option(settings, key, values));
  for (const auto& [name, value] : parse_broker_settings(options.broker_settings))
    settings.broker_librdkafka[name] = value;
  if (settings.data.empty())
    return fail(ErrorCode::bad_input,
                "serve needs --data DIR (or `data` in the configuration file)");
  EFD_TRY(check(settings));
  return settings;
}

int serve(const Settings& settings) {
  system::StopSignals signals;
  static_cast<void>(system::raise_open_files_max());
  auto server = Server::start(settings);
  if (!server) return print_error(server.error().message);
  for (const ListeningOn& listener : (*server)->listening())
    say(fmt::format("listening {} {}", listener.name, listener.address));
  if (await_caught_up(**server, signals)) {
    say("ready");
    while (!signals.wait_for(kSignalPoll)) {
    }
  }
  if (Result<> stopped = (*server)->stop(); !stopped) return print_error(stopped.error().message);
  return kOk;
}

}  // namespace

int run_serve(const ServeOptions& options) {
  Result<Settings> settings = settings_of(options);
  if (!settings) {
    print_error(settings.error().message);
    return kUsage;
  }
  observe::start_logging(settings->log_output.level, settings->log_output.format);
  return serve(*settings);
}

}  // namespace efd::app
