// SPDX-License-Identifier: MIT
// TextSearch: all ways to read a SAL text. Nothing in a quoted text is escaped, so that any of its
// quotes may be its end; it is one if what follows can be read, up to the text's own end.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sal/text_reading.h"

namespace efd::sal::text {

// Most work on one message: places where a quoted value may begin, times quotes, or bytes.
constexpr size_t kSearchQuotesMax = size_t{1} << 22;
constexpr size_t kSearchBytesMax = size_t{1} << 26;

enum class Ways { none, one, several, too_many_to_count };

// Not thread-safe; keeps its buffers.
class TextSearch {
 public:
  TextSearch(const TextPlan& plan, Reading& reading);

  // An array of texts is as many texts as the schema says; if that cannot be read, one text.
  Ways run(std::string_view values);
  // The one way.
  const std::vector<Quoted>& quoted() const { return quoted_; }
  bool is_keyed() const { return is_keyed_; }

 private:
  // A quoted value: revcode, or one of a field. Values of one array are neighbours.
  struct Place {
    uint32_t op = kRevcode;
    uint32_t element = 0;
  };
  // Where reading comes to from a quoted value's end: to the next one's first quote, or to the end.
  struct Stop {
    uint32_t place = 0;
    uint32_t quote = 0;  // number of its first quote
    bool is_end = false;
  };

  uint8_t& ways_of(size_t place, size_t quote) { return ways_[place * quotes_.size() + quote]; }
  uint8_t& ways_from(size_t place, size_t quote) { return from_[place * quotes_.size() + quote]; }
  void list_quotes(std::string_view values);
  Ways count_all();
  void count_ways(size_t place, size_t quote);
  uint8_t ways(const Stop& stop);
  template <class Each>
  void each_stop(size_t place, size_t quote, Each each);
  bool read_on(uint32_t op, const char* at, Stop& stop);
  bool open(uint32_t place, const char* at, Stop& stop) const;
  void follow(uint32_t first_quote);

  const TextPlan& plan_;
  Reading& reading_;
  std::vector<Place> places_;
  std::vector<uint32_t> place_of_op_;
  std::vector<char> discarded_;
  std::vector<const char*> quotes_;
  const char* end_ = nullptr;
  std::vector<uint8_t> ways_;  // of a place that ends at a quote to read on; 2: several
  std::vector<uint8_t> from_;  // of a place that begins at a quote
  std::vector<Quoted> quoted_;
  bool is_keyed_ = false;
  bool is_one_text_an_array_ = false;
};

}  // namespace efd::sal::text
