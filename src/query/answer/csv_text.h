// SPDX-License-Identifier: MIT
// The cells of InfluxDB's CSV.
#pragma once

#include <string>
#include <string_view>

namespace efd::query {

// Quoted as Go's encoding/csv does it.
void append_csv_text(std::string_view text, std::string& out);
// Always decimal, never with an exponent; nothing for NaN and infinities.
void append_csv_float(double value, std::string& out);

}  // namespace efd::query
