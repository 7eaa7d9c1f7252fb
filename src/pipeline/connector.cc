// SPDX-License-Identifier: MIT
#include "pipeline/connector.h"

#include <algorithm>

#include "broker/topic_matcher.h"

namespace efd::pipeline {
namespace {

constexpr size_t kNameBytesMax = 249;  // as of a topic

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

const char* to_string(ConnectorState state) {
  switch (state) {
    case ConnectorState::running:
      return "running";
    case ConnectorState::paused:
      return "paused";
    case ConnectorState::failed:
      return "failed";
  }
  return "unknown";
}

ConnectorStatus Connector::status() const {
  ConnectorStatus status{.name = options.name, .origin = origin};
  if (dead_letters) status.dead_letters = dead_letters->count();
  if (!lane || !failure.empty()) {
    status.state = failure.empty() ? ConnectorState::paused : ConnectorState::failed;
    status.trouble = failure;
    return status;
  }
  status.trouble = lane->trouble();
  status.has_caught_up = lane->has_caught_up();
  return status;
}

Result<> check_connector(const ConnectorOptions& options) {
  const std::string& name = options.name.value();
  bool is_name = !name.empty() && name.size() <= kNameBytesMax &&
                 std::all_of(name.begin(), name.end(), is_name_byte);
  if (!is_name)
    return fail(ErrorCode::bad_input,
                "connector '{}': a name has 1 to {} of the letters a-z, A-Z, 0-9, '.', '_', '-'",
                name, kNameBytesMax);
  auto matcher = broker::TopicMatcher::compile({options.topics});
  if (!matcher) return fail_in("connector " + name, matcher.error());
  return {};
}

}  // namespace efd::pipeline
