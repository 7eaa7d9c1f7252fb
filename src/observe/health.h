// SPDX-License-Identifier: MIT
// Whether the program does its work, in the words of InfluxDB's GET /health.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace efd::observe {

// What a sick part takes away. Without queries there is no intake either: the program has not begun
// yet.
enum class Stops { nothing, intake, queries };

struct CheckResult {
  std::string message = {};  // what is wrong, and what to do; empty: the part is well
  Stops stops = Stops::nothing;
  bool pass() const { return message.empty(); }
};

// Named checks, asked at each request. Thread-safe.
class Health {
 public:
  // Replaces the check of that name. It is called by the threads that ask, several at a time, and
  // may take a few seconds at most.
  void set_check(const std::string& name, std::function<CheckResult()> check);

  // In order of name.
  struct Report {
    std::vector<std::pair<std::string, CheckResult>> checks;

    // True when no sick part takes `what` away.
    bool goes_on(Stops what) const { return message(what).empty(); }
    // "NAME: MESSAGE" of the first sick part that takes at least `what` away; "" when there is
    // none.
    std::string message(Stops what) const;
  };
  Report report() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::function<CheckResult()>> checks_;
};

}  // namespace efd::observe
