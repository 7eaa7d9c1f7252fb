// SPDX-License-Identifier: MIT
// PoolRequest: a request that is handled whole on a thread that may block, with its own copy of the
// frame.
#pragma once

#include <string>

#include "kafka/dispatch.h"

namespace efd::kafka {

class PoolRequest {
 public:
  PoolRequest(Service& service, Caller caller, net::Address advertised, std::string_view frame)
      : service_(service),
        caller_(std::move(caller)),
        advertised_(std::move(advertised)),
        frame_(frame) {}

  // Decodes, handles, encodes.
  void run();

  bool is_malformed() const { return is_malformed_; }
  const std::string& answer() const { return answer_; }
  // Who the client is, as the handler has left it.
  const Caller& caller() const { return caller_; }

 private:
  Service& service_;
  Caller caller_;
  const net::Address advertised_;
  const std::string frame_;
  bool is_malformed_ = false;
  std::string answer_;
};

}  // namespace efd::kafka
