// SPDX-License-Identifier: MIT
#include "demo/servers.h"

#include <algorithm>
#include <chrono>

namespace efd::demo {
namespace {

constexpr std::chrono::seconds kStartWait{30};
constexpr std::chrono::seconds kStopWait{15};
constexpr const char* kAnyPort = "127.0.0.1:0";

}  // namespace

Result<std::unique_ptr<Servers>> Servers::start(const Options& options, const std::string& folder,
                                                const std::vector<std::string>& arguments) {
  std::unique_ptr<Servers> servers(new Servers(folder));
  std::vector<std::string> command = {options.program, "serve",    "--data",
                                      folder,          "--influx", kAnyPort};
  if (options.cluster.bootstrap.empty()) {
    command.insert(command.end(), {"--kafka", kAnyPort, "--registry", kAnyPort});
  } else {
    servers->endpoints_.broker = options.cluster;
    EFD_TRY(servers->start_registry(options));
    command.insert(command.end(), {"--broker", options.cluster.bootstrap, "--registry-url",
                                   servers->endpoints_.registry_url});
    std::ranges::copy(broker_arguments(options.cluster), std::back_inserter(command));
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  EFD_ASSIGN(servers->server_, servers->serve(std::move(command), "serve"));
  return servers;
}

// A log of its own keeps the schemas; it stores nothing.
Result<> Servers::start_registry(const Options& options) {
  std::string broker = endpoints_.broker.bootstrap;
  EFD_ASSIGN(registry_,
             serve({options.program, "serve", "--data", folder_ + "/registry", "--kafka", kAnyPort,
                    "--registry", kAnyPort, "--influx", kAnyPort, "--connector.topics=nothing"},
                   "registry"));
  endpoints_.broker.bootstrap = broker;
  return {};
}

// "listening kafka 127.0.0.1:9092" ..., then "ready".
Result<std::unique_ptr<Child>> Servers::serve(const std::vector<std::string>& command,
                                              const std::string& name) {
  std::string log = folder_ + "/" + name + ".log";
  EFD_ASSIGN(auto server, Child::start(command, log));
  while (auto line = server->read_line(kStartWait)) {
    size_t blank = line->rfind(' ');
    std::string address = blank == std::string::npos ? "" : line->substr(blank + 1);
    if (line->starts_with("listening kafka ")) endpoints_.broker.bootstrap = address;
    if (line->starts_with("listening registry ")) endpoints_.registry_url = "http://" + address;
    if (line->starts_with("listening influx ")) endpoints_.influx_url = "http://" + address;
    if (*line == "ready") return server;
  }
  return fail(ErrorCode::give_up, "efd serve did not become ready: see {}", log);
}

Result<> Servers::stop(Child& server, const std::string& name) {
  server.terminate();
  auto code = server.wait_for_end(kStopWait);
  if (code == 0) return {};
  return fail(ErrorCode::give_up, "efd serve ended with {}: see {}/{}.log", code.value_or(-1),
              folder_, name);
}

Result<> Servers::stop() {
  EFD_TRY(stop(*server_, "serve"));
  if (registry_) EFD_TRY(stop(*registry_, "registry"));
  return {};
}

}  // namespace efd::demo
