// SPDX-License-Identifier: MIT
// Whether the program does its work, in the words of InfluxDB's GET /health.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace efd::observe {

struct CheckResult {
  bool pass = true;
  std::string message;
};

// Named checks, asked at each request. Thread-safe.
class Health {
 public:
  // The function must not block; the check of the same name is replaced.
  void set_check(const std::string& name, std::function<CheckResult()> check);

  struct Report {
    bool pass = true;
    std::string message;  // of the first failing check, or "ready for queries and writes"
    std::vector<std::pair<std::string, CheckResult>> checks;
  };
  Report report() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::function<CheckResult()>> checks_;
};

}  // namespace efd::observe
