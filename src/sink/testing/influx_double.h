// SPDX-License-Identifier: MIT
// For tests: an InfluxDB in this process. It keeps lines by measurement and time, and fails as it
// is told to.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "codec/compression.h"
#include "http/testing/http_test_server.h"

namespace efd::sink {

class InfluxDouble {
 public:
  using Answer = std::pair<int, std::string>;  // status (0: breaks off), InfluxDB's error

  // Thread-safe, but set them while nothing is under way.
  std::function<std::optional<Answer>(const std::string& lines)> fails;  // nothing is stored then
  std::function<std::string(const std::string& line)> refuses;           // the reason, or ""
  std::set<std::string> databases{"efd"};

  InfluxDouble() : server_(router()) {}
  std::string url() const { return server_.url(); }

  size_t points(const std::string& measurement) {
    std::lock_guard lock(mutex_);
    return points_[measurement].size();
  }
  // The fields of a point as they were written.
  std::string fields(const std::string& measurement, int64_t time_ns) {
    std::lock_guard lock(mutex_);
    return points_[measurement][std::to_string(time_ns)];
  }
  size_t requests() {
    std::lock_guard lock(mutex_);
    return requests_;
  }
  http::Request last_request() {
    std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  http::Router router() {
    http::Router router;
    router.add("POST", "/write", [this](const http::Request& request, http::Response& response) {
      write(request, response);
    });
    router.add("POST", "/query", [this](const http::Request& request, http::Response& response) {
      auto form = request.form();
      std::lock_guard lock(mutex_);
      if (form && form->front().second == "CREATE DATABASE efd") databases.insert("efd");
      response.send(200, {}, "{\"results\":[{\"statement_id\":0}]}\n");
    });
    return router;
  }

  static void answer(http::Response& response, int status, const std::string& error) {
    response.send(status, {{"Content-Type", "application/json"}},
                  "{\"error\":\"" + error + "\"}\n");
  }

  static void break_off(http::Response& response) {
    if (response.begin(200, {}) && response.write("x") && response.flush()) response.abort();
  }

  void write(const http::Request& request, http::Response& response) {
    std::lock_guard lock(mutex_);
    ++requests_;
    last_ = request;
    std::string lines = request.body;
    if (request.headers.find("Content-Encoding") == "gzip")
      lines = *codec::decompress(codec::Compression::gzip, request.body, 64u << 20);
    if (auto failure = fails ? fails(lines) : std::nullopt) {
      if (failure->first == 0) return break_off(response);
      return answer(response, failure->first, failure->second);
    }
    const std::string* database = request.query_value("db");
    if (!database || !databases.contains(*database))
      return answer(response, 404, "database not found: \\\"" + *database + "\\\"");
    take(lines, response);
  }

  void take(const std::string& lines, http::Response& response) {
    size_t dropped = 0;
    std::string reason;
    for (size_t begin = 0, end = 0; begin < lines.size(); begin = end + 1) {
      end = lines.find('\n', begin);
      std::string line = lines.substr(begin, end - begin);
      std::string why = refuses ? refuses(line) : "";
      if (why.empty()) store(line);
      if (!why.empty() && dropped++ == 0) reason = why;
    }
    if (dropped == 0) return response.send(204, {}, "");
    answer(response, 400, "partial write: " + reason + " dropped=" + std::to_string(dropped));
  }

  void store(const std::string& line) {
    size_t fields = line.find(' ') + 1;
    size_t time = line.rfind(' ') + 1;
    points_[line.substr(0, fields - 1)][line.substr(time)] = line.substr(fields, time - 1 - fields);
  }

  std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::string>> points_;  // measurement, time
  size_t requests_ = 0;
  http::Request last_;
  http::TestServer server_;  // last: it calls the rest
};

}  // namespace efd::sink
