// SPDX-License-Identifier: MIT
#include "broker/topic_matcher.h"

#include <re2/re2.h>

namespace efd::broker {

Result<TopicMatcher> TopicMatcher::compile(const TopicPattern& pattern) {
  auto regex = std::make_shared<const re2::RE2>(pattern.regex, re2::RE2::Quiet);
  if (!regex->ok())
    return fail(ErrorCode::bad_input, "topic pattern '{}': {}", pattern.regex, regex->error());
  return TopicMatcher(std::move(regex));
}

bool TopicMatcher::matches(const TopicName& name) const {
  return re2::RE2::FullMatch(name.value(), *regex_);
}

}  // namespace efd::broker
