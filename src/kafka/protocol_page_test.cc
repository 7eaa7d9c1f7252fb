// SPDX-License-Identifier: MIT
// docs/formats/kafka-protocol.md and the code say the same.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "kafka/apis.h"

namespace efd::kafka {
namespace {

std::string versions(const ApiDescription& api) {
  std::string taken = fmt::format("{}-{}", api.first, api.last);
  if (api.first_listed() == api.first) return taken;
  return fmt::format("{}, listed as {}-{}", taken, api.first_listed(), api.last);
}

TEST(ProtocolPage, ListsEveryApi) {
  std::ifstream file(std::string(EFD_SOURCE_DIR) + "/docs/formats/kafka-protocol.md");
  std::stringstream page;
  page << file.rdbuf();
  for (const ApiDescription& api : kApiDescriptions) {
    std::string flexible = api.flexible_since == kNever ? "-" : std::to_string(api.flexible_since);
    std::string row =
        fmt::format("\n| {} | {} | {} | {} |", api.key, api.name, versions(api), flexible);
    EXPECT_NE(page.str().find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace efd::kafka
