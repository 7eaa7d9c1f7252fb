// SPDX-License-Identifier: MIT
// Who leads a partition, and where brokers are: parts of the answers to Produce and Fetch.
#pragma once

#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct LeaderIdAndEpoch {
  int32_t leader_id = -1;
  int32_t leader_epoch = -1;
  bool operator==(const LeaderIdAndEpoch&) const = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("leader_id", self.leader_id);
    visit("leader_epoch", self.leader_epoch);
  }
};

struct NodeEndpoint {
  int32_t node_id = 0;
  std::string_view host{};
  int32_t port = 0;
  std::optional<std::string_view> rack{};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("node_id", self.node_id);
    visit("host", self.host);
    visit("port", self.port);
    visit("rack", self.rack, {.null_since = 0});
  }
};

}  // namespace efd::kafka
