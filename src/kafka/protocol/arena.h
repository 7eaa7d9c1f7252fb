// SPDX-License-Identifier: MIT
// Arena: memory for one request and its answer. Messages are views: their arrays and the strings
// made for them lie here and vanish together, without a destructor, when the arena is reset.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace efd::kafka {

class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;

  // `size` value-initialised elements, valid until reset.
  template <class T>
  std::span<T> array(size_t size) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (size == 0) return {};
    T* first = reinterpret_cast<T*>(take(size * sizeof(T)));
    std::uninitialized_value_construct_n(first, size);
    return {first, size};
  }
  std::string_view copy(std::string_view text);

  // Bytes taken since the last reset.
  size_t bytes() const { return bytes_; }
  // Forgets everything; keeps the first block for what comes next.
  void reset();

 private:
  static constexpr size_t kBlockBytes = 16u << 10;

  std::byte* take(size_t size);
  std::byte* take_from_new_block(size_t size);

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
  size_t bytes_ = 0;
};

}  // namespace efd::kafka
