// SPDX-License-Identifier: MIT
#include "sal/schema_files.h"

#include <algorithm>
#include <unordered_set>

#include "json/value.h"

namespace efd::sal {
namespace {

constexpr std::string_view kExtension = ".json";
constexpr uint64_t kSchemaBytesMax = 16u << 20;

class SchemaFolder {
 public:
  SchemaFolder(const Conversion& conversion, const std::string& directory,
               const WriteOptions& options, system::FileSystem& files)
      : conversion_(conversion), directory_(directory), options_(options), files_(files) {}

  Result<WriteSummary> write() {
    EFD_TRY(files_.make_directories(directory_));
    for (size_t i = 0; i < conversion_.topics.size(); ++i) {
      EFD_TRY(write_one(conversion_.topics[i]));
      if (options_.progress) options_.progress(i + 1, conversion_.topics.size());
    }
    if (options_.prune) EFD_TRY(prune());
    return std::move(summary_);
  }

 private:
  std::string path_of(const std::string& name) const { return directory_ + "/" + name; }

  Result<> write_one(const ConvertedTopic& topic) {
    const std::string path = path_of(topic.efdb_topic() + std::string(kExtension));
    const auto present = system::read_file(files_, path, kSchemaBytesMax);
    if (present && *present == topic.schema_file) {
      ++summary_.unchanged;
      return {};
    }
    EFD_TRY(replace(path, topic.schema_file));
    ++summary_.written;
    return {};
  }

  // Without syncing each file, which takes 10 ms: what a power cut spoils, the next run finds
  // changed and writes again.
  Result<> replace(const std::string& path, std::string_view content) {
    const std::string beside = path + ".new";
    {
      EFD_ASSIGN(const auto file, files_.open(beside, system::Open::create));
      EFD_TRY(file->truncate(0));
      EFD_TRY(file->write_at(0, content));
    }
    return files_.rename(beside, path);
  }

  Result<> prune() {
    summary_.prune_refused = conversion_.failed_files > 0;
    if (summary_.prune_refused) return {};
    const auto alive = topics_alive();
    EFD_ASSIGN(const auto entries, files_.list(directory_));
    for (const system::DirectoryEntry& entry : entries) {
      if (entry.is_directory || !is_stale(entry.name, alive)) continue;
      EFD_TRY(files_.remove(path_of(entry.name)));
      summary_.pruned.push_back(entry.name);
    }
    return {};
  }

  std::unordered_set<std::string> topics_alive() const {
    std::unordered_set<std::string> alive(conversion_.failed_topics.begin(),
                                          conversion_.failed_topics.end());
    for (const ConvertedTopic& topic : conversion_.topics) alive.insert(topic.efdb_topic());
    return alive;
  }

  // Only a file whose content says that it is the schema of the topic that it is named after is
  // ours.
  bool is_stale(const std::string& name, const std::unordered_set<std::string>& alive) const {
    if (name.size() <= kExtension.size() || !name.ends_with(kExtension)) return false;
    const std::string topic = name.substr(0, name.size() - kExtension.size());
    if (alive.contains(topic)) return false;
    const auto text = system::read_file(files_, path_of(name), kSchemaBytesMax);
    if (!text) return false;
    const auto schema = json::parse(*text);
    return schema && is_schema_of(*schema, topic) && is_selected(*schema);
  }

  static bool is_schema_of(const json::Value& schema, const std::string& topic) {
    const std::string* name = schema.find_string("name");
    const std::string* space = schema.find_string("namespace");
    return name != nullptr && *name == topic && space != nullptr && *space == kNamespace;
  }

  bool is_selected(const json::Value& schema) const {
    const auto& selected = options_.subsystems;
    const std::string* subsystem = schema.find_string("sal_subsystem");
    return selected.empty() || (subsystem != nullptr && std::find(selected.begin(), selected.end(),
                                                                  *subsystem) != selected.end());
  }

  const Conversion& conversion_;
  const std::string& directory_;
  const WriteOptions& options_;
  system::FileSystem& files_;
  WriteSummary summary_;
};

}  // namespace

Result<WriteSummary> write_schemas(const Conversion& conversion, const std::string& directory,
                                   const WriteOptions& options, system::FileSystem& files) {
  return SchemaFolder(conversion, directory, options, files).write();
}

}  // namespace efd::sal
