// SPDX-License-Identifier: MIT
#include "net/receive_buffer.h"

#include <algorithm>

namespace efd::net {

namespace {
constexpr size_t kKeptBytesMax = 64u << 10;  // an empty buffer up to this size is kept
}

bool ReceiveBuffer::reserve(size_t bytes) {
  if (bytes <= capacity_) return true;
  if (!budget_.take(bytes)) return false;
  std::unique_ptr<char[]> larger(new char[bytes]);
  if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
  budget_.give(capacity_);
  bytes_ = std::move(larger);
  capacity_ = bytes;
  return true;
}

bool ReceiveBuffer::append(std::string_view bytes) {
  size_t needed = size_ + bytes.size();
  if (needed > capacity_ && !reserve(std::max(needed, 2 * capacity_))) return false;
  std::memcpy(tail(), bytes.data(), bytes.size());
  grow(bytes.size());
  return true;
}

bool ReceiveBuffer::assign(std::string_view bytes) {
  size_ = 0;
  if (bytes.empty()) return release(), true;
  if (!reserve(bytes.size())) return false;
  std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  size_ = bytes.size();
  return true;
}

void ReceiveBuffer::drop_front(size_t bytes) {
  size_ -= bytes;
  if (size_ > 0) std::memmove(bytes_.get(), bytes_.get() + bytes, size_);
  release();
}

void ReceiveBuffer::release() {
  if (size_ > 0 || capacity_ <= kKeptBytesMax) return;
  budget_.give(capacity_);
  bytes_.reset();
  capacity_ = 0;
}

}  // namespace efd::net
