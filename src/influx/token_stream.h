// SPDX-License-Identifier: MIT
// The tokens of a text while it is parsed: reading, putting back, bind parameters, and the words
// that occur in many statements. Internal to the parser.
#pragma once

#include <array>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "influx/lexer.h"
#include "influx/parser.h"

namespace efd::influx {

class TokenStream {
 public:
  // Both must outlive the stream.
  TokenStream(std::string_view text, const ParseOptions& options);

  // The next token, spaces and comments included. A bind parameter comes as what it stands for.
  Lexeme scan();
  // The next token that is neither space nor comment.
  Lexeme scan_word();
  // The next token as a regular expression.
  Lexeme scan_regex();
  // Puts the last token back; at most kMaxUnscan in a row.
  void unscan();
  // Reads the next token if it is a space.
  void skip_space();
  // The character behind the last token read from the text; tokens put back do not count.
  char32_t peek() { return lexer_.peek(); }

  // Reads the next word if it is `token`.
  bool accept(Token token);
  // Reads the next words, which must be `tokens`.
  Result<void> expect(std::initializer_list<Token> tokens);
  // expect({token}), but the token may not be preceded by spaces.
  Result<void> expect_adjacent(Token token);

  Result<std::string> ident();
  Result<std::vector<std::string>> ident_list();
  Result<std::string> string();
  Result<std::vector<std::string>> string_list();
  Result<int> integer(int min, int max);
  Result<uint64_t> unsigned_integer();
  // A duration, or INF, which is 0.
  Result<int64_t> duration();
  // "TOKEN n" if it comes next, else 0.
  Result<int64_t> optional_count(Token token);
  // "TOKEN name" if it comes next, else "".
  Result<std::string> optional_name(Token token);

  // "found X, expected A, B at line L, char C"
  static tl::unexpected<Error> unexpected(const Lexeme& found,
                                          const std::vector<std::string_view>& expected);
  // "MESSAGE at line L, char C"
  static tl::unexpected<Error> fail_at(Position position, std::string_view message);

  const ParseOptions& options() const { return options_; }
  // What goes wrong with a bind parameter that scan() left as it is. `name` without the '$'.
  tl::unexpected<Error> explain_bound_param(const std::string& name) const;

  // One level of nesting while it lives; check ok() before going deeper.
  class Level {
   public:
    explicit Level(TokenStream& stream) : stream_(stream) { ++stream_.depth_; }
    ~Level() { --stream_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    Result<void> ok() const;

   private:
    TokenStream& stream_;
  };

 private:
  static constexpr size_t kMaxUnscan = 3;
  // What a bind parameter stands for; Token::bound_param: its text says why it is unusable.
  struct Bound {
    Token token;
    std::string text;
  };
  static Bound bind(const ParamValue& value);
  static Bound bind_number(double value);
  static Bound bind_object(const ParamObject& object);

  // Takes back a token that was put back, or reads one with `read`.
  template <class Read>
  Lexeme take(Read read);
  void substitute(Lexeme& lexeme) const;

  Lexer lexer_;
  const ParseOptions& options_;
  std::map<std::string, Bound, std::less<>> params_;
  std::array<Lexeme, kMaxUnscan> recent_;  // A ring: recent_[newest_] was read last.
  size_t newest_ = 0;
  size_t put_back_ = 0;
  int depth_ = 0;
};

}  // namespace efd::influx
