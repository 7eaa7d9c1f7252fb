// SPDX-License-Identifier: MIT
#include "app/log_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace efd::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Raised {
  uint64_t reserve = 0;
  std::string told;
};

Raised reserve_of(const Settings& settings) {
  testing::internal::CaptureStderr();
  uint64_t reserve = log_options(settings).disk_reserve_bytes;
  return {reserve, testing::internal::GetCapturedStderr()};
}

TEST(LogOptions, AReserveThatLeavesACheckpointNoRoomIsRaised) {
  Settings settings;
  settings.log.wal_bytes_max = 64 << 20;
  for (uint64_t too_little : {uint64_t{0}, settings.log.wal_bytes_max - 1}) {
    settings.log.disk_reserve_bytes = too_little;
    Raised raised = reserve_of(settings);
    EXPECT_EQ(raised.reserve, 64u << 20);
    EXPECT_THAT(raised.told, HasSubstr("log.disk_reserve_bytes = " + std::to_string(too_little)));
    EXPECT_THAT(raised.told, HasSubstr("warn"));
  }
}

TEST(LogOptions, AReserveThatIsEnoughStays) {
  Settings settings;
  EXPECT_THAT(reserve_of(settings).told, IsEmpty());
  EXPECT_EQ(reserve_of(settings).reserve, 512u << 20);
  settings.log.disk_reserve_bytes = settings.log.wal_bytes_max;
  EXPECT_THAT(reserve_of(settings).told, IsEmpty());
}

}  // namespace
}  // namespace efd::app
