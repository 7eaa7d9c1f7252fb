// SPDX-License-Identifier: MIT
// What is wrong with a manifest whose bytes are whole.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace efd::store {

inline tl::unexpected<Error> wrong(const char* what, uint64_t id, const char* why) {
  return fail(ErrorCode::give_up, "{} {} of the manifest {}", what, id, why);
}
inline constexpr const char* kTwice = "is there already";
inline constexpr const char* kUnknown = "names what is not there";

}  // namespace efd::store
