// SPDX-License-Identifier: MIT
// The tag sets of a measurement, each with a number: its series.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/view.h"

namespace efd::store {

// So many series a measurement has at most; one batch may go beyond.
constexpr uint32_t kSeriesMax = 1 << 24;

// A tag set as bytes: for each tag, sorted by key, varint and key, varint and value.
void append_tag(const Tag& tag, std::string& out);
// False when the bytes are no tag set.
bool is_tag_set(std::string_view bytes);

// One writer; readers read numbers below a count that they were given. A set never moves.
class SeriesDictionary {
 public:
  SeriesDictionary();

  // The writer's. Found, or made.
  uint32_t number(std::string_view tags);
  // The writer's. Puts back what a manifest or a file says. False when the number or the tags are
  // taken otherwise.
  bool restore(uint32_t series, std::string_view tags);
  uint32_t count() const { return count_; }
  // The writer's.
  size_t memory_bytes() const { return bytes_ + slots_.capacity() * sizeof(uint32_t); }

  // Empty for series 0, and for a number that nothing has.
  std::string_view tags(uint32_t series) const;

 private:
  static constexpr uint32_t kFirstEntries = 64;
  static constexpr size_t kLevels = 20;  // of twice as many entries each
  struct Entry {
    const char* bytes = nullptr;
    uint32_t size = 0;
  };
  static std::pair<size_t, uint32_t> place(uint32_t series);
  Entry& entry(uint32_t series);
  void put(uint32_t series, std::string_view tags);
  size_t slot_of(std::string_view tags) const;
  void grow_slots();

  std::array<std::unique_ptr<Entry[]>, kLevels> entries_;
  std::vector<std::unique_ptr<char[]>> texts_;
  size_t text_room_ = 0;  // in the last one
  char* text_end_ = nullptr;
  uint32_t count_ = 1;
  uint32_t used_ = 0;
  size_t bytes_ = 0;             // of entries_ and texts_
  std::vector<uint32_t> slots_;  // an open hash table of series; 0: free
};

}  // namespace efd::store
