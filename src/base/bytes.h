// SPDX-License-Identifier: MIT
// Raw bytes: `std::string_view` looks at them, `std::string` owns them. ByteReader and ByteWriter
// take numbers off and put them on, in either byte order; a reader never goes past its end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace efd {

static_assert(std::endian::native == std::endian::little, "formats are written for little-endian");

template <class T>
T byte_swapped(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
    return std::bit_cast<T>(byte_swapped(std::bit_cast<Bits>(value)));
  } else if constexpr (sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return static_cast<T>(__builtin_bswap16(static_cast<uint16_t>(value)));
  } else if constexpr (sizeof(T) == 4) {
    return static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(value)));
  } else {
    return static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value)));
  }
}

template <class T>
T load_little(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class T>
void store_little(char* to, T value) {
  std::memcpy(to, &value, sizeof value);
}
template <class T>
T load_big(const char* from) {
  return byte_swapped(load_little<T>(from));
}
template <class T>
void store_big(char* to, T value) {
  store_little(to, byte_swapped(value));
}

// Reads from bytes that it does not own. After the first read past the end, `ok()` is false and
// every read gives zero or nothing: check once, at the end of a structure.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t position() const { return position_; }
  size_t remaining() const { return bytes_.size() - position_; }
  std::string_view rest() const { return bytes_.substr(position_); }

  template <class T>
  T big() {
    return number<T>(load_big<T>);
  }
  template <class T>
  T little() {
    return number<T>(load_little<T>);
  }
  std::string_view take(size_t size) {
    if (size > remaining()) return spoil(), std::string_view();
    std::string_view taken = bytes_.substr(position_, size);
    position_ += size;
    return taken;
  }
  void spoil() {
    ok_ = false;
    position_ = bytes_.size();
  }

 private:
  template <class T>
  T number(T (*load)(const char*)) {
    std::string_view raw = take(sizeof(T));
    return raw.size() == sizeof(T) ? load(raw.data()) : T{};
  }

  std::string_view bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

// Appends to a string that it does not own.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <class T>
  void big(std::type_identity_t<T> value) {
    char raw[sizeof(T)];
    store_big<T>(raw, value);
    out_.append(raw, sizeof raw);
  }
  template <class T>
  void little(std::type_identity_t<T> value) {
    char raw[sizeof(T)];
    store_little<T>(raw, value);
    out_.append(raw, sizeof raw);
  }
  void raw(std::string_view bytes) { out_.append(bytes); }
  std::string& out() { return out_; }

 private:
  std::string& out_;
};

}  // namespace efd
