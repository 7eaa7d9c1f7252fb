// SPDX-License-Identifier: MIT
// Topics that are the broker's own: clients may read them, not write, make or delete them.
#pragma once

#include <string_view>

namespace efd::broker {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

inline bool is_internal_topic(std::string_view name) {
  return name == kOffsetsTopic || name == "__transaction_state";
}

}  // namespace efd::broker
