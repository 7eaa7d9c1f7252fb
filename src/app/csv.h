// SPDX-License-Identifier: MIT
// A result of InfluxDB's JSON as InfluxDB's CSV: name, tags, then the columns.
#pragma once

#include <string>

#include "json/value.h"

namespace efd::app {

// Appends all series of one statement's result, behind a blank line if `text` has something.
void append_csv(const json::Value& result, std::string& text);

}  // namespace efd::app
