// SPDX-License-Identifier: MIT
// Result<T>: a value or an Error. Everything that input, disk or network can spoil returns one;
// nothing throws across a module boundary.
//
//   Result<Topic> topic = broker.topic(name);
//   if (!topic) return fail(topic.error());
//   use(*topic);
#pragma once

#include <string>
#include <utility>

#include <fmt/core.h>
#include <tl/expected.hpp>

namespace efd {

// What the caller does next. Protocol layers map these to their own codes and statuses.
enum class ErrorCode {
  retry,      // Passing fault (a peer away, a time-out): the same call may succeed later.
  give_up,    // Nothing that the caller repeats will help: disk failed, rot found, wrong set-up.
  bad_input,  // The caller's data or request is wrong, and stays so.
  not_found,  // The named thing does not exist.
  conflict,   // The named thing exists already, or is in a state that forbids the call.
  overload,   // A bound was reached: try again when there is room.
  cancelled,  // The caller asked to stop.
};

// "retry", "bad_input" ...
const char* to_string(ErrorCode code);

// `message` is a sentence for people: what went wrong, where, and what to do.
struct Error {
  ErrorCode code = ErrorCode::give_up;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using Value = T;
  using tl::expected<T, Error>::expected;
};

// The failed Result of any type: `return fail(ErrorCode::bad_input, "field '{}': {}", name, why);`
template <class... Args>
tl::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<Error>(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

// Adds where it happened: "CONTEXT: message".
inline tl::unexpected<Error> fail_in(std::string_view context, const Error& error) {
  return tl::unexpected<Error>(Error{error.code, fmt::format("{}: {}", context, error.message)});
}

}  // namespace efd

#define EFD_CONCAT_INNER(a, b) a##b
#define EFD_CONCAT(a, b) EFD_CONCAT_INNER(a, b)

// EFD_TRY(expression): returns its error from the calling function when a Result<void> failed.
#define EFD_TRY(expression)                                  \
  do {                                                       \
    if (auto efd_try_result = (expression); !efd_try_result) \
      return ::efd::fail(std::move(efd_try_result.error())); \
  } while (false)

// EFD_ASSIGN(auto x, expression): x = the value, or returns the error.
#define EFD_ASSIGN(target, expression) \
  EFD_ASSIGN_INNER(EFD_CONCAT(efd_assign_, __LINE__), target, expression)
#define EFD_ASSIGN_INNER(temporary, target, expression)             \
  auto temporary = (expression);                                    \
  if (!temporary) return ::efd::fail(std::move(temporary.error())); \
  target = std::move(*temporary)
