// SPDX-License-Identifier: MIT
// simulate [SEED]: 1,000 seeds, or the story of one. Ends with 1 when one went wrong.
//   simulate FIRST LAST   those between
#include <cstdlib>

#include <fmt/core.h>

#include "observe/log.h"
#include "simulation/run.h"

namespace efd::simulation {
namespace {

constexpr uint64_t kSeedsDefault = 1000;

int tell_story(uint64_t seed) {
  Report report = Run(seed).run();
  for (const std::string& line : report.story) fmt::print("{}\n", line);
  fmt::print("seed {}: {}\n", seed, to_text(report));
  return report.failure.empty() ? 0 : 1;
}

int run_all(uint64_t first, uint64_t last) {
  size_t messages = 0, acknowledged = 0, failures = 0;
  for (uint64_t seed = first; seed <= last; ++seed) {
    Report report = Run(seed).run();
    messages += report.messages;
    acknowledged += report.acknowledged;
    if (report.failure.empty()) continue;
    ++failures;
    fmt::print("{}\n", report.failure);
  }
  fmt::print("{} seeds: {} messages, {} acknowledged as durable, {} failures\n", last - first + 1,
             messages, acknowledged, failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace efd::simulation

int main(int count, char** arguments) {
  using namespace efd::simulation;
  efd::observe::start_logging(efd::observe::Level::off);  // thousands of cuts are no news
  auto number = [&](int i) { return std::strtoull(arguments[i], nullptr, 10); };
  if (count == 2) return tell_story(number(1));
  return count == 3 ? run_all(number(1), number(2)) : run_all(1, kSeedsDefault);
}
