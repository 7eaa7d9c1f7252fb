// SPDX-License-Identifier: MIT
// What the settings say of an InfluxDB that stands where the embedded store does.
#pragma once

#include "app/settings.h"
#include "base/result.h"
#include "pipeline/pipeline.h"

namespace efd::app {

// bad_input: the URL is invalid, or it is a listener of this program.
Result<sink::InfluxTarget> influx_target_of(const Settings& settings);

}  // namespace efd::app
