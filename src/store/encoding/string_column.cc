// SPDX-License-Identifier: MIT
#include "store/encoding/string_column.h"

#include <unordered_map>
#include <vector>

#include "codec/varint.h"
#include "store/encoding/tags.h"
#include "store/encoding/word_column.h"

namespace efd::store::encoding {
namespace {

constexpr unsigned kSizeWidth = 4;  // bytes of a length or a place, were they raw

struct Dictionary {
  std::vector<std::string_view> strings;  // in order of first appearance
  std::vector<uint64_t> places;
  size_t bytes = 0;  // of the strings
};

Dictionary dictionary_of(std::span<const std::string_view> strings) {
  Dictionary dictionary;
  std::unordered_map<std::string_view, uint64_t> places;
  for (std::string_view string : strings) {
    auto [place, is_new] = places.try_emplace(string, dictionary.strings.size());
    if (is_new) {
      dictionary.strings.push_back(string);
      dictionary.bytes += string.size();
    }
    dictionary.places.push_back(place->second);
  }
  return dictionary;
}

void append_packed(std::span<const std::string_view> strings, std::string& out) {
  std::vector<uint64_t> sizes;
  for (std::string_view string : strings) sizes.push_back(string.size());
  encode_words(sizes, kSizeWidth, out);
  for (std::string_view string : strings) out.append(string);
}

tl::unexpected<Error> damaged(const char* what) {
  return fail(ErrorCode::give_up, "an encoded column of strings is damaged: {}", what);
}

Result<> read_packed(ByteReader& from, std::span<std::string_view> strings) {
  std::vector<uint64_t> sizes(strings.size());
  EFD_TRY(decode_words(from, kSizeWidth, sizes));
  for (size_t i = 0; i < strings.size(); ++i) strings[i] = from.take(sizes[i]);
  if (!from.ok()) return damaged("it ends too early");
  return {};
}

Result<> read_dictionary(ByteReader& from, std::span<std::string_view> strings) {
  uint64_t distinct = codec::read_varint64(from);
  if (distinct == 0 || distinct > strings.size()) return damaged("its dictionary is too long");
  std::vector<std::string_view> dictionary(distinct);
  EFD_TRY(read_packed(from, dictionary));
  std::vector<uint64_t> places(strings.size());
  EFD_TRY(decode_words(from, kSizeWidth, places));
  for (size_t i = 0; i < strings.size(); ++i) {
    if (places[i] >= distinct) return damaged("a string is not in the dictionary");
    strings[i] = dictionary[places[i]];
  }
  return {};
}

}  // namespace

void encode_strings(std::span<const std::string_view> strings, std::string& out) {
  Dictionary dictionary = dictionary_of(strings);
  size_t bytes = 0;
  for (std::string_view string : strings) bytes += string.size();
  // A place costs two bytes at most (a block has 1,024 rows).
  if (dictionary.bytes + 2 * (strings.size() - dictionary.strings.size()) >= bytes + 2) {
    out.push_back(static_cast<char>(Tag::raw_strings));
    return append_packed(strings, out);
  }
  out.push_back(static_cast<char>(Tag::dictionary));
  codec::append_varint(dictionary.strings.size(), out);
  append_packed(dictionary.strings, out);
  encode_words(dictionary.places, kSizeWidth, out);
}

Result<> decode_strings(ByteReader& from, std::span<std::string_view> strings) {
  uint8_t tag = from.little<uint8_t>();
  if (!from.ok()) return damaged("it ends too early");
  if (tag == static_cast<uint8_t>(Tag::raw_strings)) return read_packed(from, strings);
  if (tag == static_cast<uint8_t>(Tag::dictionary)) return read_dictionary(from, strings);
  return fail(ErrorCode::give_up,
              "a column of strings has the encoding {}, which this version does not know: it was "
              "written by a newer one, or is damaged",
              tag);
}

}  // namespace efd::store::encoding
