// SPDX-License-Identifier: MIT
// Avro's binary encoding, piece by piece (Apache Avro 1.12 specification, "Binary encoding"), for
// code that writes a datum field by field without a tree of Values. Appends to `out`; checks
// nothing.
//
//   write_long(7, datum);               // a field of type int or long; an index of a union or enum
//   write_array(floats, n, datum);      // a field of type array of float
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "codec/varint.h"

namespace efd::avro {

// int and long alike; also the symbol's number of an enum and the branch's number of a union.
inline void write_long(int64_t value, std::string& out) {
  codec::append_zigzag(value, out);
}
inline void write_boolean(bool value, std::string& out) {
  out += static_cast<char>(value);
}
inline void write_float(float value, std::string& out) {
  ByteWriter(out).little<float>(value);
}
inline void write_double(double value, std::string& out) {
  ByteWriter(out).little<double>(value);
}
// Of string and bytes; a fixed is its bytes alone: out.append().
inline void write_text(std::string_view text, std::string& out) {
  write_long(static_cast<int64_t>(text.size()), out);
  out.append(text);
}

// Before `count` items of an array, or entries of a map (a key by write_text, then a value). What
// write_block_end closes; an empty array or map is write_block_end alone.
inline void write_block(size_t count, std::string& out) {
  write_long(static_cast<int64_t>(count), out);
}
inline void write_block_end(std::string& out) {
  out += '\0';
}

// A whole array of float or double.
template <class T>
void write_array(const T* values, size_t count, std::string& out) {
  static_assert(std::is_floating_point_v<T>);
  if (count) {
    write_block(count, out);
    out.append(reinterpret_cast<const char*>(values), count * sizeof(T));
  }
  write_block_end(out);
}

}  // namespace efd::avro
