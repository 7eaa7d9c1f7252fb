// SPDX-License-Identifier: MIT
#include "app/options.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "system/file_system.h"

namespace efd::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class ConfigurationFile : public ::testing::Test {
 protected:
  Result<> read(const std::string& text) {
    auto& files = system::posix_file_system();
    EXPECT_TRUE(system::replace_file(files, path_, text));
    Result<> result = read_configuration(path_, settings_);
    EXPECT_TRUE(files.remove(path_));
    return result;
  }
  std::string path_ = "/tmp/efd-options-test-" + std::to_string(::getpid()) + ".toml";
  Settings settings_;
};

TEST_F(ConfigurationFile, SetsWhatItNames) {
  ASSERT_TRUE(
      read("data = \"/d\"\n[store]\nflush_interval_ms = 500\n[log]\ndisk_share_max = 0.5\n"));
  EXPECT_EQ(settings_.data, "/d");
  EXPECT_EQ(settings_.store_flush_interval_ms, 500);
  EXPECT_EQ(settings_.log_disk_share_max, 0.5);
}

TEST_F(ConfigurationFile, ErrorsNameFileLineAndTheNearestKey) {
  std::string message = read("[store]\nflush_intervall_ms = 5").error().message;
  EXPECT_THAT(message, HasSubstr(path_ + ":2"));
  EXPECT_THAT(message, HasSubstr("did you mean 'store.flush_interval_ms'?"));
  EXPECT_THAT(read("[log]\ncommit_interval_ms = 0").error().message, HasSubstr("not within 1"));
  // As nanoseconds it would not fit.
  EXPECT_THAT(read("[query]\ntimeout_ms = 9300000000000").error().message, HasSubstr("not within"));
  EXPECT_THAT(read("[observe]\nlog_format = \"never\"").error().message,
              HasSubstr("not one of automatic|human|json"));
  EXPECT_THAT(read("data = ").error().message, HasSubstr(path_ + ":1"));
  EXPECT_THAT(read("data = [1]").error().message, HasSubstr("neither text nor a number"));
}

TEST_F(ConfigurationFile, AddressesAndPatternsAreChecked) {
  EXPECT_THAT(read("[listen]\nkafka = \"localhost\"").error().message,
              HasSubstr(path_ + ":2: listen.kafka: address 'localhost': expected HOST:PORT"));
  EXPECT_FALSE(read("[listen]\ninflux = \"\""));
  EXPECT_TRUE(read("[listen]\nmetrics = \"\""));
  EXPECT_THAT(read("[connector]\ntopics = \"lsst((\"").error().message,
              HasSubstr(path_ + ":2: connector.topics: topic pattern 'lsst((': missing )"));
}

TEST_F(ConfigurationFile, SettingsOfLibrdkafkaAreKeptByItsNames) {
  ASSERT_TRUE(
      read("[broker.librdkafka]\n\"security.protocol\" = \"SSL\"\nsocket.timeout.ms = 5000\n"
           "\"enable.idempotence\" = true\n"));
  EXPECT_THAT(settings_.broker_librdkafka,
              ElementsAre(Pair("enable.idempotence", "true"), Pair("security.protocol", "SSL"),
                          Pair("socket.timeout.ms", "5000")));
}

TEST_F(ConfigurationFile, TheDefaultFileWithoutItsCommentsChangesNothing) {
  std::string text = default_configuration();
  std::string uncommented;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = text.find('\n', begin);
    std::string line = text.substr(begin, end - begin + 1);
    bool setting = line.starts_with("#") && !line.starts_with("# ");
    uncommented += setting ? line.substr(1) : line;
    begin = end + 1;
  }
  ASSERT_TRUE(read(uncommented));
  for (const Option& option : options())
    EXPECT_EQ(value_text(settings_, option), value_text(Settings(), option)) << option.key();
}

TEST(Options, DefaultsAreAllowedAndNamesAreOnce) {
  std::set<std::string> keys;
  for (const Option& option : options()) {
    Settings settings;
    EXPECT_TRUE(keys.insert(option.key()).second) << option.key();
    if (option.key() == "data") continue;
    EXPECT_TRUE(set_option(settings, option.key(), value_text(settings, option))) << option.key();
  }
}

// If this fails: efd config reference > docs/reference/configuration.md
TEST(Options, TheReferencePageIsUpToDate) {
  auto page = system::read_file(system::posix_file_system(),
                                std::string(EFD_SOURCE_DIR) + "/docs/reference/configuration.md");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(*page, configuration_reference());
}

TEST(Nearest, FindsTyposAndNothingElse) {
  std::vector<std::string> words = {"serve", "demo", "query"};
  EXPECT_EQ(nearest("sevre", words), "serve");
  EXPECT_EQ(nearest("xyzzyplugh", words), "");
}

}  // namespace
}  // namespace efd::app
