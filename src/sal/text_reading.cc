// SPDX-License-Identifier: MIT
#include "sal/text_reading.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "json/utf8.h"
#include "sal/avro_binary.h"
#include "sal/text_scalar.h"

namespace efd::sal::text {
namespace {

// Stamps beyond this are no times, and their milliseconds would not fit.
constexpr double kStampSecondsMax = 1e15;

constexpr const char* kNotThatInteger = "not an integer that the field can hold";

bool is_ascii(std::string_view bytes) {
  unsigned all = 0;
  for (char c : bytes) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

char* put_latin1(char* to, std::string_view bytes) {
  size_t size = bytes.size();
  for (char c : bytes) size += c < 0;
  to = put_varint(to, static_cast<int64_t>(size));
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) *to++ = static_cast<char>(0xc0 | byte >> 6);
    *to++ = byte < 0x80 ? c : static_cast<char>(0x80 | (byte & 0x3f));
  }
  return to;
}

// Every character is an element of its own.
char* put_characters(char* to, std::string_view bytes) {
  if (!bytes.empty()) to = put_varint(to, static_cast<int64_t>(bytes.size()));
  for (const char& c : bytes) to = put_bytes(to, {&c, 1});
  *to++ = 0;
  return to;
}

template <class Value>
const char* read_number(const char* at, Value& value) {
  const char* comma = skip_comma(at);
  if (comma == nullptr) return nullptr;
  if constexpr (std::is_floating_point_v<Value>)
    return read_float(comma, value);
  else
    return read_integer(comma, value);
}

bool put_stamp(double seconds, char*& to) {
  if (!(std::abs(seconds) < kStampSecondsMax)) return false;
  to = put_varint(to, std::llround(seconds * 1e3));
  return true;
}

bool put_integer(const TextOp& op, int64_t value, char*& to) {
  if (value < op.min || value > op.max) return false;
  to = put_varint(to, value);
  return true;
}

// Each takes one value at `from`, writes it at `to` and returns the place behind it, or null.
const char* take_boolean(const TextOp&, const char* from, char*& to) {
  bool value = false;
  const char* end = read_boolean(from, value);
  *to++ = static_cast<char>(value);
  return end;
}

template <class Float>
const char* take_float(const TextOp&, const char* from, char*& to) {
  Float value = 0;
  const char* end = read_float(from, value);
  to = put_float(to, value);
  return end;
}

const char* take_stamp(const TextOp&, const char* from, char*& to) {
  double value = 0;
  const char* end = read_float(from, value);
  return end != nullptr && put_stamp(value, to) ? end : nullptr;
}

const char* take_byte(const TextOp&, const char* from, char*& to) {
  int64_t value = 0;
  const char* end = read_integer(from, value);
  if (end == nullptr || value < 0 || value > 255) return nullptr;
  const char byte = static_cast<char>(value);
  to = put_bytes(to, {&byte, 1});
  return end;
}

const char* take_integer(const TextOp& op, const char* from, char*& to) {
  int64_t value = 0;
  const char* end = read_integer(from, value);
  if (value < 0) value += op.wrap;
  return end != nullptr && put_integer(op, value, to) ? end : nullptr;
}

// A symbol, or a number from 1.
const char* read_symbol(const std::vector<std::string>& symbols, const char* at, int64_t& number) {
  if (*at == '+' || *at == '-' || is_digit(*at)) return read_integer(at, number);
  const char* end = token_end(at);
  const std::string_view name(at, static_cast<size_t>(end - at));
  const auto found = std::find(symbols.begin(), symbols.end(), name);
  number = found - symbols.begin() + 1;
  return found == symbols.end() ? nullptr : end;
}

}  // namespace

const char* Reading::fail(const char* at, const char* what, const TextOp* op, uint32_t element) {
  if (failure_.at == nullptr || at > failure_.at) failure_ = {at, what, op, element};
  return nullptr;
}

bool Reading::read(std::string_view values, const Form& form, UtcTime now,
                   const std::vector<Quoted>* quoted, char*& to) {
  end_ = values.data() + values.size();
  quoted_ = quoted;
  quoted_count_ = 0;
  is_one_text_ = form.is_one_text;
  Preamble preamble;
  const char* at = read_quoted(skip_blanks(values.data()), nullptr, preamble.revcode);
  if (at != nullptr) at = read_preamble(at, form.is_keyed, preamble);
  if (at == nullptr) return false;
  index_ = form.is_keyed ? &preamble.index : nullptr;
  const bool is_read = read_fields(at, preamble, now, to);
  index_ = nullptr;
  return is_read;
}

bool Reading::read_fields(const char* at, const Preamble& preamble, UtcTime now, char*& to) {
  for (const TextOp& op : plan_.ops()) {
    if (!op.takes_text()) {
      if (!write_header(op, preamble, now, to)) return fail(at, "not in the preamble's range", &op);
      continue;
    }
    at = read_op(op, at, to);
    if (at == nullptr) return false;
  }
  at = skip_blanks(at);
  return at == end_ - 1 || fail(at, "more than the schema has");
}

const char* Reading::read_preamble(const char* at, bool is_keyed, Preamble& preamble) {
  const bool is_sal = plan_.options().preamble_order == PreambleOrder::sal;
  int64_t& fifth = is_sal ? preamble.origin : preamble.host;
  int64_t& sixth = is_sal ? preamble.host : preamble.origin;
  const char* start = at;
  at = read_number(at, preamble.created_s);
  if (at) at = read_number(at, preamble.ingested_s);
  if (at) at = read_number(at, preamble.sequence);
  if (at) at = read_number(at, fifth);
  if (at) at = read_number(at, sixth);
  if (at == nullptr) return fail(start, "not the five numbers of the preamble");
  if (!is_keyed) return at;
  start = at;
  at = read_number(at, preamble.index);
  return at != nullptr ? at : fail(start, "not the component's index");
}

// ---------------------------------------------------------------------------------------- header

bool Reading::write_header(const TextOp& op, const Preamble& preamble, UtcTime now, char*& to) {
  switch (op.code) {
    case TextCode::now:
      to = put_varint(to, now.ms());
      return true;
    case TextCode::revcode:
      return write_text(op, preamble.revcode, to);
    case TextCode::created:
      return put_stamp(preamble.created_s, to);
    case TextCode::ingested:
      return put_stamp(preamble.ingested_s, to);
    case TextCode::sequence:
      return put_integer(op, preamble.sequence, to);
    case TextCode::origin:
      return put_integer(op, preamble.origin, to);
    default:
      return put_integer(op, preamble.host, to);
  }
}

// ------------------------------------------------------------------------------------- unquoted

template <class Take>
const char* Reading::read_each(const TextOp& op, const char* at, char*& to, const char* what,
                               Take take) {
  for (uint32_t i = 0; i < op.count; ++i) {
    const char* value = skip_comma(at);
    if (value == nullptr) {
      at = skip_blanks(at);
      return fail(at, *at == ')' ? "fewer values than the schema has" : "not followed by ','", &op,
                  i);
    }
    at = take(op, value, to);
    if (at == nullptr) return fail(value, what, &op, i);
  }
  return at;
}

const char* Reading::read_symbols(const TextOp& op, const char* at, char*& to) {
  const auto& symbols = plan_.shape().fields[op.field].symbols;
  const auto take = [&](const TextOp&, const char* from, char*& out) -> const char* {
    int64_t number = 0;
    const char* end = read_symbol(symbols, from, number);
    if (end == nullptr || number < op.min || number > op.max) return nullptr;
    out = put_varint(out, number - 1);
    return end;
  };
  return read_each(op, at, to, "not a symbol of the enumeration, nor its number from 1", take);
}

const char* Reading::read_index(const TextOp& op, const char* at, char*& to) {
  char* start = to;
  at = read_each(op, at, to, kNotThatInteger, take_integer);
  if (at == nullptr || index_ == nullptr) return at;
  to = start;
  return put_integer(op, *index_, to) ? at : fail(at, "behind an index that it cannot hold", &op);
}

const char* Reading::read_values(const TextOp& op, const char* at, char*& to) {
  switch (op.code) {
    case TextCode::boolean:
      return read_each(op, at, to, "not a boolean (0, 1, true, false)", take_boolean);
    case TextCode::float32:
      return read_each(op, at, to, "not a float", take_float<float>);
    case TextCode::float64:
      return read_each(op, at, to, "not a double", take_float<double>);
    case TextCode::seconds:
      return read_each(op, at, to, "not a time in seconds", take_stamp);
    case TextCode::byte:
      return read_each(op, at, to, "not a byte (0 to 255)", take_byte);
    case TextCode::symbol:
      return read_symbols(op, at, to);
    case TextCode::index:
      return read_index(op, at, to);
    default:
      return read_each(op, at, to, kNotThatInteger, take_integer);
  }
}

const char* Reading::read_array(const TextOp& op, const char* at, char*& to) {
  to = put_varint(to, op.count);
  at = read_values(op, at, to);
  *to++ = 0;
  return at;
}

const char* Reading::read_op(const TextOp& op, const char* at, char*& to) {
  if (op.may_be_quoted()) return read_quoted_op(op, at, to);
  return op.is_array ? read_array(op, at, to) : read_values(op, at, to);
}

// --------------------------------------------------------------------------------------- quoted

const char* Reading::read_quoted(const char* at, const TextOp* op, std::string_view& bytes) {
  if (*at != '\'') return fail(at, "not a quoted text", op);
  const char* close = nullptr;
  if (quoted_ != nullptr)
    close = quoted_count_ < quoted_->size() ? (*quoted_)[quoted_count_].close : nullptr;
  else
    close = static_cast<const char*>(std::memchr(at + 1, '\'', static_cast<size_t>(end_ - at - 1)));
  if (close == nullptr) return fail(at, "not closed by a quote", op);
  ++quoted_count_;
  bytes = {at + 1, static_cast<size_t>(close - at - 1)};
  return close + 1;
}

bool Reading::write_text(const TextOp& op, std::string_view bytes, char*& to) {
  if (is_ascii(bytes) || json::find_invalid_utf8(bytes) == bytes.npos) {
    to = put_bytes(to, bytes);
    return true;
  }
  if (plan_.options().charset == Charset::utf8) return fail(bytes.data(), "not UTF-8", &op);
  to = put_latin1(to, bytes);
  return true;
}

size_t Reading::texts_of(const TextOp& op) const {
  if (quoted_ == nullptr) return is_one_text_ ? 1 : op.count;
  const auto number = static_cast<uint32_t>(&op - plan_.ops().data());
  size_t count = 0;
  for (size_t i = quoted_count_; i < quoted_->size() && (*quoted_)[i].op == number; ++i) ++count;
  return count;
}

const char* Reading::read_texts(const TextOp& op, const char* at, char*& to) {
  const size_t count = texts_of(op);
  to = put_varint(to, static_cast<int64_t>(count));
  for (size_t i = 0; i < count; ++i) {
    std::string_view bytes;
    const char* value = skip_comma(at);
    if (value == nullptr) return fail(at, "fewer values than the schema has", &op);
    at = read_quoted(value, &op, bytes);
    if (at == nullptr || !write_text(op, bytes, to)) return nullptr;
  }
  *to++ = 0;
  return at;
}

const char* Reading::read_quoted_op(const TextOp& op, const char* at, char*& to) {
  const char* value = skip_comma(at);
  if (value == nullptr) return fail(at, "fewer values than the schema has", &op);
  if (op.code == TextCode::byte && *value != '\'')
    return op.is_array ? read_array(op, at, to) : read_values(op, at, to);
  if (op.code == TextCode::text && op.is_array) return read_texts(op, at, to);
  std::string_view bytes;
  const char* end = read_quoted(value, &op, bytes);
  if (end == nullptr) return nullptr;
  if (op.code == TextCode::text) return write_text(op, bytes, to) ? end : nullptr;
  to = op.is_array ? put_characters(to, bytes) : put_bytes(to, bytes);
  return end;
}

}  // namespace efd::sal::text
