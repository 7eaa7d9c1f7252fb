// SPDX-License-Identifier: MIT
#include "influx/lexer.h"

#include "influx/runes.h"

namespace efd::influx {
namespace {

constexpr char32_t kMicroSign = 0xB5;

bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_ident_char(char32_t c) {
  return is_letter(c) || is_digit(c) || c == '_';
}
bool is_unit_char(char32_t c) {
  return is_letter(c) || c == kMicroSign;
}

// Operators of one character; those of two are tried first.
Token single_operator(char32_t c) {
  switch (c) {
    case '+':
      return Token::plus;
    case '-':
      return Token::minus;
    case '*':
      return Token::star;
    case '/':
      return Token::slash;
    case '%':
      return Token::percent;
    case '&':
      return Token::ampersand;
    case '|':
      return Token::pipe;
    case '^':
      return Token::caret;
    case '=':
      return Token::equal;
    case '<':
      return Token::less;
    case '>':
      return Token::greater;
    case '(':
      return Token::left_paren;
    case ')':
      return Token::right_paren;
    case ',':
      return Token::comma;
    case ';':
      return Token::semicolon;
    case ':':
      return Token::colon;
    case '.':
      return Token::dot;
    default:
      return Token::illegal;
  }
}

struct PairOperator {
  char32_t first;
  char32_t second;
  Token token;
};
constexpr PairOperator kPairOperators[] = {
    {'=', '~', Token::match},         {'!', '=', Token::not_equal},  {'!', '~', Token::not_match},
    {'>', '=', Token::greater_equal}, {'<', '=', Token::less_equal}, {'<', '>', Token::not_equal},
    {':', ':', Token::double_colon},
};

}  // namespace

bool is_space(char32_t c) {
  return c == ' ' || c == '\t' || c == '\n';
}

char32_t Cursor::next() {
  last_ = next_position();
  if (offset_ >= text_.size()) {
    end_was_read_ = true;
    return kEndOfText;
  }
  Rune rune = decode_rune(text_.substr(offset_));
  offset_ += rune.bytes;
  if (rune.value == '\r') {
    rune.value = '\n';
    if (offset_ < text_.size() && text_[offset_] == '\n') ++offset_;
  }
  position_ = rune.value == '\n' ? Position{position_.line + 1, 0}
                                 : Position{position_.line, position_.character + 1};
  return rune.value;
}

Position Cursor::next_position() const {
  return {position_.line, position_.character + (end_was_read_ ? 1 : 0)};
}

char32_t Lexer::peek() {
  Cursor ahead = cursor_;
  const char32_t c = ahead.next();
  if (c == kEndOfText) cursor_ = ahead;
  return c;
}

bool Lexer::accept(char32_t wanted) {
  Cursor ahead = cursor_;
  if (ahead.next() != wanted) return false;
  cursor_ = ahead;
  return true;
}

template <class Belongs>
void Lexer::append_while(Belongs belongs, std::string& out) {
  for (;;) {
    Cursor ahead = cursor_;
    const char32_t c = ahead.next();
    if (!belongs(c)) return;
    append_rune(c, out);
    cursor_ = ahead;
  }
}

Lexeme Lexer::scan() {
  const Cursor start = cursor_;
  const char32_t c = cursor_.next();
  const Position position = cursor_.last_position();
  if (c == kEndOfText) return {Token::end_of_text, position, {}};
  if (c == '$') return scan_bound_param(position);
  const bool is_fraction = c == '.' && is_digit(Cursor(cursor_).next());
  const bool is_word = is_letter(c) || c == '_' || c == '"';
  if (is_space(c) || is_word || is_digit(c) || is_fraction || c == '\'') cursor_ = start;
  if (is_space(c)) return scan_space();
  if (is_word) return scan_ident(true);
  if (is_digit(c) || is_fraction) return scan_number();
  if (c == '\'') return scan_string();
  return scan_operator(c, position);
}

Lexeme Lexer::scan_space() {
  Lexeme lexeme{Token::space, cursor_.next_position(), {}};
  append_while(is_space, lexeme.text);
  peek();  // Space that touches the end of the text reads the end.
  return lexeme;
}

Lexeme Lexer::scan_ident(bool may_be_keyword) {
  Lexeme lexeme{Token::ident, cursor_.next_position(), {}};
  append_while(is_ident_char, lexeme.text);
  if (peek() == '"') {
    // What stands before a quote, without a space, is dropped, as InfluxDB does it.
    Lexeme quoted = scan_string();
    if (quoted.token != Token::string) return quoted;
    lexeme.text = std::move(quoted.text);
    return lexeme;
  }
  if (!may_be_keyword) return lexeme;
  lexeme.token = keyword(lexeme.text);
  if (lexeme.token != Token::ident) lexeme.text.clear();
  return lexeme;
}

Lexeme Lexer::scan_bound_param(Position position) {
  Lexeme name = scan_ident(false);
  const Token token = name.token == Token::ident ? Token::bound_param : name.token;
  return {token, position, "$" + name.text};
}

Lexeme Lexer::scan_string() {
  Lexeme lexeme{Token::string, cursor_.last_position(), {}};
  const char32_t quote = cursor_.next();
  for (char32_t c = cursor_.next(); c != quote; c = cursor_.next()) {
    if (c == kEndOfText || c == '\n') {
      lexeme.token = Token::bad_string;
      return lexeme;
    }
    if (c == '\\') {
      c = cursor_.next();
      if (c != 'n' && c != '\\' && c != '"' && c != '\'') {
        std::string escape = "\\";
        if (c != kEndOfText) append_rune(c, escape);
        return {Token::bad_escape, cursor_.last_position(), escape};
      }
      if (c == 'n') c = '\n';
    }
    append_rune(c, lexeme.text);
  }
  return lexeme;
}

Lexeme Lexer::scan_regex() {
  Lexeme lexeme{Token::regex, cursor_.last_position(), {}};
  Lexeme bad{Token::bad_regex, lexeme.position, {}};
  if (cursor_.next() != '/') return bad;
  for (char32_t c = cursor_.next(); c != '/'; c = cursor_.next()) {
    if (c == kEndOfText || c == '\n') return bad;
    // Only \/ is undone; other escapes belong to the expression.
    if (c == '\\' && accept('/')) c = '/';
    append_rune(c, lexeme.text);
  }
  return lexeme;
}

Lexeme Lexer::scan_number() {
  Lexeme lexeme{Token::integer, cursor_.next_position(), {}};
  append_while(is_digit, lexeme.text);
  if (accept('.')) {
    lexeme.token = Token::number;
    std::string fraction;
    append_while(is_digit, fraction);
    if (!fraction.empty()) lexeme.text += "." + fraction;
    return lexeme;
  }
  if (is_unit_char(Cursor(cursor_).next())) {
    lexeme.token = Token::duration_value;
    append_while([](char32_t c) { return is_unit_char(c) || is_digit(c); }, lexeme.text);
  }
  return lexeme;
}

Lexeme Lexer::scan_operator(char32_t first, Position position) {
  if (first == '-' && accept('-')) return skip_line_comment(position);
  if (first == '/' && accept('*')) return skip_block_comment(position);
  for (const PairOperator& pair : kPairOperators) {
    if (first == pair.first && accept(pair.second)) return {pair.token, position, {}};
  }
  Lexeme lexeme{single_operator(first), position, {}};
  if (lexeme.token == Token::illegal) append_rune(first, lexeme.text);
  return lexeme;
}

Lexeme Lexer::skip_line_comment(Position position) {
  for (char32_t c = cursor_.next(); c != '\n' && c != kEndOfText;) c = cursor_.next();
  return {Token::comment, position, {}};
}

Lexeme Lexer::skip_block_comment(Position position) {
  for (;;) {
    const char32_t c = cursor_.next();
    if (c == kEndOfText) return {Token::illegal, position, {}};
    if (c == '*' && accept('/')) return {Token::comment, position, {}};
  }
}

}  // namespace efd::influx
