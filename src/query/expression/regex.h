// SPDX-License-Identifier: MIT
// Regular expressions in Go's syntax, which is RE2's.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace efd::query {

// The most memory of a compiled regular expression; a larger one is refused.
constexpr int64_t kRegexBytesMax = 8 << 20;

// Immutable, cheap to copy, thread-safe.
class Regex {
 public:
  // bad_input, in Go's words: "error parsing regexp: missing closing ): `(`".
  static Result<Regex> compile(std::string_view text);
  // True when `text` holds a match anywhere.
  bool matches(std::string_view text) const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> program) : program_(std::move(program)) {}
  std::shared_ptr<const re2::RE2> program_;
};

}  // namespace efd::query
