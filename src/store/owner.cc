// SPDX-License-Identifier: MIT
#include "store/owner.h"

namespace efd::store {

Owner& Owners::of(const ConnectorName& connector) {
  std::lock_guard lock(mutex_);
  for (Owner& owner : owners_)
    if (owner.connector == connector) return owner;
  return owners_.emplace_back(connector);
}

void Owners::leave_out(const OwnerSet& owners) {
  std::lock_guard lock(mutex_);
  for (Owner& owner : owners_) owner.is_left_out = owners.contains(&owner);
  some_left_out_ = !owners.empty();
}

uint64_t Owners::bytes_left_out() const {
  if (!some_left_out_.load(std::memory_order_relaxed)) return 0;
  std::lock_guard lock(mutex_);
  uint64_t bytes = 0;
  for (const Owner& owner : owners_)
    if (owner.is_left_out) bytes += owner.bytes;
  return bytes;
}

}  // namespace efd::store
