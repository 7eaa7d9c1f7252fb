// SPDX-License-Identifier: MIT
#include "rows/byte_buffer.h"

#include <algorithm>
#include <cstdlib>

#include "base/check.h"

namespace efd::rows {

ByteBuffer::~ByteBuffer() {
  std::free(data_);
}

ByteBuffer::ByteBuffer(const ByteBuffer& other) {
  append(other.data(), other.size());
}

void ByteBuffer::grow(size_t n) {
  constexpr size_t kCapacityMin = 64;
  size_t used = size();
  size_t capacity = std::max({static_cast<size_t>(limit_ - data_) * 2, used + n, kCapacityMin});
  auto* moved = static_cast<char*>(std::realloc(data_, capacity));
  EFD_CHECK(moved != nullptr);
  data_ = moved;
  end_ = data_ + used;
  limit_ = data_ + capacity;
}

}  // namespace efd::rows
