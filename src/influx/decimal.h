// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace efd::influx {

// The shortest decimal without an exponent that reads back as `value`: "0.00001", "1". `value` must
// be finite.
std::string fixed_decimal(double value);

}  // namespace efd::influx
