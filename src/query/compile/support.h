// SPDX-License-Identifier: MIT
// What this engine does not do yet, said in one form.
#pragma once

#include <string_view>

#include "base/result.h"
#include "influx/ast.h"

namespace efd::query {

inline tl::unexpected<Error> not_supported(std::string_view what) {
  return fail(ErrorCode::give_up, "not supported yet: {}", what);
}

// Fails when a valid SELECT uses what is not built.
Result<> check_supported(const influx::SelectStatement& select);

}  // namespace efd::query
