// SPDX-License-Identifier: MIT
// The whole job by its first seeds; `./dev simulate` takes more. A seed is worth what its story is
// worth: it must be the same each time that it is told.
#include <gtest/gtest.h>

#include "observe/log.h"
#include "simulation/run.h"
#include "system/testing/seeds.h"

namespace efd::simulation {
namespace {

TEST(Simulation, NothingIsLostDoubledOrWrong) {
  observe::start_logging(observe::Level::off);  // thousands of cuts are no news
  for (uint64_t seed = 1; seed <= system::seeds_or(200); ++seed)
    EXPECT_EQ(simulation::Run(seed).run().failure, "");
}

TEST(Simulation, TheSameSeedGivesTheSameRun) {
  observe::start_logging(observe::Level::off);
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Report first = simulation::Run(seed).run();
    Report second = simulation::Run(seed).run();
    EXPECT_EQ(first.story, second.story) << "seed " << seed;
    EXPECT_EQ(first.hash, second.hash);
  }
}

}  // namespace
}  // namespace efd::simulation
