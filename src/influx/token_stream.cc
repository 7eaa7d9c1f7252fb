// SPDX-License-Identifier: MIT
#include "influx/token_stream.h"

#include <charconv>
#include <limits>

#include "base/check.h"
#include "influx/duration.h"

namespace efd::influx {
namespace {

// What an error text calls the token.
std::string_view shown(const Lexeme& lexeme) {
  return lexeme.text.empty() ? to_string(lexeme.token) : std::string_view(lexeme.text);
}

// The whole text as a T, or an error in the words of Go's strconv.
template <class T>
Result<T> parse_whole(std::string_view text, std::string_view function) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return fail(ErrorCode::bad_input, "strconv.{}: parsing \"{}\": value out of range", function,
                text);
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::bad_input, "strconv.{}: parsing \"{}\": invalid syntax", function, text);
  }
  return value;
}

}  // namespace

TokenStream::TokenStream(std::string_view text, const ParseOptions& options)
    : lexer_(text), options_(options) {
  for (const auto& [name, value] : options.params) params_.emplace(name, bind(value));
}

template <class Read>
Lexeme TokenStream::take(Read read) {
  if (put_back_ > 0) {
    --put_back_;
  } else {
    newest_ = (newest_ + 1) % kMaxUnscan;
    recent_[newest_] = read();
  }
  Lexeme lexeme = recent_[(newest_ + kMaxUnscan - put_back_) % kMaxUnscan];
  if (lexeme.token == Token::bound_param) substitute(lexeme);
  return lexeme;
}

Lexeme TokenStream::scan() {
  return take([this] { return lexer_.scan(); });
}

Lexeme TokenStream::scan_regex() {
  return take([this] { return lexer_.scan_regex(); });
}

Lexeme TokenStream::scan_word() {
  Lexeme lexeme = scan();
  while (lexeme.token == Token::space || lexeme.token == Token::comment) lexeme = scan();
  return lexeme;
}

void TokenStream::unscan() {
  EFD_CHECK(put_back_ < kMaxUnscan);
  ++put_back_;
}

void TokenStream::skip_space() {
  if (scan().token != Token::space) unscan();
}

void TokenStream::substitute(Lexeme& lexeme) const {
  const auto bound = params_.find(std::string_view(lexeme.text).substr(1));
  if (bound == params_.end()) return;
  lexeme.token = bound->second.token;
  if (lexeme.token != Token::bound_param) lexeme.text = bound->second.text;
}

tl::unexpected<Error> TokenStream::explain_bound_param(const std::string& name) const {
  if (name.empty()) return fail(ErrorCode::bad_input, "empty bound parameter");
  const auto bound = params_.find(name);
  if (bound == params_.end()) return fail(ErrorCode::bad_input, "missing parameter: {}", name);
  return fail(ErrorCode::bad_input, "{}", bound->second.text);
}

bool TokenStream::accept(Token token) {
  if (scan_word().token == token) return true;
  unscan();
  return false;
}

Result<void> TokenStream::expect(std::initializer_list<Token> tokens) {
  for (const Token token : tokens) {
    const Lexeme found = scan_word();
    if (found.token != token) return unexpected(found, {to_string(token)});
  }
  return {};
}

Result<void> TokenStream::expect_adjacent(Token token) {
  const Lexeme found = scan();
  if (found.token != token) return unexpected(found, {to_string(token)});
  return {};
}

Result<std::string> TokenStream::ident() {
  Lexeme found = scan_word();
  if (found.token != Token::ident) return unexpected(found, {"identifier"});
  return std::move(found.text);
}

Result<std::vector<std::string>> TokenStream::ident_list() {
  std::vector<std::string> names;
  do {
    EFD_ASSIGN(names.emplace_back(), ident());
  } while (accept(Token::comma));
  return names;
}

Result<std::string> TokenStream::string() {
  Lexeme found = scan_word();
  if (found.token != Token::string) return unexpected(found, {"string"});
  return std::move(found.text);
}

Result<std::vector<std::string>> TokenStream::string_list() {
  std::vector<std::string> strings;
  do {
    EFD_ASSIGN(strings.emplace_back(), string());
  } while (accept(Token::comma));
  return strings;
}

Result<int> TokenStream::integer(int min, int max) {
  const Lexeme found = scan_word();
  if (found.token != Token::integer) return unexpected(found, {"integer"});
  const Result<int64_t> value = parse_whole<int64_t>(found.text, "Atoi");
  if (!value) return fail_at(found.position, value.error().message);
  if (*value < min || *value > max) {
    return fail_at(found.position,
                   fmt::format("invalid value {}: must be {} <= n <= {}", *value, min, max));
  }
  return static_cast<int>(*value);
}

Result<uint64_t> TokenStream::unsigned_integer() {
  const Lexeme found = scan_word();
  if (found.token != Token::integer) return unexpected(found, {"integer"});
  Result<uint64_t> value = parse_whole<uint64_t>(found.text, "ParseUint");
  if (!value) return fail_at(found.position, value.error().message);
  return value;
}

Result<int64_t> TokenStream::duration() {
  const Lexeme found = scan_word();
  if (found.token == Token::inf) return 0;
  if (found.token != Token::duration_value) return unexpected(found, {"duration"});
  Result<int64_t> value = parse_duration(found.text);
  if (!value) return fail_at(found.position, value.error().message);
  return value;
}

Result<int64_t> TokenStream::optional_count(Token token) {
  if (!accept(token)) return 0;
  const Lexeme found = scan_word();
  if (found.token != Token::integer) return unexpected(found, {"integer"});
  // A number that is too large means as much as the largest.
  const Result<int64_t> value = parse_whole<int64_t>(found.text, "ParseInt");
  if (!value) return std::numeric_limits<int64_t>::max();
  if (*value < 0) return fail_at(found.position, fmt::format("{} must be >= 0", to_string(token)));
  return *value;
}

Result<std::string> TokenStream::optional_name(Token token) {
  if (!accept(token)) return std::string();
  return ident();
}

tl::unexpected<Error> TokenStream::unexpected(const Lexeme& found,
                                              const std::vector<std::string_view>& expected) {
  std::string names;
  for (const std::string_view name : expected) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return fail_at(found.position, fmt::format("found {}, expected {}", shown(found), names));
}

tl::unexpected<Error> TokenStream::fail_at(Position position, std::string_view message) {
  return fail(ErrorCode::bad_input, "{} at line {}, char {}", message, position.line + 1,
              position.character + 1);
}

Result<void> TokenStream::Level::ok() const {
  if (stream_.depth_ <= kMaxNesting) return {};
  return fail(ErrorCode::bad_input, "query nests deeper than {} levels: split it", kMaxNesting);
}

}  // namespace efd::influx
