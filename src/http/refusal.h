// SPDX-License-Identifier: MIT
// Refusal: why the server itself answers a request. For http's own .cc files.
#pragma once

#include <optional>
#include <string>

#include "http/message.h"

namespace efd::http {

struct Refusal {
  int status;
  std::string message;
  Headers headers = {};  // beside those of the error's body
};

}  // namespace efd::http
