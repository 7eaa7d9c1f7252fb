// SPDX-License-Identifier: MIT
#include "observe/progress.h"

#include <cstdio>

#include <fmt/core.h>
#include <unistd.h>

#include "system/clock.h"

namespace efd::observe {
namespace {

constexpr int64_t kRedrawNs = 100'000'000;
constexpr size_t kBarWidth = 30;

}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::show(size_t done, size_t total) {
  size_t filled = total ? kBarWidth * done / total : kBarWidth;
  show(fmt::format("[{}{}] {}/{}", std::string(filled, '#'), std::string(kBarWidth - filled, ' '),
                   done, total));
}

void Progress::show(std::string_view text) {
  if (!is_terminal_) return;
  int64_t now_ns = system::real_clock().monotonic_ns();
  if (drawn_ && now_ns - drawn_ns_ < kRedrawNs) return;
  drawn_ns_ = now_ns;
  draw(text);
}

void Progress::draw(std::string_view text) {
  drawn_ = true;
  fmt::print(stderr, "\r\033[K{} {}", what_, text);
  std::fflush(stderr);
}

}  // namespace efd::observe
