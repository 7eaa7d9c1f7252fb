// SPDX-License-Identifier: MIT
#include "app/command_table.h"

#include "app/argument_checks.h"

namespace efd::app {
namespace {

using A = Arguments;
using Transformer = pipeline::TransformerOptions;

// A flag, or an option with a value if it is no bool.
constexpr Option option(std::string_view flag, Place (*at)(void*), std::string_view help,
                        Result<> (*check)(std::string_view) = nullptr) {
  return {.section = "",
          .name = "",
          .flag = flag,
          .at = at,
          .choices = "",
          .help = help,
          .check = check};
}

constexpr Option choice(std::string_view flag, Place (*at)(void*), std::string_view choices,
                        std::string_view help) {
  return {.section = "", .name = "", .flag = flag, .at = at, .choices = choices, .help = help};
}

// An argument that stands without a flag.
constexpr Option positional(std::string_view name, Place (*at)(void*), std::string_view help) {
  return {.section = "",
          .name = name,
          .flag = "",
          .at = at,
          .choices = "",
          .help = help,
          .is_required = true};
}

constexpr Option required(Option option) {
  option.is_required = true;
  return option;
}

constexpr Option needing(std::string_view flag, Option option) {
  option.needs = flag;
  return option;
}

constexpr Option without(std::string_view flag, Option option) {
  option.excludes = flag;
  return option;
}

// ------------------------------------------------------------------------- of more than one
// command

constexpr Option kLogLevel[] = {choice("--log-level", at<&A::log_level>,
                                       "debug|info|warning|error|off",
                                       "least severe level that is logged")};

constexpr std::string_view kBrokerSet =
    "NAME=VALUE of librdkafka, such as security.protocol=SSL (repeatable)";

constexpr Option kBroker[] = {
    option("--broker", at<&Targets::broker>, "HOST:PORT,... of the Kafka broker ($BROKER)",
           check_brokers),
    option("--broker-set", at<&Targets::broker_settings>, kBrokerSet, check_broker_setting)};

constexpr Option kRegistry[] = {option("--registry-url", at<&Targets::registry_url>,
                                       "of the schema registry ($SCHEMAREGISTRY)", check_url)};

void* arguments_themselves(void* arguments) {
  return arguments;
}
const ArgumentGroup kLogging = {arguments_themselves, kLogLevel};

// ------------------------------------------------------------------------------------ serve,
// config

constexpr Option kServe[] = {
    option("--config", at<&ServeOptions::config_file>,
           "TOML file of settings (see `efd config default`)"),
    option("--broker-set", at<&ServeOptions::broker_settings>, kBrokerSet, check_broker_setting)};

constexpr std::string_view kServeMore =
    "Any number of connectors and listeners: --connector.NAME.SETTING=VALUE, "
    "--listener.NAME.SETTING=VALUE.\n\n"
    "Examples:\n"
    "  efd serve --data /var/lib/efd\n"
    "  efd serve --data d --kafka 127.0.0.1:0 --registry 127.0.0.1:0 --influx 127.0.0.1:0\n"
    "  efd serve --config efd.toml --store.flush_interval_ms=10000\n"
    "  efd serve --data d --broker kafka1:9092,kafka2:9092 --registry-url http://registry:8081";

constexpr Option kConfigCheck[] = {positional("file", at<&A::checked_file>, "the TOML file")};

// ------------------------------------------------------------------------------- the log, the
// store

constexpr Option kLogRepair[] = {
    required(option("--data", at<&LogRepairOptions::data>, "the server's data folder")),
    option("--drop", at<&LogRepairOptions::drop>,
           "mend what can be mended, and drop the rest (without it nothing is changed)")};

constexpr std::string_view kLogRepairMore =
    "Says of each damaged place the topic, the offsets and the bytes. Exit code 1: there is\n"
    "damage, and --drop was not given. A file of which nothing can be read stays, as "
    "N.log.aside.\n\n"
    "Examples:\n"
    "  efd log repair --data /var/lib/efd\n"
    "  efd log repair --data /var/lib/efd --drop";

constexpr Option kStoreAdopt[] = {
    positional("file", at<&StoreAdoptOptions::files>, "NUMBER.seg.aside of DATA/store/segments")};

constexpr std::string_view kStoreAdoptMore =
    "After its manifest was damaged, or an older one put back, the store sets files aside\n"
    "whose rows the log does not have any more; its log and GET /health name them. Each is\n"
    "taken back in whole, with the names that it brings, or refused: another store's, a\n"
    "damaged one, and one of which a part was stored again.\n\n"
    "Examples:\n"
    "  efd store adopt /var/lib/efd/store/segments/000000000007.seg.aside\n"
    "  efd store adopt /var/lib/efd/store/segments/*.seg.aside";

// ------------------------------------------------------------------------- salschema, saltransform

constexpr std::string_view kOneSubsystem = "only this one (repeatable)";

constexpr Option kSalschema[] = {
    positional("source", at<&SalschemaOptions::source>,
               "folder or .tar[.gz|.xz|.zst]/.zip of SAL XML"),
    option("--write", at<&SalschemaOptions::write_directory>, "folder for <EFDB_Topic>.json files"),
    needing("--write", option("--prune", at<&SalschemaOptions::prune>,
                              "remove files of topics that are gone from that folder")),
    option("--print", at<&SalschemaOptions::print>, "print the schemas"),
    option("--upload", at<&SalschemaOptions::upload>, "register them, subject = full schema name"),
    option("--subsystem", at<&SalschemaOptions::subsystems>, kOneSubsystem),
    option("--json", at<&SalschemaOptions::json>, "the summary as JSON")};

constexpr Option kTransformInit[] = {
    required(option("--xml", at<&SaltransformInitOptions::source>, "folder or archive of SAL XML")),
    option("--subsystem", at<&SaltransformInitOptions::subsystems>, kOneSubsystem),
    option("--partitions", at<&SaltransformInitOptions::partitions>, "of each new topic",
           check_above_zero),
    option("--replicas", at<&SaltransformInitOptions::replicas>,
           "of each new topic; the cluster's default without", check_above_zero)};

constexpr Option kTransformRole[] = {
    option("--subsystem", at<&TransformRole::options, &Transformer::subsystems>, kOneSubsystem),
    choice("--auto-offset-reset", at<&TransformRole::options, &Transformer::reset>,
           "earliest|latest", "where to begin in topics that exist, without a committed offset"),
    option("--rewind-to-start", at<&TransformRole::options, &Transformer::rewinds>,
           "transform everything once more"),
    choice("--preamble-order",
           at<&TransformRole::options, &Transformer::text, &sal::TextOptions::preamble_order>,
           "sal|original", "sal: origin before host; original: host before origin"),
    option("--latin1", at<&TransformRole::latin1>, "texts that are not UTF-8 are Latin-1"),
    option("--xml", at<&TransformRole::xml>,
           "SAL XML, which alone tells the unsigned types: without it a negative number stays one"),
    option("--instance", at<&TransformRole::options, &Transformer::instance>,
           "this process' name in the groups: no other's at a time, and the same after a restart "
           "(default: the host's name and saltransform)")};

constexpr std::string_view kMetrics = "HOST:PORT for GET /metrics";
constexpr Option kTransformMetrics[] = {
    option("--metrics", at<&SaltransformRunOptions::metrics>, kMetrics, check_address)};

constexpr std::string_view kTransformRunMore =
    "Reads topics {Component}_{command|event|logevent|telemetry} as they appear, writes\n"
    "lsst.sal.{topic}. Bad messages go to efd.dead-letters with the reason.\n\n"
    "Example:\n  efd saltransform run --xml ts_xml.tar.xz --metrics 127.0.0.1:9100";

// ------------------------------------------------------------------------------------------
// salmock

constexpr Option kProduce[] = {
    option("--profile", at<&SalmockProduceOptions::profile>,
           "the topics and rates of an experiment: sqr-029, when no topic is named"),
    without("--profile", option("--topic", at<&SalmockProduceOptions::topics>,
                                "a registered topic, at 1 Hz (repeatable)")),
    option("--xml", at<&SalmockProduceOptions::xml>, "take the topics from this SAL XML"),
    option("--duration", at<&SalmockProduceOptions::duration_s>, "seconds; 0: until stopped",
           check_at_least_zero),
    option("--rate-scale", at<&SalmockProduceOptions::rate_scale>, "times the designed rate",
           check_above_zero),
    choice("--acks", at<&SalmockProduceOptions::acks>, "0|1|all|-1",
           "what the broker acknowledges: nothing, written, durable"),
    choice("--as", at<&SalmockProduceOptions::as>, "avro|text",
           "avro, or text as SAL prints it (of a profile, what SAL sends)"),
    option("--subsystem", at<&SalmockProduceOptions::subsystems>,
           "of the profile only this one (repeatable)"),
    option("--without-subsystem", at<&SalmockProduceOptions::without_subsystems>,
           "of the profile all but this one (repeatable)"),
    option("--linger", at<&SalmockProduceOptions::linger_ms>, "ms that a batch waits for company",
           check_at_least_zero),
    option("--metrics", at<&SalmockProduceOptions::metrics>, kMetrics, check_address),
    option("--json", at<&SalmockProduceOptions::json>, "end with a line of figures as JSON")};

constexpr Option kConsume[] = {
    positional("topic", at<&SalmockConsumeOptions::topic>,
               "its name, with or without \"lsst.sal.\""),
    option("--metrics", at<&SalmockConsumeOptions::metrics>, kMetrics, check_address)};

constexpr std::string_view kConsumeMore =
    "Begins at the topic's end. A line is an object:\n"
    "  {\"topic\":\"...\",\"partition\":0,\"offset\":0,\"timestamp\":MS,\"value\":{FIELDS}}\n"
    "What cannot be decoded is told on standard error.\n\n"
    "Example:\n  efd salmock consume MTMount_Azimuth";

// ------------------------------------------------------------------------------------- query, demo

constexpr Option kQuery[] = {
    positional("text", at<&QueryOptions::text>, "InfluxQL"),
    choice("--format", at<&QueryOptions::format>, "table|csv|json", "how the answer is printed"),
    option("--database", at<&QueryOptions::database>, "the database that is asked"),
    option("--influx-url", at<&QueryOptions::targets, &Targets::influx_url>,
           "of the server, efd or InfluxDB", check_url)};

constexpr Option kDemo[] = {
    option("--duration", at<&DemoOptions::run, &demo::Options::duration_s>, "seconds of load",
           check_above_zero),
    option("--xml", at<&DemoOptions::run, &demo::Options::xml>,
           "take the experiment's topics from this SAL XML"),
    option("--rate-scale", at<&DemoOptions::run, &demo::Options::rate_scale>,
           "times the designed rate", check_above_zero),
    option("--broker",
           at<&DemoOptions::run, &demo::Options::cluster,
              &kafka_cluster::KafkaClusterOptions::bootstrap>,
           "HOST:PORT,... of a Kafka cluster to use instead of our own log", check_brokers),
    option("--broker-set", at<&DemoOptions::broker_settings>, kBrokerSet, check_broker_setting)};

// --------------------------------------------------------------------------------------- the table

template <auto Member>
std::vector<ArgumentGroup> with_servers(std::span<const Option> own) {
  using Object = std::remove_reference_t<decltype(std::declval<Arguments>().*Member)>;
  return {{object_at<Member>, own},
          {object_at<Member, &Object::targets>, kBroker},
          {object_at<Member, &Object::targets>, kRegistry},
          kLogging};
}

std::vector<Command> sal_commands() {
  return {
      {"salschema", "SAL XML as Avro schemas",
       "Examples:\n  efd salschema convert ts_xml --write schemas\n"
       "  efd salschema convert ts_xml.tar.xz --upload"},
      {"salschema convert",
       "Convert SAL XML to Avro schemas",
       "Examples:\n  efd salschema convert ts_xml --write schemas\n"
       "  efd salschema convert ts_xml.tar.xz --upload --subsystem MTM1M3",
       [](const A& a) { return run_salschema_convert(a.salschema); },
       {{object_at<&A::salschema>, kSalschema},
        {object_at<&A::salschema, &SalschemaOptions::targets>, kRegistry},
        kLogging}},
      {"saltransform", "SAL's text messages to Avro",
       "Examples:\n  efd saltransform init --xml ts_xml.tar.xz\n"
       "  efd saltransform run --xml ts_xml.tar.xz"},
      {"saltransform init", "Create the topics and register the schemas",
       "Example:\n  efd saltransform init --xml ts_xml.tar.xz --subsystem MTM1M3",
       [](const A& a) { return run_saltransform_init(a.transform_init); },
       with_servers<&A::transform_init>(kTransformInit)},
      {"saltransform run",
       "Transform until stopped",
       kTransformRunMore,
       [](const A& a) { return run_saltransform_run(a.transform_run); },
       {{object_at<&A::transform_run, &SaltransformRunOptions::role>, kTransformRole},
        {object_at<&A::transform_run>, kTransformMetrics},
        {object_at<&A::transform_run, &SaltransformRunOptions::targets>, kBroker},
        {object_at<&A::transform_run, &SaltransformRunOptions::targets>, kRegistry},
        kLogging}},
      {"salmock", "Mock SAL: produce and consume",
       "Examples:\n  efd salmock produce --topic MTMount_Azimuth\n"
       "  efd salmock consume MTMount_Azimuth"},
      {"salmock produce", "Produce a profile, or topics, at their rates",
       "Examples:\n  efd salmock produce --profile sqr-029 --duration 60\n"
       "  efd salmock produce --topic MTMount_Azimuth --rate-scale 20",
       [](const A& a) { return run_salmock_produce(a.produce); },
       with_servers<&A::produce>(kProduce)},
      {"salmock consume", "Print a topic's messages, one JSON line each", kConsumeMore,
       [](const A& a) { return run_salmock_consume(a.consume); },
       with_servers<&A::consume>(kConsume)},
  };
}

std::vector<Command> database_commands() {
  return {
      {"serve",
       "Run the database",
       kServeMore,
       [](const A& a) { return run_serve(a.serve); },
       {{object_at<&A::serve>, kServe}},
       true},
      {"store", "Files of the store, while the server is stopped",
       "Examples:\n  efd store adopt /var/lib/efd/store/segments/*.seg.aside"},
      {"store adopt",
       "Take files back that the store's manifest does not name",
       kStoreAdoptMore,
       [](const A& a) { return run_store_adopt(a.store_adopt); },
       {{object_at<&A::store_adopt>, kStoreAdopt}, kLogging}},
      {"query",
       "Ask in InfluxQL",
       "Examples:\n"
       "  efd query 'SHOW MEASUREMENTS'\n"
       "  efd query 'SELECT mean(*) FROM \"lsst.sal.MTMount_Azimuth\" WHERE time > now() - 1m "
       "GROUP BY time(10s)' --format csv",
       [](const A& a) { return run_query(a.query); },
       {{object_at<&A::query>, kQuery}, kLogging}},
      {"demo",
       "The whole job on this machine, with a report",
       "A cluster gets the demo's topics for as long as it runs; it must not have them before.\n\n"
       "Examples:\n  efd demo --duration 20\n  efd demo --broker 127.0.0.1:19092",
       [](const A& a) { return run_demo(a.demo); },
       {{object_at<&A::demo>, kDemo}, kLogging}},
      {"log", "The log's files", "Examples:\n  efd log repair --data /var/lib/efd"},
      {"log repair",
       "Find what of a stopped server's log cannot be read; drop it",
       kLogRepairMore,
       [](const A& a) { return run_log_repair(a.log_repair); },
       {{object_at<&A::log_repair>, kLogRepair}, kLogging}},
      {"config", "The configuration file",
       "Examples:\n  efd config default > efd.toml\n  efd config check efd.toml"},
      {"config default", "Print it with all defaults", "",
       [](const A&) { return run_config_default(); }},
      {"config reference", "Print the reference page", "",
       [](const A&) { return run_config_reference(); }},
      {"config check",
       "Check a file",
       "",
       [](const A& a) { return run_config_check(a.checked_file); },
       {{arguments_themselves, kConfigCheck}}},
  };
}

}  // namespace

std::span<const Command> commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> commands = database_commands();
    for (Command& command : sal_commands()) commands.push_back(std::move(command));
    return commands;
  }();
  return all;
}

}  // namespace efd::app
