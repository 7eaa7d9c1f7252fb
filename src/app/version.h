// SPDX-License-Identifier: MIT
#pragma once

namespace efd::app {

constexpr const char* kVersion = "0.1.0";

}  // namespace efd::app
