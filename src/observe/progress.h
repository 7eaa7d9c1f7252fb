// SPDX-License-Identifier: MIT
// A progress line on a terminal; nothing where standard error is not one.
#pragma once

#include <string>
#include <string_view>

namespace efd::observe {

// Redrawn in place, at most every 100 ms. Not thread-safe.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();  // clears the line
  void show(size_t done, size_t total);
  void show(std::string_view text);

 private:
  void draw(std::string_view text);

  std::string what_;
  bool is_terminal_;
  int64_t drawn_ns_ = 0;
  bool drawn_ = false;
};

}  // namespace efd::observe
