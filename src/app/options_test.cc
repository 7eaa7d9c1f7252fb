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
  EXPECT_EQ(settings_.store.flush_interval_ms, 500);
  EXPECT_EQ(settings_.log.disk_share_max, 0.5);
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

TEST_F(ConfigurationFile, BooleansAreBooleansAndWhatTheyWereBefore) {
  EXPECT_FALSE(settings_.transforms);
  for (const char* yes : {"true", "\"on\"", "\"true\""}) {
    settings_ = {};
    ASSERT_TRUE(read(fmt::format("[saltransform]\nenabled = {}\n", yes))) << yes;
    EXPECT_TRUE(settings_.transforms) << yes;
  }
  for (const char* no : {"false", "\"off\""}) {
    ASSERT_TRUE(read(fmt::format("[topics]\nauto_create = {}\n", no))) << no;
    EXPECT_FALSE(settings_.kafka.auto_create_topics) << no;
    settings_ = {};
  }
  EXPECT_THAT(read("[topics]\nauto_create = \"maybe\"").error().message,
              HasSubstr(path_ + ":2: topics.auto_create: 'maybe' is not one of true|false"));
}

TEST_F(ConfigurationFile, ListsAreListsAndWhatTheyWereBefore) {
  const std::vector<std::string> both = {"MTMount", "ATDome"};
  for (const char* text : {"[\"MTMount\", \"ATDome\"]", "\"MTMount, ATDome\""}) {
    ASSERT_TRUE(read(fmt::format("[saltransform]\nsubsystems = {}\n", text)));
    EXPECT_EQ(settings_.saltransform.options.subsystems, both) << text;
  }
  EXPECT_THAT(read("[store]\nflush_bytes = [1, 2]").error().message,
              HasSubstr("store.flush_bytes is a list"));
}

TEST_F(ConfigurationFile, ThereAreAsManyConnectorsAsTablesOfThem) {
  ASSERT_TRUE(
      read("[connector]\ndatabase = \"summit\"\n"
           "[connector.dm]\ntopics = \"lsst.dm\\\\..*\"\ntime_rounding = \"truncate\"\n"
           "[connector.\"a.b\"]\ntopics = \"x\"\ngroup = \"g\"\n"));
  ASSERT_EQ(settings_.connectors.size(), 3u);
  EXPECT_EQ(settings_.connectors["efd"].options.database, "summit");
  EXPECT_EQ(settings_.connectors["efd"].options.topics, "lsst\\..*");
  const ConnectorSettings& dm = settings_.connectors["dm"];
  EXPECT_EQ(dm.options.name, ConnectorName("dm"));
  EXPECT_EQ(dm.options.topics, "lsst.dm\\..*");
  EXPECT_EQ(dm.options.database, "efd");
  EXPECT_EQ(dm.options.time_rounding, Rounding::truncate);
  EXPECT_EQ(dm.influx.group, "dm");
  EXPECT_EQ(settings_.connectors["a.b"].influx.group, "g");
  EXPECT_THAT(read("[connector.dm]\ntopcis = \"x\"").error().message,
              HasSubstr("no setting 'connector.dm.topcis'"));
}

TEST_F(ConfigurationFile, ThereAreAsManyListenersAsTablesOfThem) {
  ASSERT_TRUE(
      read("[listen]\ninflux = \"127.0.0.1:1\"\n"
           "[listener.kafka]\nadvertised = \"efd:9092\"\n"
           "[listener.outside]\nprotocol = \"influx\"\nbind = \"0.0.0.0:8087\"\n"));
  ASSERT_EQ(settings_.listeners.size(), 5u);
  EXPECT_EQ(settings_.listeners["influx"].bind, "127.0.0.1:1");
  EXPECT_EQ(settings_.listeners["kafka"].bind, "127.0.0.1:9092");
  EXPECT_EQ(settings_.listeners["kafka"].advertised, "efd:9092");
  EXPECT_EQ(settings_.listeners["outside"].protocol, Protocol::influx);
  EXPECT_EQ(settings_.listeners["outside"].bind, "0.0.0.0:8087");
  EXPECT_THAT(read("[listener.x]\nprotocol = \"smtp\"").error().message,
              HasSubstr("'smtp' is not one of kafka|registry|influx|metrics"));
  EXPECT_FALSE(read("[listener]\nbind = \"127.0.0.1:1\""));
}

// The value that a server has when nobody says anything is the module's own.
TEST(Options, ModulesHaveTheDefaults) {
  const Settings settings;
  EXPECT_EQ(settings.log.message_bytes_max, 1'048'588);  // Kafka's message.max.bytes
  EXPECT_EQ(settings.log.checkpoint_bytes, 64u << 20);
  EXPECT_EQ(settings.query.buckets_max, 1'000'000);
  EXPECT_EQ(settings.query.timeout_ms, 60'000);
  EXPECT_EQ(settings.query.concurrent_max, 16);
  EXPECT_EQ(settings.http.body_bytes_max, 25u << 20);
  EXPECT_EQ(settings.connections.connections_max, 4096u);
  EXPECT_EQ(settings.net.threads, 2u);
  EXPECT_TRUE(settings.influx_writer.creates_database);
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
  Settings defaults;
  for (const Option& option : options())
    EXPECT_EQ(value_text(place_in(settings_, option), option),
              value_text(place_in(defaults, option), option))
        << option.key();
}

TEST(Options, DefaultsAreAllowedAndNamesAreOnce) {
  std::set<std::string> keys;
  for (const Option& option : options()) {
    Settings settings;
    EXPECT_TRUE(keys.insert(option.key()).second) << option.key();
    if (option.key() == "data") continue;
    const Place place = place_in(settings, option);
    const std::vector<std::string> text = {value_text(place, option)};
    EXPECT_TRUE(set_value(option, place, text)) << option.key();
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
