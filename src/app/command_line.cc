// SPDX-License-Identifier: MIT
#include "app/command_line.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include <CLI/CLI.hpp>

#include "app/argument_checks.h"
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

// CLI11's own checks of numbers print the greatest double in full.
CLI::Validator must(Result<> (*check)(std::string_view)) {
  return {[check](std::string& text) {
            auto good = check(text);
            return good ? std::string() : good.error().message;
          },
          ""};
}

// The command line as it is put together: CLI11 parses, `action` runs afterwards.
class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    app_.option_defaults()->always_capture_default();
    app_.set_version_flag("--version", std::string("efd ") + kVersion);
    app_.footer(
        "Examples:\n"
        "  efd serve --data /var/lib/efd\n"
        "  efd demo --duration 20\n"
        "  efd query 'SELECT * FROM \"lsst.sal.MTMount_Azimuth\" ORDER BY time DESC LIMIT 1'\n"
        "\nEach command has its own --help. Exit codes: 0 ok, 1 failed, 2 usage.");
    add_serve();
    add_salschema();
    add_saltransform();
    add_salmock();
    add_store();
    add_query();
    add_demo();
    add_log();
    add_config();
  }

  int run(int argc, char** argv) {
    demo_.program = std::filesystem::read_symlink("/proc/self/exe").string();
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& success) {
      return app_.exit(success);
    } catch (const CLI::ParseError& error) {
      return report(error);
    }
    auto level = observe::parse_level(log_level_);
    if (!level) return usage(level.error().message);
    observe::start_logging(*level);
    return action_();
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
    std::string help = command->get_name().empty() ? "efd --help" : full_name(command) + " --help";
    if (words.empty()) return usage(fmt::format("{} (see {})", error.what(), help));
    std::string near = nearest(words.front().substr(0, words.front().find('=')), words_of(command));
    return usage(fmt::format("'{}' is not known to {}{} (see {})", words.front(),
                             full_name(command),
                             near.empty() ? "" : fmt::format(": did you mean '{}'?", near), help));
  }

  static const CLI::App* deepest(const CLI::App* app) {
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return app;
  }

  static std::string full_name(const CLI::App* app) {
    if (!app->get_parent()) return "efd";
    return full_name(app->get_parent()) + " " + app->get_name();
  }

  static std::vector<std::string> words_of(const CLI::App* app) {
    std::vector<std::string> words;
    for (const CLI::App* command : app->get_subcommands([](const CLI::App*) { return true; }))
      words.push_back(command->get_name());
    for (const CLI::Option* option : app->get_options())
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    return words;
  }

  // A command that is nothing without one of its own commands; those inherit the examples.
  CLI::App* add_group(const char* name, const char* what, const char* examples) {
    CLI::App* group = app_.add_subcommand(name, what);
    group->require_subcommand(1);
    group->footer(fmt::format("Examples:\n{}", examples));
    return group;
  }

  // An option that may be repeated. Its default is not shown as "[]".
  static CLI::Option* add_list(CLI::App* command, const char* name, std::vector<std::string>& list,
                               const char* what) {
    return command->add_option(name, list, what)->default_str("");
  }

  CLI::App* add_command(CLI::App* parent, const char* name, const char* what,
                        const std::function<int()>& action) {
    CLI::App* command = parent->add_subcommand(name, what);
    if (action) command->callback([this, action] { action_ = action; });
    return command;
  }

  void add_log_level(CLI::App* command) {
    command->add_option("--log-level", log_level_, "debug, info, warning, error or off");
  }
  static void add_broker_settings(CLI::App* command, std::vector<std::string>& settings) {
    add_list(command, "--broker-set", settings,
             "NAME=VALUE of librdkafka, such as security.protocol=SSL (repeatable)")
        ->check(must(check_broker_setting))
        ->allow_extra_args(false);
  }
  void add_registry(CLI::App* command, Targets& targets) {
    command
        ->add_option("--registry-url", targets.registry_url,
                     "of the schema registry ($SCHEMAREGISTRY)")
        ->check(must(check_url));
  }
  void add_servers(CLI::App* command, Targets& targets) {
    command->add_option("--broker", targets.broker, "HOST:PORT,... of the Kafka broker ($BROKER)")
        ->check(must(check_brokers));
    add_broker_settings(command, targets.broker_settings);
    add_registry(command, targets);
  }
  static void add_metrics(CLI::App* command, std::string& address) {
    command->add_option("--metrics", address, "HOST:PORT for GET /metrics")
        ->check(must(check_address));
  }

  void add_serve() {
    CLI::App* command = add_command(&app_, "serve", "Run the database", {});
    command->callback([this, command] { action_ = [this, command] { return serve(*command); }; });
    command->add_option("--config", config_file_,
                        "TOML file of settings (see `efd config default`)");
    for (const Option& option : options()) {
      std::string names = "--" + option.key();
      if (!option.flag.empty() && option.flag != names) names += "," + std::string(option.flag);
      command->add_option(names, serve_settings_[option.key()], std::string(option.help))
          ->default_str(value_text(Settings(), option))
          ->group(option.flag.empty() ? "Settings" : "Options");
    }
    add_broker_settings(command, serve_broker_settings_);
    command->footer(
        "Examples:\n"
        "  efd serve --data /var/lib/efd\n"
        "  efd serve --data d --kafka 127.0.0.1:0 --registry 127.0.0.1:0 --influx 127.0.0.1:0\n"
        "  efd serve --config efd.toml --store.flush_interval_ms=10000\n"
        "  efd serve --data d --broker kafka1:9092,kafka2:9092 --registry-url "
        "http://registry:8081");
  }

  // A setting that is given goes before the file, also an empty one.
  int serve(const CLI::App& command) {
    Settings settings;
    if (!config_file_.empty())
      if (auto read = read_configuration(config_file_, settings); !read)
        return usage(read.error().message);
    for (const auto& [key, value] : serve_settings_) {
      if (command.count("--" + key) == 0) continue;
      if (auto set = set_option(settings, key, value); !set) return usage(set.error().message);
    }
    for (const auto& [name, value] : parse_broker_settings(serve_broker_settings_))
      settings.broker_librdkafka[name] = value;
    if (settings.data.empty())
      return usage("serve needs --data DIR (or `data` in the configuration file)");
    observe::start_logging(*observe::parse_level(settings.log_level),
                           settings.log_format == "json"    ? observe::LogFormat::json
                           : settings.log_format == "human" ? observe::LogFormat::human
                                                            : observe::LogFormat::automatic);
    return run_serve(settings);
  }

  void add_log() {
    CLI::App* group = add_group("log", "The log's files", "  efd log repair --data /var/lib/efd");
    CLI::App* command =
        add_command(group, "repair", "Find what of a stopped server's log cannot be read; drop it",
                    [this] { return run_log_repair(log_repair_); });
    command->add_option("--data", log_repair_.data, "the server's data folder")->required();
    command->add_flag("--drop", log_repair_.drop,
                      "mend what can be mended, and drop the rest (without it nothing is changed)");
    add_log_level(command);
    command->footer(
        "Says of each damaged place the topic, the offsets and the bytes. Exit code 1: there is\n"
        "damage, and --drop was not given. A file of which nothing can be read stays, as "
        "N.log.aside.\n\n"
        "Examples:\n"
        "  efd log repair --data /var/lib/efd\n"
        "  efd log repair --data /var/lib/efd --drop");
  }

  void add_salschema() {
    CLI::App* group = add_group("salschema", "SAL XML as Avro schemas",
                                "  efd salschema convert ts_xml --write schemas\n"
                                "  efd salschema convert ts_xml.tar.xz --upload");
    CLI::App* command = add_command(group, "convert", "Convert SAL XML to Avro schemas",
                                    [this] { return run_salschema_convert(salschema_); });
    command->add_option("source", salschema_.source, "folder or .tar[.gz|.xz|.zst]/.zip of SAL XML")
        ->required();
    CLI::Option* write = command->add_option("--write", salschema_.write_directory,
                                             "folder for <EFDB_Topic>.json files");
    command
        ->add_flag("--prune", salschema_.prune,
                   "remove files of topics that are gone from that folder")
        ->needs(write);
    command->add_flag("--print", salschema_.print, "print the schemas");
    command->add_flag("--upload", salschema_.upload, "register them, subject = full schema name");
    add_list(command, "--subsystem", salschema_.subsystems, "only this one (repeatable)");
    command->add_flag("--json", salschema_.json, "the summary as JSON");
    add_registry(command, salschema_.targets);
    add_log_level(command);
    command->footer(
        "Examples:\n"
        "  efd salschema convert ts_xml --write schemas\n"
        "  efd salschema convert ts_xml.tar.xz --upload --subsystem MTM1M3");
  }

  void add_saltransform() {
    CLI::App* group = add_group("saltransform", "SAL's text messages to Avro",
                                "  efd saltransform init --xml ts_xml.tar.xz\n"
                                "  efd saltransform run --xml ts_xml.tar.xz");
    CLI::App* init = add_command(group, "init", "Create the topics and register the schemas",
                                 [this] { return run_saltransform_init(transform_init_); });
    init->add_option("--xml", transform_init_.source, "folder or archive of SAL XML")->required();
    add_list(init, "--subsystem", transform_init_.subsystems, "only this one (repeatable)");
    init->add_option("--partitions", transform_init_.partitions, "of each new topic")
        ->check(must(check_above_zero));
    init->add_option("--replicas", transform_init_.replicas,
                     "of each new topic; the cluster's default without")
        ->check(must(check_above_zero));
    add_servers(init, transform_init_.targets);
    add_log_level(init);
    init->footer("Example:\n  efd saltransform init --xml ts_xml.tar.xz --subsystem MTM1M3");
    add_saltransform_run(group);
  }

  void add_saltransform_run(CLI::App* group) {
    SaltransformRunOptions& run = transform_run_;
    CLI::App* command = add_command(group, "run", "Transform until stopped",
                                    [&run] { return run_saltransform_run(run); });
    add_list(command, "--subsystem", run.subsystems, "only this one (repeatable)");
    command
        ->add_option("--auto-offset-reset", run.reset,
                     "where to begin in topics that exist, without a committed offset")
        ->check(CLI::IsMember({"earliest", "latest"}));
    command->add_flag("--rewind-to-start", run.rewinds, "transform everything once more");
    command
        ->add_option("--preamble-order", run.preamble_order,
                     "sal: origin before host; original: host before origin")
        ->check(CLI::IsMember({"sal", "original"}));
    command->add_flag("--latin1", run.latin1, "texts that are not UTF-8 are Latin-1");
    command->add_option("--xml", run.xml,
                        "SAL XML, which alone tells the unsigned types: without it a negative "
                        "number stays one");
    command->add_option(
        "--instance", run.instance,
        "this process' name in the groups: no other's at a time, and the same after a "
        "restart (default: the host's name and saltransform)");
    add_metrics(command, run.metrics);
    add_servers(command, run.targets);
    add_log_level(command);
    command->footer(
        "Reads topics {Component}_{command|event|logevent|telemetry} as they appear, writes\n"
        "lsst.sal.{topic}. Bad messages go to efd.dead-letters with the reason.\n\n"
        "Example:\n  efd saltransform run --xml ts_xml.tar.xz --metrics 127.0.0.1:9100");
  }

  void add_store() {
    CLI::App* group = add_group("store", "Files of the store, while the server is stopped",
                                "  efd store adopt /var/lib/efd/store/segments/*.seg.aside");
    CLI::App* command =
        add_command(group, "adopt", "Take files back that the store's manifest does not name",
                    [this] { return run_store_adopt(store_adopt_); });
    command->add_option("file", store_adopt_.files, "NUMBER.seg.aside of DATA/store/segments")
        ->required();
    add_log_level(command);
    command->footer(
        "After its manifest was damaged, or an older one put back, the store sets files aside\n"
        "whose rows the log does not have any more; its log and GET /health name them. Each is\n"
        "taken back in whole, with the names that it brings, or refused: another store's, a\n"
        "damaged one, and one of which a part was stored again.\n\n"
        "Examples:\n"
        "  efd store adopt /var/lib/efd/store/segments/000000000007.seg.aside\n"
        "  efd store adopt /var/lib/efd/store/segments/*.seg.aside");
  }

  void add_salmock() {
    CLI::App* group = add_group("salmock", "Mock SAL: produce and consume",
                                "  efd salmock produce --topic MTMount_Azimuth\n"
                                "  efd salmock consume MTMount_Azimuth");
    CLI::App* produce =
        add_command(group, "produce", "Produce a profile, or topics, at their rates",
                    [this] { return run_salmock_produce(produce_); });
    auto* profile = produce->add_option(
        "--profile", produce_.profile,
        "the topics and rates of an experiment: sqr-029, when no topic is named");
    add_list(produce, "--topic", produce_.topics, "a registered topic, at 1 Hz (repeatable)")
        ->excludes(profile);
    produce->add_option("--xml", produce_.xml, "take the topics from this SAL XML");
    produce->add_option("--duration", produce_.duration_s, "seconds; 0: until stopped")
        ->check(must(check_at_least_zero));
    produce->add_option("--rate-scale", produce_.rate_scale, "times the designed rate")
        ->check(must(check_above_zero));
    produce
        ->add_option("--acks", produce_.acks,
                     "what the broker acknowledges: nothing, written, durable")
        ->check(CLI::IsMember({"0", "1", "all", "-1"}));
    produce
        ->add_option("--as", produce_.as,
                     "avro, or text as SAL prints it (of a profile, what SAL sends)")
        ->check(CLI::IsMember({"avro", "text"}));
    add_list(produce, "--subsystem", produce_.subsystems,
             "of the profile only this one (repeatable)");
    add_list(produce, "--without-subsystem", produce_.without_subsystems,
             "of the profile all but this one (repeatable)");
    produce->add_option("--linger", produce_.linger_ms, "ms that a batch waits for company")
        ->check(must(check_at_least_zero));
    add_metrics(produce, produce_.metrics);
    produce->add_flag("--json", produce_.json, "end with a line of figures as JSON");
    add_servers(produce, produce_.targets);
    add_log_level(produce);
    produce->footer(
        "Examples:\n"
        "  efd salmock produce --profile sqr-029 --duration 60\n"
        "  efd salmock produce --topic MTMount_Azimuth --rate-scale 20");
    CLI::App* consume =
        add_command(group, "consume", "Print a topic's messages, one JSON line each",
                    [this] { return run_salmock_consume(consume_); });
    consume->add_option("topic", consume_.topic, "its name, with or without \"lsst.sal.\"")
        ->required();
    add_metrics(consume, consume_.metrics);
    add_servers(consume, consume_.targets);
    add_log_level(consume);
    consume->footer(
        "Begins at the topic's end. A line is an object:\n"
        "  {\"topic\":\"...\",\"partition\":0,\"offset\":0,\"timestamp\":MS,\"value\":{FIELDS}}\n"
        "What cannot be decoded is told on standard error.\n\n"
        "Example:\n  efd salmock consume MTMount_Azimuth");
  }

  void add_query() {
    CLI::App* command =
        add_command(&app_, "query", "Ask in InfluxQL", [this] { return run_query(query_); });
    command->add_option("text", query_.text, "InfluxQL")->required();
    command->add_option("--format", query_.format, "how the answer is printed")
        ->check(CLI::IsMember({"table", "csv", "json"}));
    command->add_option("--database", query_.database, "the database that is asked");
    command->add_option("--influx-url", query_.targets.influx_url, "of the server, efd or InfluxDB")
        ->check(must(check_url));
    add_log_level(command);
    command->footer(
        "Examples:\n"
        "  efd query 'SHOW MEASUREMENTS'\n"
        "  efd query 'SELECT mean(*) FROM \"lsst.sal.MTMount_Azimuth\" WHERE time > now() - 1m "
        "GROUP BY "
        "time(10s)' --format csv");
  }

  void add_demo() {
    CLI::App* command = add_command(&app_, "demo", "The whole job on this machine, with a report",
                                    [this] { return run_demo(demo_); });
    command->add_option("--duration", demo_.duration_s, "seconds of load")
        ->check(must(check_above_zero));
    command->add_option("--xml", demo_.xml, "take the experiment's topics from this SAL XML");
    command->add_option("--rate-scale", demo_.rate_scale, "times the designed rate")
        ->check(must(check_above_zero));
    command
        ->add_option("--broker", demo_.cluster,
                     "HOST:PORT,... of a Kafka cluster to use instead of our own log")
        ->check(must(check_brokers));
    add_broker_settings(command, demo_.broker_settings);
    add_log_level(command);
    command->footer(
        "A cluster gets the demo's topics for as long as it runs; it must not have them before.\n\n"
        "Examples:\n  efd demo --duration 20\n  efd demo --broker 127.0.0.1:19092");
  }

  void add_config() {
    CLI::App* group = add_group("config", "The configuration file",
                                "  efd config default > efd.toml\n"
                                "  efd config check efd.toml");
    add_command(group, "default", "Print it with all defaults", [] {
      std::fputs(default_configuration().c_str(), stdout);
      return kOk;
    });
    add_command(group, "reference", "Print the reference page", [] {
      std::fputs(configuration_reference().c_str(), stdout);
      return kOk;
    });
    CLI::App* check = add_command(group, "check", "Check a file", [this] {
      Settings settings;
      if (auto read = read_configuration(config_file_, settings); !read)
        return print_error(read.error().message);
      std::printf("%s: ok\n", config_file_.c_str());
      return kOk;
    });
    check->add_option("file", config_file_, "the TOML file")->required();
  }

  CLI::App app_{
      "The Engineering and Facilities Database: SAL messages in over Kafka, time series out "
      "over InfluxQL.",
      "efd"};
  std::function<int()> action_;
  std::string log_level_ = "warning";
  std::string config_file_;
  std::map<std::string, std::string> serve_settings_;
  std::vector<std::string> serve_broker_settings_;
  StoreAdoptOptions store_adopt_;
  SalschemaOptions salschema_{.targets = targets_from_environment()};
  SaltransformInitOptions transform_init_{.targets = targets_from_environment()};
  SaltransformRunOptions transform_run_{.targets = targets_from_environment()};
  SalmockProduceOptions produce_{.targets = targets_from_environment()};
  SalmockConsumeOptions consume_{.targets = targets_from_environment()};
  QueryOptions query_{.targets = targets_from_environment()};
  LogRepairOptions log_repair_;
  DemoOptions demo_;
};

}  // namespace

int run_command_line(int argc, char** argv) {
  return CommandLine().run(argc, argv);
}

}  // namespace efd::app
