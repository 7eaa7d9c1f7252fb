// SPDX-License-Identifier: MIT
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "app/options.h"
#include "system/file_system.h"

namespace efd::app {
namespace {

constexpr uint64_t kConfigurationBytesMax = 1 << 20;

Result<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  return fail(ErrorCode::bad_input, "is neither text nor a number, nor a list of these");
}

Result<std::vector<std::string>> texts_of(const toml::node& node) {
  std::vector<std::string> texts;
  if (const auto* list = node.as_array()) {
    for (const toml::node& entry : *list) {
      EFD_ASSIGN(texts.emplace_back(), text_of(entry));
    }
    return texts;
  }
  EFD_ASSIGN(texts.emplace_back(), text_of(node));
  return texts;
}

Result<> apply(const std::string& path, const toml::table& table, const std::string& prefix,
               Settings& settings) {
  for (const auto& [name, node] : table) {
    std::string key = prefix + std::string(name.str());
    if (const auto* section = node.as_table()) {
      EFD_TRY(apply(path, *section, key + ".", settings));
      continue;
    }
    std::string place = fmt::format("{}:{}", path, node.source().begin.line);
    auto texts = texts_of(node);
    if (node.is_array() && !takes_list(key))
      texts = fail(ErrorCode::bad_input, "is a list, which is neither text nor a number");
    if (!texts) return fail(ErrorCode::bad_input, "{}: {} {}", place, key, texts.error().message);
    if (auto set = set_option(settings, key, *texts); !set) return fail_in(place, set.error());
  }
  return {};
}

// "listener.NAME.bind": as it stands in the reference.
std::string full_name(const Option& option) {
  return option.section == "listener" ? fmt::format("listener.NAME.{}", option.name) : option.key();
}

}  // namespace

Result<> read_configuration(const std::string& path, Settings& settings) {
  EFD_ASSIGN(std::string text,
             system::read_file(system::posix_file_system(), path, kConfigurationBytesMax));
  toml::parse_result parsed = toml::parse(text);
  if (!parsed)
    return fail(ErrorCode::bad_input, "{}:{}: {}", path, parsed.error().source().begin.line,
                parsed.error().description());
  return apply(path, parsed.table(), "", settings);
}

std::string default_configuration() {
  Settings settings;
  std::string text =
      "# Configuration of `efd serve`: every setting with its default.\n"
      "# The command line goes before this file; --SECTION.NAME=VALUE sets any of them.\n";
  std::string_view section;
  for (const Option& option : options()) {
    if (option.section != section)
      text +=
          fmt::format("\n[{}{}]\n", option.section, option.section == "listener" ? ".kafka" : "");
    section = option.section;
    const Place place = place_in(settings, option);
    text += fmt::format("\n# {} ({})\n", option.help, allowed(place, option));
    text += fmt::format("#{} = {}\n", option.name, toml_value(place, option));
  }
  return text +
         "\n[broker.librdkafka]\n\n"
         "# Settings of librdkafka for targets.broker, by librdkafka's names (--broker-set "
         "NAME=VALUE).\n#\"security.protocol\" = \"SSL\"\n";
}

std::string configuration_reference() {
  Settings settings;
  std::string text =
      "# Configuration\n\n"
      "Every setting of `efd serve`. In the file (`--config FILE`, TOML) they stand under their "
      "section; on the command line any of them is `--SECTION.NAME=VALUE`, and goes before the "
      "file. "
      "Made from the options table by `efd config reference`.\n\n"
      "| setting | flag | default | allowed | what |\n|---|---|---|---|---|\n";
  for (const Option& option : options()) {
    std::string flag = option.flag.empty() ? "" : fmt::format("`{}`", option.flag);
    const Place place = place_in(settings, option);
    std::string limits = allowed(place, option);
    for (size_t i = 0; (i = limits.find('|', i)) != limits.npos; i += 2) limits.insert(i, "\\");
    text += fmt::format("| `{}` | {} | `{}` | {} | {} |\n", full_name(option), flag,
                        toml_value(place, option), limits, option.help);
  }
  return text +
         "\nBooleans may also be written as \"on\" and \"off\". Of connectors and listeners there "
         "are as "
         "many as there are tables `[connector.NAME]` and `[listener.NAME]`: `[connector]` is "
         "`[connector.efd]`, and `[listen]` has the addresses of `[listener.kafka]`, "
         "`[listener.registry]`, `[listener.influx]` and `[listener.metrics]`. A further connector "
         "has no topics and the group of its name unless it says so. On the command line: "
         "`--connector.NAME.topics=VALUE`.\n"
         "\nSection `[broker.librdkafka]` holds settings of librdkafka for `targets.broker`, by "
         "librdkafka's names, such as `\"security.protocol\" = \"SSL\"`; on the command line "
         "`--broker-set NAME=VALUE`. They go before efd's own, also before those that keep records "
         "from being lost or doubled: leave `enable.idempotence`, `acks`, `max.in.flight`, "
         "`enable.auto.commit`, `enable.auto.offset.store`, `auto.offset.reset`, "
         "`session.timeout.ms` and their like alone.\n";
}

}  // namespace efd::app
