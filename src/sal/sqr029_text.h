// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace efd::sal {

// The content of sqr-029.profile, built in by CMake.
extern const std::string_view kSqr029Text;

}  // namespace efd::sal
