// SPDX-License-Identifier: MIT
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "app/options.h"
#include "system/file_system.h"

namespace efd::app {
namespace {

constexpr uint64_t kConfigurationBytesMax = 1 << 20;

bool is_text(const Option& option) {
  return std::holds_alternative<std::string Settings::*>(option.member);
}

std::string toml_value(const Option& option, const Settings& settings) {
  std::string text = value_text(settings, option);
  if (!is_text(option)) return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// What a number or text may be, for people.
std::string allowed(const Option& option) {
  if (!option.choices.empty()) return fmt::format("one of {}", option.choices);
  if (is_text(option)) return "text";
  if (option.max > 8e18) return fmt::format("from {}", option.min);
  return fmt::format("{} to {}", option.min, option.max);
}

Result<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  return fail(ErrorCode::bad_input, "is neither text nor a number");
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
    auto text = text_of(node);
    if (!text) return fail(ErrorCode::bad_input, "{}: {} {}", place, key, text.error().message);
    if (auto set = set_option(settings, key, *text); !set) return fail_in(place, set.error());
  }
  return {};
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
    if (option.section != section) text += fmt::format("\n[{}]\n", option.section);
    section = option.section;
    text += fmt::format("\n# {} ({})\n", option.help, allowed(option));
    text += fmt::format("#{} = {}\n", option.name, toml_value(option, settings));
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
    std::string limits = allowed(option);
    for (size_t i = 0; (i = limits.find('|', i)) != limits.npos; i += 2) limits.insert(i, "\\");
    text += fmt::format("| `{}` | {} | `{}` | {} | {} |\n", option.key(), flag,
                        toml_value(option, settings), limits, option.help);
  }
  return text +
         "\nSection `[broker.librdkafka]` holds settings of librdkafka for `targets.broker`, by "
         "librdkafka's names, such as `\"security.protocol\" = \"SSL\"`; on the command line "
         "`--broker-set NAME=VALUE`. They go before efd's own, also before those that keep records "
         "from being lost or doubled: leave `enable.idempotence`, `acks`, `max.in.flight`, "
         "`enable.auto.commit`, `enable.auto.offset.store`, `auto.offset.reset`, "
         "`session.timeout.ms` and their like alone.\n";
}

}  // namespace efd::app
