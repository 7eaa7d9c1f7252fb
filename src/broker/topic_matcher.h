// SPDX-License-Identifier: MIT
// A TopicPattern, compiled.
#pragma once

#include <memory>

#include "broker/broker.h"

namespace re2 {
class RE2;
}

namespace efd::broker {

// Copies share the compiled pattern. Thread-safe.
class TopicMatcher {
 public:
  // bad_input: the pattern is no regular expression.
  static Result<TopicMatcher> compile(const TopicPattern& pattern);
  bool matches(const TopicName& name) const;

 private:
  explicit TopicMatcher(std::shared_ptr<const re2::RE2> regex) : regex_(std::move(regex)) {}
  std::shared_ptr<const re2::RE2> regex_;
};

}  // namespace efd::broker
