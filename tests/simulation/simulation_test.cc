// SPDX-License-Identifier: MIT
// The simulation is worth what a seed's story is worth: it must be the same each time that it is
// told. `./dev simulate` judges the whole job by many seeds.
#include <gtest/gtest.h>

#include "observe/log.h"
#include "simulation/run.h"

namespace efd::simulation {
namespace {

TEST(Simulation, TheSameSeedGivesTheSameRun) {
  observe::start_logging(observe::Level::off);  // thousands of cuts are no news
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Report first = simulation::Run(seed).run();
    Report second = simulation::Run(seed).run();
    EXPECT_EQ(first.story, second.story) << "seed " << seed;
    EXPECT_EQ(first.hash, second.hash);
  }
}

}  // namespace
}  // namespace efd::simulation
