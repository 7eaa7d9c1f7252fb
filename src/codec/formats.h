// SPDX-License-Identifier: MIT
// The compression formats behind compression.h, one .cc file each. For this module only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace efd::codec {

// A string that grows as a decoder fills it, up to one byte above `size_max`: whether a stream
// holds more than is allowed shows only in the byte that is too much.
class BoundedOutput {
 public:
  BoundedOutput(size_t size_max, size_t size_hint) : limit_(std::min(size_max, SIZE_MAX - 1) + 1) {
    text_.resize(std::clamp<size_t>(size_hint, 64, 1u << 20));
    text_.resize(std::min(text_.size(), limit_));
  }

  // Free bytes behind what was written; grows when there are none. 0: the limit is reached.
  size_t room() {
    if (used_ == text_.size()) text_.resize(std::min(text_.size() * 2, limit_));
    return text_.size() - used_;
  }
  char* next() { return text_.data() + used_; }
  void advance(size_t bytes) { used_ += bytes; }
  bool too_big() const { return used_ == limit_; }
  std::string take() {
    text_.resize(used_);
    return std::move(text_);
  }

 private:
  std::string text_;
  size_t used_ = 0;
  size_t limit_;
};

tl::unexpected<Error> too_big(size_t size_max);
tl::unexpected<Error> damaged(const char* format, std::string_view why);

Result<std::string> gzip(std::string_view bytes);
Result<std::string> gunzip(std::string_view bytes, size_t size_max);
Result<std::string> snappy_framed(std::string_view bytes);
Result<std::string> unsnappy(std::string_view bytes, size_t size_max);
Result<std::string> lz4_frame(std::string_view bytes);
Result<std::string> unlz4(std::string_view bytes, size_t size_max);
Result<std::string> zstd(std::string_view bytes);
Result<std::string> unzstd(std::string_view bytes, size_t size_max);

}  // namespace efd::codec
