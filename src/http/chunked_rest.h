// SPDX-License-Identifier: MIT
// A guard for Beast's parser. For http's own .cc files.
#pragma once

#include <cstddef>

namespace efd::http {

// However much of a chunked body has come, at least these bytes follow: "0\r\n\r\n". Beast 1.81
// asserts that (basic_parser::parse_chunk_header) when it is called again within the
// last chunk, so it is not called with fewer.
constexpr size_t kChunkedRestBytesMin = 5;

// `parser`: Beast's basic_parser, in which `size` bytes are to be put.
template <class Parser>
bool needs_more_of_chunk(const Parser& parser, size_t size) {
  return parser.is_header_done() && !parser.is_done() && parser.chunked() &&
         size < kChunkedRestBytesMin;
}

}  // namespace efd::http
