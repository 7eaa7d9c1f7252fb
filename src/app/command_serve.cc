// SPDX-License-Identifier: MIT
#include <cstdio>

#include <fmt/core.h>

#include "app/commands.h"
#include "app/print_error.h"
#include "app/server.h"
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

}  // namespace

int run_serve(const Settings& settings) {
  for (const auto& [flag, target] :
       {std::pair("--broker", settings.broker), std::pair("--registry-url", settings.registry_url),
        std::pair("--influx-url", settings.influx_url)}) {
    if (target.empty()) continue;
    print_error(fmt::format("serve cannot use {} {} yet: leave {} out to run the embedded engine",
                            flag, target, flag));
    return kUsage;
  }
  system::StopSignals signals;
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

}  // namespace efd::app
