// SPDX-License-Identifier: MIT
// KafkaServer: an embedded log, open to every client that speaks the Kafka protocol. Which APIs and
// versions: apis.h and docs/formats/kafka-protocol.md.
//
//   EFD_ASSIGN(auto server, KafkaServer::start(loops, *log, *groups, metrics, executor, options));
//   print(server->addresses()[0].to_string());
#pragma once

#include <memory>
#include <vector>

#include "kafka/server_options.h"
#include "kafka/service.h"
#include "net/listener.h"
#include "observe/metrics.h"

namespace efd::kafka {

// Serves from start() to its destruction, which closes all connections and returns when no task of
// its own is left on the executor. Loops, log, groups, metrics and executor outlive it.
// Thread-safe.
class KafkaServer {
 public:
  // Errors: one line for people, as net::listen's.
  static Result<std::unique_ptr<KafkaServer>> start(net::Loops& loops, broker::CommitLog& log,
                                                    groups::GroupCoordinator& groups,
                                                    observe::Metrics& metrics, Executor executor,
                                                    ServerOptions options);
  ~KafkaServer();

  // As bound, in the order of ServerOptions::listeners.
  std::vector<net::Address> addresses() const;
  size_t connections() const;

 private:
  KafkaServer(broker::CommitLog& log, groups::GroupCoordinator& groups, observe::Metrics& metrics,
              Executor executor, ServerOptions options);
  Result<> listen(net::Loops& loops, const ListenerAddress& address, observe::Metrics& metrics);

  Service service_;
  std::vector<std::unique_ptr<net::Listener>> listeners_;
};

}  // namespace efd::kafka
