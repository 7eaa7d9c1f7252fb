// SPDX-License-Identifier: MIT
#include "json/text.h"

#include <array>
#include <cstdint>

#include "json/utf8.h"

namespace efd::json {
namespace {

using PlainBytes = std::array<bool, 256>;

// The bytes that are copied as they are. Those of UTF-8 sequences are not: they are checked.
constexpr PlainBytes plain_bytes(Escaping escaping) {
  PlainBytes plain{};
  for (size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = true;
  plain['"'] = plain['\\'] = false;
  if (escaping == Escaping::go) plain['<'] = plain['>'] = plain['&'] = false;
  if (escaping == Escaping::ascii) plain[0x7f] = false;
  return plain;
}

constexpr std::array<PlainBytes, 3> kPlainBytes = {
    plain_bytes(Escaping::minimal), plain_bytes(Escaping::go), plain_bytes(Escaping::ascii)};

void append_u(uint32_t unit, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kHex[(unit >> shift) & 15]);
}

void append_code_point(uint32_t code_point, std::string& out) {
  if (code_point < 0x10000) return append_u(code_point, out);
  append_u(0xd800 + ((code_point - 0x10000) >> 10), out);
  append_u(0xdc00 + ((code_point - 0x10000) & 0x3ff), out);
}

char short_escape(unsigned char byte, Escaping escaping) {
  switch (byte) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\b':
      return escaping == Escaping::go ? 0 : 'b';
    case '\f':
      return escaping == Escaping::go ? 0 : 'f';
    default:
      return 0;
  }
}

void append_ascii(unsigned char byte, Escaping escaping, std::string& out) {
  const char letter = short_escape(byte, escaping);
  if (letter == 0) return append_u(byte, out);
  out.push_back('\\');
  out.push_back(letter);
}

// Appends one character that is not ASCII; returns the bytes that it took.
size_t append_utf8(std::string_view text, Escaping escaping, std::string& out) {
  const Utf8Character character = first_utf8_character(text);
  if (character.size == 0) return append_u(0xfffd, out), 1;
  const bool line_separator = character.code_point == 0x2028 || character.code_point == 0x2029;
  if (escaping == Escaping::ascii || (escaping == Escaping::go && line_separator)) {
    append_code_point(character.code_point, out);
  } else {
    out.append(text.substr(0, character.size));
  }
  return character.size;
}

}  // namespace

void append_quoted(std::string_view text, Escaping escaping, std::string& out) {
  const PlainBytes& plain = kPlainBytes[static_cast<size_t>(escaping)];
  out.push_back('"');
  size_t at = 0;
  while (at < text.size()) {
    const size_t start = at;
    while (at < text.size() && plain[static_cast<unsigned char>(text[at])]) ++at;
    out.append(text.substr(start, at - start));
    if (at == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      append_ascii(byte, escaping, out);
      ++at;
    } else {
      at += append_utf8(text.substr(at), escaping, out);
    }
  }
  out.push_back('"');
}

}  // namespace efd::json
