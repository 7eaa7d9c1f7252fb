// SPDX-License-Identifier: MIT
#include "query/regex.h"

#include <re2/re2.h>

namespace efd::query {

Result<Regex> Regex::compile(std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexBytesMax);
  auto program =
      std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!program->ok()) {
    return fail(ErrorCode::bad_input, "error parsing regexp: {}", program->error());
  }
  return Regex(std::move(program));
}

bool Regex::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *program_);
}

}  // namespace efd::query
