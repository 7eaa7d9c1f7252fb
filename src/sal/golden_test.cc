// SPDX-License-Identifier: MIT
// Against the schemas that the original converter published, and the counts of the experiment.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include "sal/conversion.h"
#include "sal/profile.h"
#include "system/file_system.h"

namespace efd::sal {
namespace {

std::string data_path(const std::string& name) {
  const char* shared = std::getenv("EFD_SHARED");
  const std::string root = shared != nullptr ? shared : EFD_SOURCE_DIR "/../shared";
  return root + "/data/sal/" + name;
}

bool is_present(const std::string& path) {
  return *system::posix_file_system().exists(path);
}

#define SKIP_WITHOUT(path) \
  if (!is_present(path)) GTEST_SKIP() << "golden data absent: " << path

// The files of an archive by their names without folders.
std::map<std::string, std::string> unpack(const std::string& path) {
  std::map<std::string, std::string> files;
  archive* reader = archive_read_new();
  archive_read_support_filter_xz(reader);
  archive_read_support_format_tar(reader);
  EXPECT_EQ(archive_read_open_filename(reader, path.c_str(), 65536), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    const std::string name = archive_entry_pathname(entry);
    std::string content(static_cast<size_t>(archive_entry_size(entry)), '\0');
    archive_read_data(reader, content.data(), content.size());
    files[name.substr(name.rfind('/') + 1)] = std::move(content);
  }
  archive_read_free(reader);
  return files;
}

size_t subsystem_count(const Conversion& conversion) {
  std::set<std::string> subsystems;
  for (const ConvertedTopic& topic : conversion.topics) subsystems.insert(topic.subsystem());
  return subsystems.size();
}

bool has_bytes(const TopicShape& shape) {
  for (const Field& field : shape.fields) {
    if (field.type == FieldType::bytes) return true;
  }
  return false;
}

TEST(Golden, SchemasOf2019AreEqualByteForByte) {
  const std::string source = data_path("ts_xml-2019-01.tar.xz");
  SKIP_WITHOUT(source);
  std::map<std::string, std::string> golden = unpack(data_path("avro-2019.tar.xz"));
  ASSERT_EQ(golden.size(), 1228u);
  const Result<Conversion> conversion = convert(source);
  ASSERT_TRUE(conversion) << conversion.error().message;
  EXPECT_TRUE(conversion->ok());
  size_t equal = 0;
  for (const ConvertedTopic& topic : conversion->topics) {
    const auto file = golden.find(topic.efdb_topic() + ".json");
    ASSERT_NE(file, golden.end()) << topic.efdb_topic();
    EXPECT_EQ(topic.schema_file, file->second) << topic.efdb_topic();
    equal += topic.schema_file == file->second;
    golden.erase(file);
  }
  ASSERT_EQ(golden.size(), 1u);
  EXPECT_EQ(golden.begin()->first, "ATHexapod_command_setMaxSpeeds.json");
  std::printf("golden schemas: %zu of 1228 equal; stale: %s\n", equal,
              golden.begin()->first.c_str());
  EXPECT_EQ(equal, 1227u);
  EXPECT_EQ(conversion->count(Kind::command), 341u);
  EXPECT_EQ(conversion->count(Kind::event), 629u);
  EXPECT_EQ(conversion->count(Kind::telemetry), 257u);
  EXPECT_EQ(subsystem_count(*conversion), 66u);
}

TEST(Golden, TreeOfTheExperimentHas1082TopicsAnd33WithBytes) {
  const std::string source = data_path("ts_xml-2019-01-10.tar.xz");
  SKIP_WITHOUT(source);
  const Result<Conversion> conversion = convert(source);
  ASSERT_TRUE(conversion) << conversion.error().message;
  EXPECT_TRUE(conversion->ok());
  size_t with_bytes = 0;
  for (const ConvertedTopic& topic : conversion->topics) with_bytes += has_bytes(topic.shape);
  std::printf("topics of 2019-01-10: %zu, with bytes: %zu\n", conversion->topics.size(),
              with_bytes);
  EXPECT_EQ(conversion->topics.size(), 1082u);
  EXPECT_EQ(with_bytes, 33u);
  EXPECT_EQ(subsystem_count(*conversion), 64u);
}

TEST(Golden, SchemasReadBackAsTheShapesTheyCameFrom) {
  const std::string source = data_path("ts_xml-2019-01.tar.xz");
  SKIP_WITHOUT(source);
  const Result<Conversion> conversion = convert(source);
  ASSERT_TRUE(conversion);
  size_t equal = 0;
  for (const ConvertedTopic& topic : conversion->topics) {
    for (const std::string& text : {topic.schema_file, topic.schema_text}) {
      const Result<TopicShape> shape = shape_of_schema(*json::parse(text));
      ASSERT_TRUE(shape) << shape.error().message;
      EXPECT_EQ(*shape, topic.shape) << topic.efdb_topic();
      equal += *shape == topic.shape;
    }
  }
  EXPECT_EQ(equal, 2 * 1227u);
}

TEST(Golden, BuiltInProfileEqualsTheConvertedXml) {
  const std::string source = data_path("ts_xml-2019-01-10.tar.xz");
  SKIP_WITHOUT(source);
  const Result<Conversion> conversion = convert(source);
  ASSERT_TRUE(conversion);
  const Result<Profile> from_xml = sqr029_from(*conversion);
  ASSERT_TRUE(from_xml) << from_xml.error().message;
  ASSERT_EQ(from_xml->topics.size(), sqr029().topics.size());
  size_t equal = 0;
  for (size_t i = 0; i < sqr029().topics.size(); ++i) {
    const ProfileTopic& ours = sqr029().topics[i];
    EXPECT_EQ(ours.shape, from_xml->topics[i].shape) << ours.shape.name;
    EXPECT_EQ(ours.rates_hz, from_xml->topics[i].rates_hz);
    EXPECT_EQ(ours.is_keyed, from_xml->topics[i].is_keyed) << ours.shape.name;
    const auto read_back = shape_of_schema(schema_of(ours.shape));
    ASSERT_TRUE(read_back) << read_back.error().message;
    equal += *read_back == from_xml->topics[i].shape;
  }
  std::printf("profile sqr-029: %zu of %zu topics equal the converted XML\n", equal,
              sqr029().topics.size());
  EXPECT_EQ(equal, 1049u);
}

TEST(Golden, ProfileEntriesAreTheListsOfTheExperiment) {
  const std::string lists = data_path("seed-experiment-topics.json");
  SKIP_WITHOUT(lists);
  const auto text = system::read_file(system::posix_file_system(), lists);
  ASSERT_TRUE(text);
  const auto document = json::parse(*text);
  ASSERT_TRUE(document);
  std::multiset<std::pair<std::string, int>> wanted;
  for (const json::Value& producer : *document->find("producers")->as_array()) {
    const int rate_hz = static_cast<int>(producer.find("hz")->number());
    for (const json::Value& topic : *producer.find("topics")->as_array()) {
      wanted.emplace(*topic.as_string(), rate_hz);
    }
  }
  std::multiset<std::pair<std::string, int>> ours;
  for (const ProfileTopic& topic : sqr029().topics) {
    for (const int rate_hz : topic.rates_hz) ours.emplace(topic.shape.name, rate_hz);
  }
  EXPECT_EQ(ours.size(), 1051u);
  EXPECT_EQ(ours, wanted);
}

}  // namespace
}  // namespace efd::sal
