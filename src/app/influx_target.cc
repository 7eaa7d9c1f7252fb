// SPDX-License-Identifier: MIT
#include "app/influx_target.h"

namespace efd::app {
namespace {

// "http://127.0.0.1:8086/x" -> "127.0.0.1:8086"
std::string_view authority_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  return url.substr(0, url.find('/'));
}

}  // namespace

Result<pipeline::InfluxConnectorOptions> influx_connector_of(const Settings& settings) {
  auto target = sink::InfluxTarget::parse(settings.influx_url);
  if (!target) return fail_in("--influx-url", target.error());
  if (authority_of(target->url) == settings.influx)
    return fail(ErrorCode::bad_input,
                "--influx-url {}: that is where this program listens itself; give it another "
                "address with --influx",
                target->url);
  if (!settings.influx_user.empty()) target->user = settings.influx_user;
  if (!settings.influx_password.empty()) target->password = settings.influx_password;
  pipeline::InfluxConnectorOptions options;
  options.influx.target = std::move(*target);
  options.influx.creates_database = settings.influx_create_database == "on";
  options.influx.compresses = settings.influx_gzip == "on";
  options.group = settings.connector_group;
  options.instance = settings.connector_instance;
  return options;
}

}  // namespace efd::app
