// SPDX-License-Identifier: MIT
#include "sal/problem.h"

namespace efd::sal {

std::string to_string(const Problem& problem) {
  std::string text = problem.file;
  if (problem.line > 0) text += ":" + std::to_string(problem.line);
  if (!text.empty()) text += ": ";
  if (!problem.topic.empty()) text += problem.topic + ": ";
  return text + problem.reason;
}

}  // namespace efd::sal
