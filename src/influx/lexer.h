// SPDX-License-Identifier: MIT
// Text -> tokens of InfluxQL. Positions are those that InfluxDB reports, with its two habits: a
// string stands at the character before its quote, and the end of the text is one further
// once something has read up to it.
#pragma once

#include <string>
#include <string_view>

#include "influx/token.h"

namespace efd::influx {

// Line and character of a token, both from 0.
struct Position {
  int line = 0;
  int character = 0;
};

struct Lexeme {
  Token token = Token::end_of_text;
  Position position;
  // Of identifiers, strings, numbers ... their value; empty for keywords and operators.
  std::string text;
};

// What next() returns at the end of the text.
constexpr char32_t kEndOfText = 0xFFFFFFFF;

// A place in the text. Copy it to come back later.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // Reads one character; a CR, with or without LF, counts as LF.
  char32_t next();
  // Where the character that was read last stands.
  Position last_position() const { return last_; }
  // Where the character stands that next() reads.
  Position next_position() const;

 private:
  std::string_view text_;
  size_t offset_ = 0;
  Position position_;
  Position last_;
  bool end_was_read_ = false;
};

class Lexer {
 public:
  // `text` must outlive the lexer.
  explicit Lexer(std::string_view text) : cursor_(text) {}

  // The next token; Token::end_of_text again and again at the end.
  Lexeme scan();
  // The next token, known to be a regular expression: /text/.
  Lexeme scan_regex();
  // The next character, not yet read.
  char32_t peek();

 private:
  Lexeme scan_space();
  Lexeme scan_ident(bool may_be_keyword);
  Lexeme scan_string();
  Lexeme scan_number();
  Lexeme scan_bound_param(Position position);
  Lexeme scan_operator(char32_t first, Position position);
  Lexeme skip_line_comment(Position position);
  Lexeme skip_block_comment(Position position);
  // Reads the next character if it is `wanted`.
  bool accept(char32_t wanted);
  // Appends characters as long as `belongs` says so.
  template <class Belongs>
  void append_while(Belongs belongs, std::string& out);

  Cursor cursor_;
};

bool is_space(char32_t c);

}  // namespace efd::influx
