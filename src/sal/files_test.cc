// SPDX-License-Identifier: MIT
// Sources on disk, and the folder of schemas.
#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "sal/conversion.h"
#include "sal/schema_files.h"
#include "system/file_system.h"

namespace efd::sal {
namespace {

using ::testing::HasSubstr;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = ::testing::TempDir() + "/sal_XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { (void)system::remove_tree(system::posix_file_system(), path_).has_value(); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void write_file(const std::string& path, std::string_view content) {
  auto& files = system::posix_file_system();
  ASSERT_TRUE(files.make_directories(system::parent_path(path)));
  ASSERT_TRUE(system::replace_file(files, path, content));
}

struct Entry {
  std::string name;
  std::string content;
  std::string link;
};

using AddFilter = int (*)(archive*);
using SetFormat = int (*)(archive*);

void write_archive(const std::string& path, SetFormat format, AddFilter filter,
                   const std::vector<Entry>& entries) {
  archive* writer = archive_write_new();
  format(writer);
  filter(writer);
  ASSERT_EQ(archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
  for (const Entry& entry : entries) {
    archive_entry* header = archive_entry_new();
    archive_entry_set_pathname(header, entry.name.c_str());
    archive_entry_set_filetype(header, entry.link.empty() ? AE_IFREG : AE_IFLNK);
    archive_entry_set_perm(header, 0644);
    if (!entry.link.empty()) archive_entry_set_symlink(header, entry.link.c_str());
    archive_entry_set_size(header, static_cast<la_int64_t>(entry.content.size()));
    ASSERT_EQ(archive_write_header(writer, header), ARCHIVE_OK) << archive_error_string(writer);
    archive_write_data(writer, entry.content.data(), entry.content.size());
    archive_entry_free(header);
  }
  archive_write_free(writer);
}

std::vector<std::string> paths(const XmlFiles& source) {
  std::vector<std::string> names;
  for (const XmlFile& file : source.files) names.push_back(file.path);
  return names;
}

std::vector<std::string> problems(const XmlFiles& source) {
  std::vector<std::string> texts;
  for (const Problem& problem : source.problems) texts.push_back(to_string(problem));
  return texts;
}

using Names = std::vector<std::string>;

const std::vector<Entry> kEntries = {
    {"t/b.xml", "<b/>", ""}, {"t/a.xml", "<a/>", ""}, {"t/README", "text", ""}};

TEST(XmlFiles, ReadsEveryKindOfArchive) {
  struct Kind {
    const char* name;
    SetFormat format;
    AddFilter filter;
  };
  for (const Kind& kind :
       {Kind{"s.tar", archive_write_set_format_pax, archive_write_add_filter_none},
        Kind{"s.tar.gz", archive_write_set_format_pax, archive_write_add_filter_gzip},
        Kind{"s.tar.xz", archive_write_set_format_ustar, archive_write_add_filter_xz},
        Kind{"s.tar.zst", archive_write_set_format_gnutar, archive_write_add_filter_zstd},
        Kind{"s.zip", archive_write_set_format_zip, archive_write_add_filter_none}}) {
    const TemporaryFolder folder;
    write_archive(folder / kind.name, kind.format, kind.filter, kEntries);
    const Result<XmlFiles> source = read_xml_files(folder / kind.name);
    ASSERT_TRUE(source) << kind.name << ": " << source.error().message;
    EXPECT_EQ(paths(*source), (Names{"t/a.xml", "t/b.xml"})) << kind.name;
    EXPECT_EQ(source->files[0].content, "<a/>") << kind.name;
  }
}

TEST(XmlFiles, ReadsFoldersAndSingleFiles) {
  const TemporaryFolder folder;
  write_file(folder / "b/x.xml", "<x/>");
  write_file(folder / "a.xml", "<a/>");
  write_file(folder / "a.txt", "text");
  EXPECT_EQ(paths(*read_xml_files(folder.path())), (Names{"a.xml", "b/x.xml"}));
  EXPECT_EQ(paths(*read_xml_files(folder / "b/x.xml")), Names{"x.xml"});
}

TEST(XmlFiles, TakesOnlyInterfacesWhereThereAreSome) {
  const TemporaryFolder folder;
  write_file(folder / "sal_interfaces/T/x.xml", "<x/>");
  write_file(folder / "other/y.xml", "<y/>");
  EXPECT_EQ(paths(*read_xml_files(folder.path())), Names{"sal_interfaces/T/x.xml"});
}

TEST(XmlFiles, WhatIsNoSourceIsRefused) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_xml_files(folder / "absent").error().code, ErrorCode::not_found);
  write_file(folder / "x.tar", "this is no archive");
  EXPECT_EQ(read_xml_files(folder / "x.tar").error().code, ErrorCode::bad_input);
  EXPECT_THAT(read_xml_files(folder / "x.tar").error().message, HasSubstr("a source is a folder"));
  write_archive(folder / "y.tar.gz", archive_write_set_format_pax, archive_write_add_filter_gzip,
                {{"a.xml", std::string(100'000, 'x'), ""}});
  const auto whole = system::read_file(system::posix_file_system(), folder / "y.tar.gz");
  write_file(folder / "y.tar.gz", std::string_view(*whole).substr(0, whole->size() / 2));
  EXPECT_EQ(read_xml_files(folder / "y.tar.gz").error().code, ErrorCode::bad_input);
  EXPECT_THAT(read_xml_files(folder / "y.tar.gz").error().message, HasSubstr("cut short?"));
}

TEST(XmlFiles, UnsafeNamesAndLinksAreReported) {
  const TemporaryFolder folder;
  write_archive(folder / "s.tar", archive_write_set_format_pax, archive_write_add_filter_none,
                {{"../up.xml", "<a/>", ""},
                 {"/root.xml", "<a/>", ""},
                 {"a/../../up.xml", "<a/>", ""},
                 {"link.xml", "", "/etc/passwd"},
                 {"ok..xml", "<a/>", ""}});
  const Result<XmlFiles> source = read_xml_files(folder / "s.tar");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(paths(*source), Names{"ok..xml"});
  const std::string unsafe = ": an absolute name, or one with '..', is not read";
  EXPECT_EQ(problems(*source),
            (Names{"../up.xml" + unsafe, "/root.xml" + unsafe, "a/../../up.xml" + unsafe,
                   "link.xml: a link or special file is not read"}));
}

TEST(XmlFiles, LimitsHold) {
  const TemporaryFolder folder;
  write_archive(folder / "s.tar.gz", archive_write_set_format_pax, archive_write_add_filter_gzip,
                {{"big.xml", std::string(1'000'000, ' '), ""}, {"a.xml", "<a/>", ""}});
  XmlFilesLimits limits;
  limits.file_bytes_max = 1'000;
  const Result<XmlFiles> source = read_xml_files(folder / "s.tar.gz", limits);
  ASSERT_TRUE(source);
  EXPECT_EQ(paths(*source), Names{"a.xml"});
  EXPECT_EQ(problems(*source), Names{"big.xml: larger than 1000 bytes"});
  limits.unpacked_bytes_max = 10'000;
  EXPECT_FALSE(read_xml_files(folder / "s.tar.gz", limits));
  limits = {};
  limits.entries_max = 1;
  EXPECT_FALSE(read_xml_files(folder / "s.tar.gz", limits));
}

TEST(XmlFiles, LimitsHoldInFolders) {
  const TemporaryFolder folder;
  write_file(folder / "a/b/c.xml", std::string(100, ' '));
  write_file(folder / "d.xml", "<d/>");
  XmlFilesLimits limits;
  limits.file_bytes_max = 10;
  const Result<XmlFiles> source = read_xml_files(folder.path(), limits);
  ASSERT_TRUE(source);
  EXPECT_EQ(paths(*source), Names{"d.xml"});
  EXPECT_EQ(source->problems.size(), 1u);
  limits = {};
  limits.folder_depth_max = 1;
  EXPECT_FALSE(read_xml_files(folder.path(), limits));
  limits = {};
  limits.entries_max = 3;
  EXPECT_FALSE(read_xml_files(folder.path(), limits));
  limits = {};
  limits.unpacked_bytes_max = 50;
  EXPECT_FALSE(read_xml_files(folder.path(), limits));
}

Conversion conversion_of(const std::vector<std::string>& topics) {
  XmlFiles source;
  std::string text = "<SALTelemetrySet>";
  for (const std::string& topic : topics) {
    text += "<SALTelemetry><EFDB_Topic>" + topic + "</EFDB_Topic><Subsystem>" +
            topic.substr(0, topic.find('_')) + "</Subsystem></SALTelemetry>";
  }
  source.files.push_back({"x.xml", text + "</SALTelemetrySet>"});
  return convert_files(source);
}

Names names_in(system::FileSystem& files, const std::string& path) {
  Names names;
  const auto entries = files.list(path);
  for (const auto& entry : *entries) names.push_back(entry.name);
  return names;
}

TEST(SchemaFiles, WritesWhatChangedAndPrunesWhatIsStale) {
  const TemporaryFolder folder;
  auto& files = system::posix_file_system();
  write_file(folder / "package.json", "{\"name\":\"package\"}");
  write_file(folder / "T_other.json", "not JSON");
  Result<WriteSummary> summary = write_schemas(conversion_of({"T_a", "T_b", "U_c"}), folder.path());
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->written, 3u);
  EXPECT_EQ(*system::read_file(files, folder / "T_a.json"),
            conversion_of({"T_a"}).topics[0].schema_file);

  WriteOptions prune;
  prune.prune = true;
  prune.subsystems = {"T"};
  summary = write_schemas(conversion_of({"T_a"}), folder.path(), prune);
  EXPECT_EQ(summary->written, 0u);
  EXPECT_EQ(summary->unchanged, 1u);
  EXPECT_EQ(summary->pruned, Names{"T_b.json"});
  prune.subsystems.clear();
  summary = write_schemas(conversion_of({"T_a"}), folder.path(), prune);
  EXPECT_EQ(summary->pruned, Names{"U_c.json"});
  EXPECT_EQ(names_in(files, folder.path()), (Names{"T_a.json", "T_other.json", "package.json"}));
}

TEST(SchemaFiles, WhatFailedIsNotStale) {
  const TemporaryFolder folder;
  WriteOptions prune;
  prune.prune = true;
  ASSERT_TRUE(write_schemas(conversion_of({"T_a", "T_b"}), folder.path()));
  Conversion conversion = conversion_of({"T_a"});
  conversion.failed_topics = {"T_b"};
  EXPECT_TRUE(write_schemas(conversion, folder.path(), prune)->pruned.empty());
  conversion.failed_topics.clear();
  conversion.failed_files = 1;
  const Result<WriteSummary> summary = write_schemas(conversion, folder.path(), prune);
  EXPECT_TRUE(summary->prune_refused);
  EXPECT_TRUE(summary->pruned.empty());
}

TEST(SchemaFiles, AFolderThatCannotBeMadeIsAnError) {
  const TemporaryFolder folder;
  write_file(folder / "file", "x");
  EXPECT_FALSE(write_schemas(conversion_of({"T_a"}), folder / "file/below"));
}

TEST(Convert, ASourceWithoutTopicsIsAnError) {
  const TemporaryFolder folder;
  write_file(folder / "a.xml", "<a/>");
  EXPECT_EQ(convert(folder.path()).error().code, ErrorCode::not_found);
  write_file(folder / "a.xml", "<a>");
  EXPECT_EQ(convert(folder.path())->failed_files, 1u);
}

}  // namespace
}  // namespace efd::sal
