// SPDX-License-Identifier: MIT
// The log under power cuts: random work on it, the power fails at a random change of the disk, what
// was not synced is dropped or torn, the log is opened again and compared with a model. Nothing
// acknowledged may be missing, nothing may be there twice or in another order, and producers go on
// where they were. Leaving out any one class of fsync must be noticed.
//
// EFD_SEEDS sets how many seeds are run; a failure names its seed (EFD_SEED runs just that one).
#include <cstdlib>
#include <deque>
#include <memory>

#include <gtest/gtest.h>

#include "broker/testing/power_loss_simulation.h"
#include "observe/log.h"
#include "system/testing/seeds.h"

namespace efd::broker {
namespace {

// 0: all of them.
uint64_t only_seed() {
  const char* text = std::getenv("EFD_SEED");
  return text ? std::strtoull(text, nullptr, 10) : 0;
}

TEST(PowerLoss, NothingAcknowledgedIsLostOrDoubled) {
  observe::start_logging(observe::Level::off);  // thousands of cuts are no news
  uint64_t seeds = system::seeds_or(1000);
  uint64_t only = only_seed();
  uint64_t first = only ? only : 1;
  uint64_t last = only ? only : seeds;
  for (uint64_t seed = first; seed <= last; ++seed) {
    std::string failure = Simulation(seed, {}).run();
    ASSERT_EQ(failure, "");
  }
  std::printf("power-loss seeds of the log: %llu\n",
              static_cast<unsigned long long>(last - first + 1));
}

// What the first seed says that notices when those syncs are left out; empty: none did.
std::string first_notice(const SkipSync& skip) {
  constexpr uint64_t kSeeds = 1000;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed)
    if (std::string failure = Simulation(seed, skip).run(); !failure.empty()) return failure;
  return {};
}

struct LeftOut {
  const char* name;
  SkipSync skip;
};

class PowerLossWithout : public ::testing::TestWithParam<LeftOut> {};

TEST_P(PowerLossWithout, IsNoticed) {
  observe::start_logging(observe::Level::off);  // thousands of cuts are no news
  std::string notice = first_notice(GetParam().skip);
  std::printf("without %s: %s\n", GetParam().name, notice.c_str());
  EXPECT_NE(notice, "");
}

struct Failing {
  const char* name;
  const char* part;
};

class PowerLossWithFailingSync
    : public ::testing::TestWithParam<std::tuple<Failing, ErrorCode, bool>> {};

TEST_P(PowerLossWithFailingSync, LosesNothing) {
  observe::start_logging(observe::Level::off);
  const auto& [failing, code, drops_pages] = GetParam();
  uint64_t seeds = system::seeds_or(100);
  uint64_t only = only_seed();
  for (uint64_t seed = only ? only : 1; seed <= (only ? only : seeds); ++seed) {
    std::string failure =
        Simulation(seed, {}, system::SyncFailure{failing.part, code, drops_pages}).run();
    ASSERT_EQ(failure, "");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, PowerLossWithFailingSync,
    ::testing::Combine(
        ::testing::Values(Failing{"OfWal", ".wal$"}, Failing{"OfWalWrittenAgain", ".wal"},
                          Failing{"OfWalFolder", "/log/wal$"}, Failing{"OfSegments", ".log$"},
                          Failing{"OfSegmentFolders", "-0$"},
                          Failing{"OfCheckpoint", "checkpoint.new$"},
                          Failing{"OfCheckpointCopy", "checkpoint.copy.new$"},
                          Failing{"OfLogFolder", "/log$"}, Failing{"OfAll", "/log"}),
        ::testing::Values(ErrorCode::overload, ErrorCode::give_up), ::testing::Bool()),
    [](const auto& info) {
      return std::string(std::get<0>(info.param).name) +
             (std::get<1>(info.param) == ErrorCode::overload ? "WithoutRoom" : "Broken") +
             (std::get<2>(info.param) ? "DroppingPages" : "");
    });

bool is_file(const SyncCall& call, std::string_view ending) {
  return !call.is_directory && call.path.ends_with(ending);
}
bool is_folder(const SyncCall& call, std::string_view path) {
  return call.is_directory && call.path == path;
}

INSTANTIATE_TEST_SUITE_P(
    Each, PowerLossWithout,
    ::testing::Values(
        LeftOut{"SyncOfWalRecords",
                [](const SyncCall& call) { return is_file(call, ".wal") && call.file_bytes > 40; }},
        LeftOut{"SyncOfReplayedWal",
                [](const SyncCall& call) {
                  return is_file(call, ".wal.new") && call.file_bytes > 40 && call.while_opening;
                }},
        LeftOut{"SyncOfWalHeader",
                [](const SyncCall& call) {
                  return is_file(call, ".wal.new") && call.file_bytes <= 40;
                }},
        LeftOut{"SyncOfWalFolder",
                [](const SyncCall& call) { return is_folder(call, "/log/wal"); }},
        LeftOut{"SyncOfSegments", [](const SyncCall& call) { return is_file(call, ".log"); }},
        LeftOut{"SyncOfSegmentFolders",
                [](const SyncCall& call) {
                  return call.is_directory && call.path.starts_with("/log/t");
                }},
        LeftOut{"SyncOfCheckpoint",
                [](const SyncCall& call) { return is_file(call, "checkpoint.new"); }},
        LeftOut{"SyncOfCheckpointCopy",
                [](const SyncCall& call) { return is_file(call, "checkpoint.copy.new"); }},
        LeftOut{"SyncOfCheckpointRename",
                [](const SyncCall& call) {
                  return is_folder(call, "/log") && call.last == LastName::renamed;
                }},
        LeftOut{"SyncOfNewFolders",
                [](const SyncCall& call) {
                  return is_folder(call, "/log") && call.last == LastName::made;
                }}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace efd::broker
