// SPDX-License-Identifier: MIT
// InfluxProxy: requests of InfluxDB's HTTP interface are handed on to an InfluxDB, its answers
// handed back as they come.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/client.h"
#include "http/request.h"
#include "http/response.h"

namespace efd::query {

// Connections that are kept when nobody uses them.
constexpr size_t kProxyConnectionsKeptMax = 16;
// An InfluxDB that takes longer to answer /ping does not answer queries.
constexpr std::chrono::seconds kPingTimeMax{3};

// Thread-safe.
class InfluxProxy {
 public:
  // bad_input: `url` is not "http://HOST:PORT[/PREFIX]". Does not connect yet.
  static Result<std::unique_ptr<InfluxProxy>> open(std::string_view url);

  // Method, target, headers (with the caller's credentials) and body go on as they are, but for
  // what concerns the connection. `cancelled` when the client goes: the InfluxDB sees that, too.
  // Other errors: nothing was answered, or the answer was broken off (response.has_ended).
  Result<> forward(const http::Request& request, http::Response& response);

  // Asks the InfluxDB whether it is there, for kPingTimeMax at most. The error says why not.
  Result<> ping() const;

 private:
  InfluxProxy(std::string url, http::Client first);
  Result<http::Client> take_client();
  void keep_client(http::Client client);

  const std::string url_;
  std::mutex mutex_;
  std::vector<http::Client> idle_;
};

}  // namespace efd::query
