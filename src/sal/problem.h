// SPDX-License-Identifier: MIT
// What is wrong with a piece of SAL XML, and where.
#pragma once

#include <cstddef>
#include <string>

namespace efd::sal {

struct Problem {
  std::string file;   // path inside of the source; empty: the source as a whole
  size_t line = 0;    // from 1; 0: the whole file
  std::string topic;  // empty: not about one topic
  std::string reason;

  bool operator==(const Problem&) const = default;
};

// "FILE:LINE: TOPIC: reason", without what is empty.
std::string to_string(const Problem& problem);

}  // namespace efd::sal
