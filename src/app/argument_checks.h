// SPDX-License-Identifier: MIT
// Checks of texts on the command line and in the configuration that need no server or file. Each
// fails with bad_input and says what is wrong.
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
