// SPDX-License-Identifier: MIT
#include "kafka/protocol/arena.h"

#include <cstring>

namespace efd::kafka {

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* to = reinterpret_cast<char*>(take(text.size()));
  std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

void Arena::reset() {
  bytes_ = 0;
  if (blocks_.empty()) return;
  blocks_.resize(1);
  next_ = blocks_.front().get();
  left_ = kBlockBytes;
}

std::byte* Arena::take(size_t size) {
  size_t rounded = (size + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
  bytes_ += rounded;
  if (rounded > left_) return take_from_new_block(rounded);
  std::byte* taken = next_;
  next_ += rounded;
  left_ -= rounded;
  return taken;
}

// A big piece gets a block of its own behind the current one, which stays in use.
std::byte* Arena::take_from_new_block(size_t size) {
  if (blocks_.empty() || size <= kBlockBytes / 4) {
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(kBlockBytes));
    next_ = blocks_.back().get();
    left_ = kBlockBytes;
    if (size <= left_) {
      std::byte* taken = next_;
      next_ += size;
      left_ -= size;
      return taken;
    }
  }
  blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
  return blocks_.back().get();
}

}  // namespace efd::kafka
