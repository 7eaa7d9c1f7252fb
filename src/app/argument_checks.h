// SPDX-License-Identifier: MIT
// What a text on the command line, or in the configuration, has to be, whatever is there to be
// reached. Each check answers bad_input with what is wrong.
#pragma once

#include <string_view>

#include "base/result.h"

namespace efd::app {

Result<> check_at_least_zero(std::string_view text);  // a number
Result<> check_above_zero(std::string_view text);
Result<> check_address(std::string_view text);         // "HOST:PORT"
Result<> check_brokers(std::string_view text);         // "HOST:PORT,..."
Result<> check_broker_setting(std::string_view text);  // "NAME=VALUE"
Result<> check_url(std::string_view text);             // "http://HOST:PORT"

}  // namespace efd::app
