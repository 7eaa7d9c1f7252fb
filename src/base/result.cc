// SPDX-License-Identifier: MIT
#include "base/result.h"

namespace efd {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::retry:
      return "retry";
    case ErrorCode::give_up:
      return "give_up";
    case ErrorCode::bad_input:
      return "bad_input";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::overload:
      return "overload";
    case ErrorCode::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace efd
