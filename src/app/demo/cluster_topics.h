// SPDX-License-Identifier: MIT
// The demo's topics in a cluster that is not its own: only those that are not there before, and
// they are taken away again.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/targets.h"
#include "base/result.h"

namespace efd::app::demo {

class ClusterTopics {
 public:
  // conflict: one of `topics` exists in the cluster, with data that the demo would take for its
  // own.
  static Result<ClusterTopics> reserve(const Targets& targets, std::vector<std::string> topics);
  // Deletes those of them that exist by now, and what else of the demo's has come up since.
  Result<> remove() const;

 private:
  Targets targets_;
  std::vector<std::string> topics_;
};

}  // namespace efd::app::demo
