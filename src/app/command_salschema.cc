// SPDX-License-Identifier: MIT
#include <cstdio>

#include <fmt/core.h>

#include "app/commands.h"
#include "app/print_error.h"
#include "json/value.h"
#include "observe/progress.h"
#include "registry/confluent_registry.h"
#include "sal/conversion.h"
#include "sal/schema_files.h"

namespace efd::app {
namespace {

constexpr size_t kProblemsPrintedMax = 100;

struct Outcome {
  sal::Conversion conversion;
  sal::WriteSummary written;
  size_t uploaded = 0;
};

Result<sal::Conversion> convert(const SalschemaOptions& options) {
  observe::Progress progress("converting");
  sal::ConversionOptions conversion{.subsystems = options.subsystems};
  conversion.progress = [&](size_t done, size_t total) { progress.show(done, total); };
  return sal::convert(options.source, conversion);
}

Result<size_t> upload(const sal::Conversion& conversion, const std::string& registry_url) {
  EFD_ASSIGN(auto registry, registry::ConfluentRegistry::open(registry_url));
  observe::Progress progress("registering");
  size_t done = 0;
  for (const sal::ConvertedTopic& topic : conversion.topics) {
    Subject subject(fmt::format("{}.{}", sal::kNamespace, topic.efdb_topic()));
    EFD_TRY(registry->add(subject, topic.schema_text));
    progress.show(++done, conversion.topics.size());
  }
  return done;
}

void print_problems(const sal::Conversion& conversion) {
  size_t printed = 0;
  for (const sal::Problem& problem : conversion.problems) {
    if (printed++ == kProblemsPrintedMax) break;
    fmt::print(stderr, "{}\n", sal::to_string(problem));
  }
  if (conversion.problem_count > printed)
    fmt::print(stderr, "... and {} more\n", conversion.problem_count - printed);
}

void print_summary(const SalschemaOptions& options, const Outcome& outcome) {
  const sal::Conversion& conversion = outcome.conversion;
  if (options.json) {
    json::Value::Array problems;
    for (const sal::Problem& problem : conversion.problems)
      problems.push_back(json::Value::Object{{"file", problem.file},
                                             {"line", problem.line},
                                             {"topic", problem.topic},
                                             {"reason", problem.reason}});
    json::Value summary(json::Value::Object{
        {"files", conversion.files},
        {"topics", conversion.topics.size()},
        {"commands", conversion.count(sal::Kind::command)},
        {"events", conversion.count(sal::Kind::event)},
        {"telemetry", conversion.count(sal::Kind::telemetry)},
        {"failed_topics", conversion.failed_topics.size()},
        {"failed_files", conversion.failed_files},
        {"written", outcome.written.written},
        {"unchanged", outcome.written.unchanged},
        {"pruned", outcome.written.pruned.size()},
        {"uploaded", outcome.uploaded},
        {"problems", problems},
    });
    fmt::print("{}\n", json::dump(summary));
    return;
  }
  std::FILE* to = options.print ? stderr : stdout;
  fmt::print(to, "{} topics of {} files: {} commands, {} events, {} telemetry\n",
             conversion.topics.size(), conversion.files, conversion.count(sal::Kind::command),
             conversion.count(sal::Kind::event), conversion.count(sal::Kind::telemetry));
  if (!options.write_directory.empty())
    fmt::print(to, "{}: {} written, {} unchanged, {} removed\n", options.write_directory,
               outcome.written.written, outcome.written.unchanged, outcome.written.pruned.size());
  if (outcome.written.prune_refused)
    fmt::print(stderr, "nothing was removed: some XML files could not be read\n");
  if (options.upload) fmt::print(to, "{} registered\n", outcome.uploaded);
  if (!conversion.ok())
    fmt::print(stderr, "{} problems: {} topics and {} files were not converted\n",
               conversion.problem_count, conversion.failed_topics.size(), conversion.failed_files);
}

Result<Outcome> convert_and_write(const SalschemaOptions& options) {
  Outcome outcome;
  EFD_ASSIGN(outcome.conversion, convert(options));
  if (options.print)
    for (const sal::ConvertedTopic& topic : outcome.conversion.topics)
      fmt::print("{}\n", topic.schema_file);
  if (!options.write_directory.empty()) {
    sal::WriteOptions write{.prune = options.prune, .subsystems = options.subsystems};
    EFD_ASSIGN(outcome.written,
               sal::write_schemas(outcome.conversion, options.write_directory, write));
  }
  if (options.upload) {
    EFD_ASSIGN(outcome.uploaded, upload(outcome.conversion, options.targets.registry_url));
  }
  return outcome;
}

}  // namespace

int run_salschema_convert(const SalschemaOptions& options) {
  auto outcome = convert_and_write(options);
  if (!outcome) return print_error(outcome.error().message);
  print_problems(outcome->conversion);
  print_summary(options, *outcome);
  return outcome->conversion.ok() ? kOk : kFailed;
}

}  // namespace efd::app
