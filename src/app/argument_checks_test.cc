// SPDX-License-Identifier: MIT
#include "app/argument_checks.h"

#include <gtest/gtest.h>

namespace efd::app {
namespace {

struct Case {
  Result<> (*check)(std::string_view);
  std::vector<std::string_view> good;
  std::vector<std::string_view> bad;
};

TEST(ArgumentChecks, TakeWhatTheyShould) {
  const Case cases[] = {
      {check_at_least_zero, {"0", "0.5", "1e3"}, {"", "-1", "1s", "nan", "inf", " 1"}},
      {check_above_zero, {"0.05", "20"}, {"0", "-0.5", "nan", "twice"}},
      {check_address, {"127.0.0.1:9100", "localhost:0"}, {"", "9100", "localhost:", "a:99999"}},
      {check_brokers, {"kafka1:9092,kafka2:9092", "kafka1"}, {"", ",a:1", "a:1,", "a:1,,b:2"}},
      {check_broker_setting, {"acks=1", "client.id="}, {"", "acks", "=1"}},
      {check_url, {"http://a:8081", "http://a/prefix"}, {"", "a:8081", "ftp://a:1"}},
  };
  for (const Case& one : cases) {
    for (std::string_view text : one.good) EXPECT_TRUE(one.check(text)) << text;
    for (std::string_view text : one.bad) EXPECT_FALSE(one.check(text)) << text;
  }
}

TEST(ArgumentChecks, SayWhatIsWrong) {
  EXPECT_EQ(check_at_least_zero("-1").error().message, "-1 is less than 0");
  EXPECT_EQ(check_above_zero("0").error().message, "0 is not above 0");
  EXPECT_EQ(check_brokers("a,").error().message, "'a,' is not HOST:PORT,...");
  EXPECT_EQ(check_broker_setting("acks").error().message, "'acks' is not NAME=VALUE");
}

}  // namespace
}  // namespace efd::app
