// SPDX-License-Identifier: MIT
#include "net/address.h"

#include <gtest/gtest.h>

namespace efd::net {
namespace {

TEST(Address, ParsesHostAndPort) {
  EXPECT_EQ(*parse_address("127.0.0.1:9092"), (Address{"127.0.0.1", 9092}));
  EXPECT_EQ(*parse_address("localhost:0"), (Address{"localhost", 0}));
  EXPECT_EQ(*parse_address("[::1]:9092"), (Address{"::1", 9092}));
  EXPECT_EQ(parse_address("[::1]:9092")->to_string(), "[::1]:9092");
}

TEST(Address, RefusesWhatIsNone) {
  for (const char* text : {"", "9092", "localhost", "localhost:", ":9092", "h:65536", "h:-1",
                           "h:9092x", "::1:9092", "[]:1", "h: 1"}) {
    auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::bad_input);
  }
}

}  // namespace
}  // namespace efd::net
