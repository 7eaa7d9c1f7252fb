// SPDX-License-Identifier: MIT
#include "app/demo/servers.h"

#include <chrono>

namespace efd::app::demo {
namespace {

constexpr std::chrono::seconds kStartWait{30};
constexpr std::chrono::seconds kStopWait{15};
constexpr const char* kAnyPort = "127.0.0.1:0";

}  // namespace

Result<std::unique_ptr<Servers>> Servers::start(const DemoOptions& options,
                                                const std::string& folder,
                                                const std::vector<std::string>& arguments) {
  std::unique_ptr<Servers> servers(new Servers(folder));
  std::vector<std::string> command = {options.program, "serve",    "--data",
                                      folder,          "--influx", kAnyPort};
  if (options.cluster.empty()) {
    command.insert(command.end(), {"--kafka", kAnyPort, "--registry", kAnyPort});
  } else {
    servers->targets_.broker = options.cluster;
    servers->targets_.broker_settings = options.broker_settings;
    EFD_TRY(servers->start_registry(options));
    command.insert(command.end(),
                   {"--broker", options.cluster, "--registry-url", servers->targets_.registry_url});
    for (const std::string& setting : options.broker_settings)
      command.insert(command.end(), {"--broker-set", setting});
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  EFD_ASSIGN(servers->server_, servers->serve(std::move(command), "serve"));
  return servers;
}

// A log of its own keeps the schemas; it stores nothing.
Result<> Servers::start_registry(const DemoOptions& options) {
  std::string broker = targets_.broker;
  EFD_ASSIGN(registry_,
             serve({options.program, "serve", "--data", folder_ + "/registry", "--kafka", kAnyPort,
                    "--registry", kAnyPort, "--influx", kAnyPort, "--connector.topics=nothing"},
                   "registry"));
  targets_.broker = broker;
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
    if (line->starts_with("listening kafka ")) targets_.broker = address;
    if (line->starts_with("listening registry ")) targets_.registry_url = "http://" + address;
    if (line->starts_with("listening influx ")) targets_.influx_url = "http://" + address;
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

}  // namespace efd::app::demo
