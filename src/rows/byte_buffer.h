// SPDX-License-Identifier: MIT
// ByteBuffer: bytes that grow at the end, and are not zeroed first as a std::vector's are.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace efd::rows {

// Not thread-safe. clear() and shrink() keep the memory.
class ByteBuffer {
 public:
  ByteBuffer() = default;
  ~ByteBuffer();
  ByteBuffer(const ByteBuffer& other);
  ByteBuffer(ByteBuffer&& other) noexcept { swap(other); }
  ByteBuffer& operator=(ByteBuffer other) noexcept {
    swap(other);
    return *this;
  }

  size_t size() const { return static_cast<size_t>(end_ - data_); }
  const char* data() const { return data_; }
  std::string_view view() const { return {data_, size()}; }

  void append(const char* from, size_t n) {
    if (n) std::memcpy(extend(n), from, n);
  }
  // `n` more bytes, to be written by the caller.
  char* extend(size_t n) {
    if (static_cast<size_t>(limit_ - end_) < n) [[unlikely]] {
      grow(n);
    }
    char* begin = end_;
    end_ += n;
    return begin;
  }
  void shrink(size_t size) { end_ = data_ + size; }
  void clear() { end_ = data_; }

 private:
  void grow(size_t n);
  void swap(ByteBuffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(end_, other.end_);
    std::swap(limit_, other.limit_);
  }

  char* data_ = nullptr;
  char* end_ = nullptr;
  char* limit_ = nullptr;
};

}  // namespace efd::rows
