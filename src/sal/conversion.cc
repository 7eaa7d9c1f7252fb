// SPDX-License-Identifier: MIT
#include "sal/conversion.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/core.h>

#include "sal/dialect_2019.h"
#include "sal/topic.h"

namespace efd::sal {
namespace {

TopicSchema convert_topic(Dialect dialect, const Topic& topic, std::vector<Problem>& problems) {
  switch (dialect) {
    case Dialect::sal2019:
      break;
  }
  return convert_topic_2019(topic, problems);
}

SalTypes sal_types_of(const Topic& topic) {
  SalTypes types;
  for (const Item& item : topic.items) types.emplace(item.text("EFDB_Name"), item.text("IDL_Type"));
  return types;
}

class Converter {
 public:
  explicit Converter(const ConversionOptions& options) : options_(options) {}

  Conversion convert(const XmlFiles& files) {
    result_.files = files.files.size() + files.problems.size();
    for (const Problem& problem : files.problems) fail_file(problem);
    for (size_t i = 0; i < files.files.size(); ++i) {
      convert_file(files.files[i]);
      if (options_.progress) options_.progress(i + 1, files.files.size());
    }
    for (ConvertedTopic& topic : result_.topics)
      topic.is_keyed = keyed_.contains(topic.subsystem());
    return std::move(result_);
  }

 private:
  void keep(Problem problem) {
    ++result_.problem_count;
    if (result_.problems.size() < kProblemsMax) result_.problems.push_back(std::move(problem));
  }

  void fail_file(Problem problem) {
    ++result_.failed_files;
    keep(std::move(problem));
  }

  void convert_file(const XmlFile& file) {
    auto root = parse_xml(file.path, file.content, options_.xml);
    if (!root) return fail_file(std::move(root.error()));
    if (root->name == "SALSubsystems") return note_keyed(*root);
    for (const Topic& topic : topics_of(file.path, std::move(*root))) {
      if (is_selected(topic.subsystem())) convert_one(topic);
    }
  }

  void note_keyed(const XmlElement& subsystems) {
    for (const XmlElement& subsystem : subsystems.children) {
      const XmlElement* name = subsystem.child("Name");
      const XmlElement* instances = subsystem.child("Enumeration");
      const bool is_keyed = instances != nullptr && !stripped(instances->text).empty();
      if (name != nullptr && is_keyed) keyed_.emplace(stripped(name->text));
    }
  }

  bool is_selected(std::string_view subsystem) const {
    const auto& selected = options_.subsystems;
    return selected.empty() ||
           std::find(selected.begin(), selected.end(), subsystem) != selected.end();
  }

  void convert_one(const Topic& topic) {
    std::vector<Problem> problems;
    check_name_is_new(topic, problems);
    TopicSchema converted = convert_topic(options_.dialect, topic, problems);
    if (!problems.empty()) return fail_topic(topic, std::move(problems));
    result_.topics.push_back({std::move(converted.shape), topic.file, topic.element.line,
                              json::dump(converted.schema, json::Style::python(2, true)),
                              json::dump(converted.schema), sal_types_of(topic), false});
  }

  void check_name_is_new(const Topic& topic, std::vector<Problem>& problems) {
    if (topic.name.empty()) return;
    const std::string here = fmt::format("{}:{}", topic.file, topic.element.line);
    const auto [earlier, added] = places_.emplace(topic.name, here);
    if (added) return;
    problems.push_back({topic.file, topic.element.line, topic.name,
                        fmt::format("defined in {} already; that one stands", earlier->second)});
  }

  void fail_topic(const Topic& topic, std::vector<Problem> problems) {
    if (failed_.insert(topic.name).second || topic.name.empty()) {
      result_.failed_topics.push_back(topic.name);
    }
    for (Problem& problem : problems) keep(std::move(problem));
  }

  const ConversionOptions& options_;
  Conversion result_;
  std::unordered_map<std::string, std::string> places_;  // of topics, by name
  std::unordered_set<std::string> failed_;
  std::unordered_set<std::string> keyed_;  // components
};

}  // namespace

size_t Conversion::count(Kind kind) const {
  return static_cast<size_t>(
      std::count_if(topics.begin(), topics.end(),
                    [&](const ConvertedTopic& topic) { return topic.kind() == kind; }));
}

const ConvertedTopic* Conversion::find(std::string_view efdb_topic) const {
  const auto found = std::find_if(topics.begin(), topics.end(), [&](const ConvertedTopic& topic) {
    return topic.efdb_topic() == efdb_topic;
  });
  return found == topics.end() ? nullptr : &*found;
}

Result<Conversion> convert(const std::string& path, const ConversionOptions& options) {
  EFD_ASSIGN(const XmlFiles files, read_xml_files(path, options.files_limits));
  Conversion conversion = convert_files(files, options);
  if (conversion.topics.empty() && conversion.ok()) {
    return fail(ErrorCode::not_found, "{}: no SAL topics in it ({} XML files{})", path,
                conversion.files, options.subsystems.empty() ? "" : ", subsystems selected");
  }
  return conversion;
}

Conversion convert_files(const XmlFiles& files, const ConversionOptions& options) {
  return Converter(options).convert(files);
}

}  // namespace efd::sal
