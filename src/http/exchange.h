// SPDX-License-Identifier: MIT
// Exchange: one request on its way through a pool, to its answer. For http's own .cc files.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/refusal.h"
#include "http/server_share.h"
#include "net/session.h"

namespace efd::http {

// The session's side; called on the connection's loop, and not when the connection has gone.
class AnswerEnd {
 public:
  virtual ~AnswerEnd() = default;
  // The answer to the request in work has left.
  virtual void on_answered(bool keep_alive) = 0;
  // It has been broken off.
  virtual void on_aborted() = 0;
};

struct Exchange {
  std::shared_ptr<ServerShare> share;
  const Router::Route& route;
  Request request;
  ResponseForm form;
  net::ConnectionHandle handle;
  AnswerEnd& end;
  net::MemoryClaim claim;
  std::optional<Refusal> refusal = {};
  bool is_admitted = false;  // or refused: admit() has run
};

// Completes a request before its handler runs: finds its caller, authorizes it, and decompresses
// the body.
std::optional<Refusal> admit(const ServerShare& share, const Router::Route& route, Request& request,
                             net::MemoryClaim& claim);

void send_refusal(const ServerShare& share, Response& response, const Refusal& refusal);

// A handler that answers before it returns.
void run_handler(const ServerShare& share, const Router::Route& route, const Request& request,
                 Response& response);

// Overload is never a 4xx, which clients do not try again.
void send_busy(const ServerShare& share, ResponseSink& sink, const ResponseForm& form,
               const std::string& why);

net::PoolTask task_of(std::shared_ptr<Exchange> exchange, const RouteOptions& options);

}  // namespace efd::http
