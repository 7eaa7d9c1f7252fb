// SPDX-License-Identifier: MIT
#include "store/encoding/column.h"

#include <algorithm>

#include "base/check.h"
#include "store/encoding/bit_packing.h"
#include "store/encoding/string_column.h"
#include "store/encoding/tags.h"
#include "store/encoding/word_column.h"

namespace efd::store::encoding {
namespace {

// How an element of an array is kept.
constexpr uint64_t kConstant = 1;  // one value for all rows, in the array's header
constexpr uint64_t kNullable = 2;  // some elements that are there are null

constexpr unsigned kCountWidth = 4;
constexpr unsigned kFlagWidth = 1;

unsigned word_width(rows::ColumnType type) {
  return static_cast<unsigned>(rows::width_of(type));
}

bool any(const std::vector<uint8_t>& flags) {
  return std::find(flags.begin(), flags.end(), 1) != flags.end();
}

// Gives every row with `absent(row)` the value before it (the first ones: the first that is there).
template <class T, class Absent>
void fill_absent(std::vector<T>& values, Absent absent) {
  size_t first = 0;
  while (first < values.size() && absent(first)) ++first;
  if (first == values.size()) return std::fill(values.begin(), values.end(), T{});
  std::fill_n(values.begin(), first, values[first]);
  for (size_t i = first + 1; i < values.size(); ++i)
    if (absent(i)) values[i] = values[i - 1];
}

template <class Absent>
void fill_absent(Values& values, Absent absent) {
  if (values.is_string()) return fill_absent(values.strings, absent);
  fill_absent(values.words, absent);
}

void append_nulls(const std::vector<uint8_t>& nulls, std::string& out) {
  encode_words(std::vector<uint64_t>(nulls.begin(), nulls.end()), kFlagWidth, out);
}

void append_values(const Values& values, std::string& out) {
  if (values.is_string()) return encode_strings(values.strings, out);
  encode_words(values.words, word_width(values.type), out);
}

Result<> read_values(ByteReader& from, size_t rows, Values& values) {
  values.resize(rows);
  if (values.is_string()) return decode_strings(from, values.strings);
  return decode_words(from, word_width(values.type), values.words);
}

Result<> read_nulls(ByteReader& from, size_t rows, std::vector<uint8_t>& nulls) {
  std::vector<uint64_t> flags(rows);
  EFD_TRY(decode_words(from, kFlagWidth, flags));
  nulls.resize(rows);
  for (size_t i = 0; i < rows; ++i) nulls[i] = flags[i] != 0;
  return {};
}

uint64_t flags_of(const Values& element) {
  if (any(element.nulls)) return kNullable;
  bool constant = !element.is_string() && all_equal(element.words.data(), element.words.size());
  return constant ? kConstant : 0;
}

std::string encoded_element(const Values& element, uint64_t flags) {
  std::string body;
  if (flags & kNullable) append_nulls(element.nulls, body);
  append_values(element, body);
  return body;
}

}  // namespace

void encode_column(Values& values, std::string& out) {
  if (any(values.nulls)) {
    fill_absent(values, [&](size_t row) { return values.nulls[row] != 0; });
    out.push_back(static_cast<char>(Tag::nullable));
    append_nulls(values.nulls, out);
  }
  append_values(values, out);
}

Result<> decode_column(ByteReader& from, size_t rows, Values& values) {
  values.nulls.clear();
  std::string_view rest = from.rest();
  if (!rest.empty() && rest[0] == static_cast<char>(Tag::nullable)) {
    from.take(1);
    EFD_TRY(read_nulls(from, rows, values.nulls));
  }
  return read_values(from, rows, values);
}

void encode_array(ArrayValues& values, std::string& out) {
  std::vector<uint64_t> flags, constants, sizes;
  std::vector<std::string> bodies;
  uint64_t shortest = *std::min_element(values.counts.begin(), values.counts.end());
  for (uint32_t e = 0; e < values.elements.size(); ++e) {
    Values& element = values.elements[e];
    if (shortest <= e || !element.nulls.empty())
      fill_absent(element, [&](size_t row) {
        return values.counts[row] <= e || (!element.nulls.empty() && element.nulls[row]);
      });
    flags.push_back(flags_of(element));
    if (flags.back() & kConstant) {
      constants.push_back(element.words[0]);
    } else {
      bodies.push_back(encoded_element(element, flags.back()));
      sizes.push_back(bodies.back().size());
    }
  }
  out.push_back(static_cast<char>(Tag::array));
  encode_words(values.counts, kCountWidth, out);
  encode_words(flags, kFlagWidth, out);
  if (!constants.empty()) encode_words(constants, word_width(values.elements[0].type), out);
  if (!sizes.empty()) encode_words(sizes, kCountWidth, out);
  for (const std::string& body : bodies) out.append(body);
}

Result<ArrayReader> ArrayReader::open(std::string_view bytes, rows::ColumnType type, size_t rows,
                                      uint32_t elements) {
  EFD_CHECK(elements >= 1 && elements <= kArrayElementsMax && rows >= 1);
  ArrayReader reader;
  reader.type_ = type;
  reader.counts_.resize(rows);
  ByteReader from(bytes);
  uint8_t tag = from.little<uint8_t>();
  if (tag != static_cast<uint8_t>(Tag::array))
    return fail(ErrorCode::give_up,
                "an array has the encoding {}, which this version does not know: it was written by "
                "a newer one, or is damaged",
                tag);
  EFD_TRY(decode_words(from, kCountWidth, reader.counts_));
  EFD_TRY(reader.read_header(from, elements));
  return reader;
}

Result<> ArrayReader::read_header(ByteReader& from, uint32_t elements) {
  flags_.resize(elements);
  EFD_TRY(decode_words(from, kFlagWidth, flags_));
  size_t constant = static_cast<size_t>(
      std::count_if(flags_.begin(), flags_.end(), [](uint64_t f) { return f & kConstant; }));
  if (constant && type_ == rows::ColumnType::string)
    return fail(ErrorCode::give_up, "an encoded array of strings is damaged");
  std::vector<uint64_t> constants(constant);
  std::vector<uint64_t> sizes(elements - constant);
  if (!constants.empty()) EFD_TRY(decode_words(from, word_width(type_), constants));
  if (!sizes.empty()) EFD_TRY(decode_words(from, kCountWidth, sizes));
  size_t next_constant = 0, next_body = 0;
  for (uint64_t flags : flags_) {
    constants_.push_back(flags & kConstant ? constants[next_constant++] : 0);
    bodies_.push_back(flags & kConstant ? std::string_view() : from.take(sizes[next_body++]));
  }
  if (!from.ok()) return fail(ErrorCode::give_up, "an encoded array is damaged: it ends too early");
  return {};
}

Result<> ArrayReader::read(uint32_t element, Values& values) const {
  EFD_CHECK(element < flags_.size());
  size_t rows = counts_.size();
  values.type = type_;
  values.nulls.clear();
  if (flags_[element] & kConstant) {
    values.words.assign(rows, constants_[element]);
  } else {
    ByteReader body(bodies_[element]);
    if (flags_[element] & kNullable) EFD_TRY(read_nulls(body, rows, values.nulls));
    EFD_TRY(read_values(body, rows, values));
  }
  for (size_t row = 0; row < rows; ++row) {
    if (counts_[row] > element) continue;
    values.nulls.resize(rows, 0);
    values.nulls[row] = 1;
  }
  return {};
}

}  // namespace efd::store::encoding
