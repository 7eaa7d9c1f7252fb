// SPDX-License-Identifier: MIT
#include "app/influx_target.h"

#include <algorithm>

namespace efd::app {
namespace {

// "http://127.0.0.1:8086/x" -> "127.0.0.1:8086"
std::string_view authority_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  return url.substr(0, url.find('/'));
}

bool is_own_listener(const Settings& settings, std::string_view authority) {
  return std::ranges::any_of(settings.listeners, [&](const auto& listener) {
    return listener.second.protocol == Protocol::influx && listener.second.bind == authority;
  });
}

}  // namespace

Result<sink::InfluxTarget> influx_target_of(const Settings& settings) {
  auto target = sink::InfluxTarget::parse(settings.influx_url);
  if (!target) return fail_in("--influx-url", target.error());
  if (is_own_listener(settings, authority_of(target->url)))
    return fail(ErrorCode::bad_input,
                "--influx-url {}: that is where this program listens itself; give it another "
                "address with --influx",
                target->url);
  if (!settings.influx_user.empty()) target->user = settings.influx_user;
  if (!settings.influx_password.empty()) target->password = settings.influx_password;
  return target;
}

}  // namespace efd::app
