// SPDX-License-Identifier: MIT
// Doubles as JSON text: the shortest digits that read back as the same double, in two layouts.
// Neither writes NaN and infinities: JSON has no word for them, the callers write null.
#pragma once

#include <string>

namespace efd::json {

// As Go's encoding/json: decimal unless the exponent is below -6 or from 21 on. 1, -0, 0.000001,
// 1e-7, 100000000000000000000, 1e+21.
void append_go_double(double value, std::string& out);

// As Python's repr: decimal unless the exponent is below -4 or from 16 on, always with a point or
// an exponent, so that it reads back as a double. 1.0, -0.0, 0.0001, 1e-05, 1e+16.
void append_python_double(double value, std::string& out);

}  // namespace efd::json
