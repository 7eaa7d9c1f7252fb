// SPDX-License-Identifier: MIT
#include "base/caller.h"

namespace efd {
namespace {

class EverythingAllowed final : public Authorizer {
 public:
  Result<> authorize(const Caller&, Action, std::string_view) override { return {}; }
};

}  // namespace

Authorizer& authorizer_of_everything() {
  static EverythingAllowed authorizer;
  return authorizer;
}

Result<> authorize(const Caller& caller, Action action, std::string_view resource) {
  return caller.authorizer->authorize(caller, action, resource);
}

}  // namespace efd
