// SPDX-License-Identifier: MIT
#include "app/command_line.h"

#include <cstdlib>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "app/command_table.h"
#include "app/commands.h"
#include "app/options.h"
#include "app/print_error.h"
#include "app/version.h"
#include "observe/log.h"

namespace efd::app {
namespace {

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

Targets targets_from_environment() {
  Targets targets;
  targets.broker = environment("BROKER", targets.broker);
  targets.registry_url = environment("SCHEMAREGISTRY", targets.registry_url);
  return targets;
}

Arguments arguments_from_environment() {
  Arguments arguments;
  const Targets targets = targets_from_environment();
  for (Targets* of : {&arguments.salschema.targets, &arguments.transform_init.targets,
                      &arguments.transform_run.targets, &arguments.produce.targets,
                      &arguments.consume.targets, &arguments.query.targets})
    *of = targets;
  arguments.demo.run.program = std::filesystem::read_symlink("/proc/self/exe").string();
  return arguments;
}

// The command line as it is put together from the tables: CLI11 parses, the command runs
// afterwards.
class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("efd ") + kVersion);
    app_.footer(
        "Examples:\n"
        "  efd serve --data /var/lib/efd\n"
        "  efd demo --duration 20\n"
        "  efd query 'SELECT * FROM \"lsst.sal.MTMount_Azimuth\" ORDER BY time DESC LIMIT 1'\n"
        "\nEach command has its own --help. Exit codes: 0 ok, 1 failed, 2 usage.");
    for (const Command& command : commands()) add(command);
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& success) {
      return app_.exit(success);
    } catch (const CLI::ParseError& error) {
      return report(error);
    }
    if (chosen_->takes_settings) {
      const CLI::App* command = deepest(&app_);
      if (std::string unknown = take_named_settings(command->remaining()); !unknown.empty())
        return report_unknown(command, unknown);
    }
    observe::start_logging(arguments_.log_level);
    return chosen_->run(arguments_);
  }

 private:
  int usage(const std::string& message) {
    print_error(message);
    return kUsage;
  }

  // One line, with the nearest word for a typo.
  int report(const CLI::ParseError& error) {
    const CLI::App* command = deepest(&app_);
    std::vector<std::string> words = command->remaining(true);
    if (words.empty()) return usage(fmt::format("{} (see {})", error.what(), help_of(command)));
    return report_unknown(command, words.front());
  }

  int report_unknown(const CLI::App* command, const std::string& word) {
    std::string near = nearest(word.substr(0, word.find('=')), words_of(command));
    return usage(fmt::format("'{}' is not known to {}{} (see {})", word, full_name(command),
                             near.empty() ? "" : fmt::format(": did you mean '{}'?", near),
                             help_of(command)));
  }

  static const CLI::App* deepest(const CLI::App* app) {
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return app;
  }

  static std::string full_name(const CLI::App* app) {
    if (!app->get_parent()) return "efd";
    return full_name(app->get_parent()) + " " + app->get_name();
  }

  static std::string help_of(const CLI::App* app) { return full_name(app) + " --help"; }

  static std::vector<std::string> words_of(const CLI::App* app) {
    std::vector<std::string> words;
    for (const CLI::App* command : app->get_subcommands([](const CLI::App*) { return true; }))
      words.push_back(command->get_name());
    for (const CLI::Option* option : app->get_options())
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    return words;
  }

  // Words that CLI11 does not know: settings of connectors and listeners whose names are the
  // user's. Returns the first one that is none.
  std::string take_named_settings(const std::vector<std::string>& words) {
    for (size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      const size_t equals = word.find('=');
      const bool is_named = word.starts_with("--connector.") || word.starts_with("--listener.");
      if (!is_named || (equals == word.npos && i + 1 == words.size())) return word;
      const std::string key = word.substr(2, equals == word.npos ? equals : equals - 2);
      arguments_.serve.given[key] = {equals == word.npos ? words[++i] : word.substr(equals + 1)};
    }
    return {};
  }

  void add(const Command& command) {
    const size_t space = command.name.find(' ');
    CLI::App* parent = &app_;
    if (space != command.name.npos)
      parent = app_.get_subcommand(std::string(command.name.substr(0, space)));
    CLI::App* app = parent->add_subcommand(std::string(command.name.substr(space + 1)),
                                           std::string(command.what));
    if (!command.more.empty()) app->footer(std::string(command.more));  // else its group's
    if (!command.run) {
      app->require_subcommand(1);
      return;
    }
    app->callback([this, &command] { chosen_ = &command; });
    for (const ArgumentGroup& group : command.arguments)
      for (const Option& option : group.options)
        add(app, option, option.at(group.object(&arguments_)));
    if (command.takes_settings) add_settings(app);
  }

  void add(CLI::App* app, const Option& option, const Place& place) {
    const std::string name(option.flag.empty() ? option.name : option.flag);
    CLI::callback_t set = [&option, place, name](const CLI::results_t& texts) {
      if (auto done = set_value(option, place, texts); !done)
        throw CLI::ValidationError(name, done.error().message);
      return true;
    };
    CLI::Option* added = nullptr;
    if (bool* const* flag = std::get_if<bool*>(&place)) {
      added = app->add_flag_callback(name, [at = *flag] { *at = true; }, std::string(option.help));
    } else {
      added = app->add_option(name, set, std::string(option.help));
      describe(added, option, place);
    }
    added->required(option.is_required);
    if (!option.needs.empty()) added->needs(app->get_option(std::string(option.needs)));
    if (!option.excludes.empty()) added->excludes(app->get_option(std::string(option.excludes)));
  }

  // What the help says of a value, and how many of them there may be.
  static void describe(CLI::Option* added, const Option& option, const Place& place) {
    const bool is_list = std::holds_alternative<std::vector<std::string>*>(place);
    added->type_name(option.choices.empty() ? "VALUE" : std::string(option.choices));
    if (!option.is_required) added->default_str(value_text(place, option));
    if (!is_list) return;
    added->expected(1, CLI::detail::expected_max_vector_size)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(option.flag.empty());
  }

  // Each as --SECTION.NAME, and by its own flag.
  void add_settings(CLI::App* app) {
    app->allow_extras();
    for (const Option& option : options()) {
      if (option.section == "listener") continue;  // every one has a name
      std::string names = "--" + option.key();
      if (!option.flag.empty() && option.flag != names) names += "," + std::string(option.flag);
      CLI::callback_t take = [this, &option](const CLI::results_t& texts) {
        arguments_.serve.given[option.key()] = texts;
        return true;
      };
      CLI::Option* added = app->add_option(names, take, std::string(option.help));
      describe(added, option, place_in(defaults_, option));
      added->group(option.flag.empty() ? "Settings" : "Options");
    }
  }

  CLI::App app_{
      "The Engineering and Facilities Database: SAL messages in over Kafka, time series out "
      "over InfluxQL.",
      "efd"};
  Arguments arguments_ = arguments_from_environment();
  Settings defaults_;
  const Command* chosen_ = nullptr;
};

}  // namespace

int run_command_line(int argc, char** argv) {
  return CommandLine().run(argc, argv);
}

}  // namespace efd::app
