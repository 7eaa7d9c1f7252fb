// SPDX-License-Identifier: MIT
// The one table of settings: it makes the configuration file, its validation, `efd config default`,
// the command line of `efd serve`, and docs/reference/configuration.md.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "app/option.h"
#include "app/settings.h"
#include "base/result.h"

namespace efd::app {

// The object of a row is a Settings; in the sections `listener` and `connector`, of which there are
// any number with a name each, it is a ListenerSettings or a ConnectorSettings.
std::span<const Option> options();
bool is_named(const Option& option);

// Where the option's value lies. `name` of a named section: empty is the default connector, or the
// listener "kafka"; one that is not there is made.
Place place_in(Settings& settings, const Option& option, std::string_view name = {});

// Settings of librdkafka are not in the table: whatever follows this prefix is one.
inline constexpr std::string_view kLibrdkafkaPrefix = "broker.librdkafka.";

// Sets "SECTION.NAME", or "SECTION.INSTANCE.NAME" of a named section, from text; a list may have
// any number of texts. bad_input says what is allowed; an unknown key names the nearest one.
Result<> set_option(Settings& settings, std::string_view key, std::span<const std::string> values);
Result<> set_option(Settings& settings, std::string_view key, const std::string& value);

// Whether the setting of that key is a list; false for an unknown key.
bool takes_list(std::string_view key);

// The file's settings over `settings`. Errors name file, line and key.
Result<> read_configuration(const std::string& path, Settings& settings);

// What `efd config default` prints: the table as a commented TOML file.
std::string default_configuration();
// The same as a page of the reference (Markdown).
std::string configuration_reference();

}  // namespace efd::app
