// SPDX-License-Identifier: MIT
#include "kafka/server.h"

#include "kafka/session.h"

namespace efd::kafka {
namespace {

net::ListenerOptions listener_options(const ServerOptions& options, const std::string& name,
                                      observe::Metrics& metrics) {
  return {.name = name,
          .authorizer = options.authorizer,
          .bounds = options.connections,
          .refused = &net::refused_connections(metrics, name),
          .displaced = &net::displaced_connections(metrics, name),
          .receive_bytes_max = options.request_bytes_max + kFrameSizeBytes,
          .send_queue_bytes_max = options.send_queue_bytes_max,
          .idle_timeout = options.idle_timeout};
}

// What the clients of one listener are told to connect to; nothing: see advertised_to.
Result<std::optional<net::Address>> fixed_address(const ListenerAddress& listener) {
  if (listener.advertised.empty()) return std::optional<net::Address>();
  Result<net::Address> address = net::parse_address(listener.advertised);
  if (!address) return fail_in("the address to advertise", address.error());
  return std::optional(*address);
}

// The address at which the client has reached us is the bound one, or, behind a wildcard, one that
// works for this client.
net::Address advertised_to(net::Connection& connection, const std::optional<net::Address>& fixed) {
  return fixed ? *fixed : connection.local_address();
}

}  // namespace

KafkaServer::KafkaServer(broker::CommitLog& log, groups::GroupCoordinator& groups,
                         observe::Metrics& metrics, Executor executor, ServerOptions options)
    : service_(log, groups, metrics, std::move(executor), std::move(options)) {}

KafkaServer::~KafkaServer() {
  listeners_.clear();
  service_.await_tasks();
}

Result<std::unique_ptr<KafkaServer>> KafkaServer::start(net::Loops& loops, broker::CommitLog& log,
                                                        groups::GroupCoordinator& groups,
                                                        observe::Metrics& metrics,
                                                        Executor executor, ServerOptions options) {
  std::unique_ptr<KafkaServer> server(
      new KafkaServer(log, groups, metrics, std::move(executor), std::move(options)));
  for (const ListenerAddress& address : server->service_.options.listeners) {
    EFD_TRY(server->listen(loops, address, metrics));
  }
  return server;
}

Result<> KafkaServer::listen(net::Loops& loops, const ListenerAddress& address,
                             observe::Metrics& metrics) {
  EFD_ASSIGN(std::optional<net::Address> fixed, fixed_address(address));
  auto make_session = [this, fixed](net::Connection& connection) {
    return std::make_unique<Session>(service_, connection, advertised_to(connection, fixed));
  };
  EFD_ASSIGN(auto listener, net::listen(loops, address.bind, make_session,
                                        listener_options(service_.options, address.name, metrics)));
  listeners_.push_back(std::move(listener));
  return {};
}

std::vector<net::Address> KafkaServer::addresses() const {
  std::vector<net::Address> addresses;
  for (const auto& listener : listeners_) addresses.push_back(listener->address());
  return addresses;
}

size_t KafkaServer::connections() const {
  size_t connections = 0;
  for (const auto& listener : listeners_) connections += listener->connections();
  return connections;
}

}  // namespace efd::kafka
