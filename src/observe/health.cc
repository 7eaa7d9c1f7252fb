// SPDX-License-Identifier: MIT
#include "observe/health.h"

namespace efd::observe {

void Health::set_check(const std::string& name, std::function<CheckResult()> check) {
  std::lock_guard lock(mutex_);
  checks_[name] = std::move(check);
}

Health::Report Health::report() const {
  std::lock_guard lock(mutex_);
  Report report;
  for (const auto& [name, check] : checks_) {
    CheckResult result = check();
    if (!result.pass && report.pass) {
      report.pass = false;
      report.message = name + ": " + result.message;
    }
    report.checks.emplace_back(name, std::move(result));
  }
  if (report.pass) report.message = "ready for queries and writes";
  return report;
}

}  // namespace efd::observe
