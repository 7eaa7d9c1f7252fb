// SPDX-License-Identifier: MIT
// The demo's `efd serve`: by itself, or over a Kafka cluster that is there already, then with a
// second one as its schema registry.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "demo/child.h"
#include "demo/demo.h"
#include "demo/endpoints.h"

namespace efd::demo {

// Not thread-safe. What runs is killed when this is destroyed.
class Servers {
 public:
  // Data and logs go to `folder`; `arguments` to the server that stores.
  static Result<std::unique_ptr<Servers>> start(const Options& options, const std::string& folder,
                                                const std::vector<std::string>& arguments);

  const Endpoints& endpoints() const { return endpoints_; }
  system::ProcessFigures figures() const { return server_->figures(); }  // of the one that stores
  Result<> stop();

 private:
  explicit Servers(std::string folder) : folder_(std::move(folder)) {}
  Result<std::unique_ptr<Child>> serve(const std::vector<std::string>& command,
                                       const std::string& name);
  Result<> start_registry(const Options& options);
  Result<> stop(Child& server, const std::string& name);

  const std::string folder_;
  Endpoints endpoints_;
  std::unique_ptr<Child> registry_;  // only over a cluster
  std::unique_ptr<Child> server_;
};

}  // namespace efd::demo
