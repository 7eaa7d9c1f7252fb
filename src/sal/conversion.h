// SPDX-License-Identifier: MIT
// SAL XML to Avro schemas: what stands behind `efd salschema convert`. A bad topic or file is
// reported and the others are converted.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sal/problem.h"
#include "sal/shape.h"
#include "sal/xml.h"
#include "sal/xml_files.h"

namespace efd::sal {

// Which generation of SAL the XML belongs to, and so how schemas are made of it.
enum class Dialect { sal2019 };

// Most problems that a conversion keeps; above it, only their number.
constexpr size_t kProblemsMax = 10'000;

struct ConversionOptions {
  Dialect dialect = Dialect::sal2019;
  std::vector<std::string> subsystems;  // only these; empty: all
  XmlFilesLimits files_limits;
  XmlLimits xml;
  std::function<void(size_t done, size_t total)> progress;  // after each file
};

struct ConvertedTopic {
  TopicShape shape;
  std::string file;         // of the source
  size_t line = 0;          // in it
  std::string schema_file;  // the schema as in a file: json.dumps(indent=2, sort_keys=True)
  std::string schema_text;  // the same on one line, for a registry
  SalTypes sal_types;       // which the schema does not tell
  // Its component runs in several instances: SALSubsystems.xml gives it an Enumeration. Each of its
  // texts has the instance's index.
  bool is_keyed = false;

  const std::string& efdb_topic() const { return shape.name; }
  const std::string& subsystem() const { return shape.subsystem; }
  Kind kind() const { return shape.kind; }
};

struct Conversion {
  std::vector<ConvertedTopic> topics;  // by file, in file order
  std::vector<Problem> problems;
  size_t problem_count = 0;                // of all problems, kept or not
  std::vector<std::string> failed_topics;  // names, each once; "" for one without a name
  size_t failed_files = 0;                 // files that could not be read at all
  size_t files = 0;

  bool ok() const { return problem_count == 0; }
  size_t count(Kind kind) const;
  const ConvertedTopic* find(std::string_view efdb_topic) const;
};

// Fails only if the source as a whole cannot be read (xml_files.h), or has no topics and no
// problems.
Result<Conversion> convert(const std::string& path, const ConversionOptions& options = {});

// The same for files in memory. Of two topics with one name the second is a problem.
Conversion convert_files(const XmlFiles& files, const ConversionOptions& options = {});

}  // namespace efd::sal
