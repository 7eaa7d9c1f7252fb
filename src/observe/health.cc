// SPDX-License-Identifier: MIT
#include "observe/health.h"

namespace efd::observe {

void Health::set_check(const std::string& name, std::function<CheckResult()> check) {
  std::lock_guard lock(mutex_);
  checks_[name] = std::move(check);
}

Health::Report Health::report() const {
  std::map<std::string, std::function<CheckResult()>> checks;
  {
    std::lock_guard lock(mutex_);
    checks = checks_;
  }
  Report report;
  for (const auto& [name, check] : checks) report.checks.emplace_back(name, check());
  return report;
}

std::string Health::Report::message(Stops what) const {
  for (const auto& [name, check] : checks)
    if (!check.pass() && check.stops >= what) return name + ": " + check.message;
  return "";
}

}  // namespace efd::observe
