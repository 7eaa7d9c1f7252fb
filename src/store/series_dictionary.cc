// SPDX-License-Identifier: MIT
#include "store/series_dictionary.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>

#include "base/bytes.h"
#include "base/check.h"
#include "codec/varint.h"

namespace efd::store {
namespace {

constexpr size_t kTextBytesMin = 4 << 10;
constexpr size_t kTextBytesMax = 1 << 20;
constexpr size_t kFirstSlots = 64;

}  // namespace

void append_tag(const Tag& tag, std::string& out) {
  for (std::string_view text : {tag.key, tag.value}) {
    codec::append_varint(text.size(), out);
    out.append(text);
  }
}

bool is_tag_set(std::string_view bytes) {
  ByteReader from(bytes);
  std::string_view before;
  for (bool is_first = true; from.ok() && from.remaining(); is_first = false) {
    std::string_view key = from.take(codec::read_varint64(from));
    std::string_view value = from.take(codec::read_varint64(from));
    if (value.empty() || (!is_first && key <= before)) return false;
    before = key;
  }
  return from.ok();
}

std::vector<Tag> SeriesList::tags(uint32_t series) const {
  std::vector<Tag> tags;
  if (!dictionary_ || series >= count_) return tags;
  ByteReader from(dictionary_->tags(series));
  while (from.ok() && from.remaining()) {
    std::string_view key = from.take(codec::read_varint64(from));
    tags.push_back({key, from.take(codec::read_varint64(from))});
  }
  return tags;
}

SeriesDictionary::SeriesDictionary() : slots_(kFirstSlots) {}

// Level l has kFirstEntries << l entries.
std::pair<size_t, uint32_t> SeriesDictionary::place(uint32_t series) {
  const uint32_t shifted = series / kFirstEntries + 1;
  const auto level = static_cast<size_t>(std::bit_width(shifted) - 1);
  return {level, series - ((uint32_t{1} << level) - 1) * kFirstEntries};
}

SeriesDictionary::Entry& SeriesDictionary::entry(uint32_t series) {
  auto [level, at] = place(series);
  EFD_CHECK(level < kLevels);
  if (!entries_[level]) {
    entries_[level] = std::make_unique<Entry[]>(kFirstEntries << level);
    bytes_ += (kFirstEntries << level) * sizeof(Entry);
  }
  return entries_[level][at];
}

std::string_view SeriesDictionary::tags(uint32_t series) const {
  auto [level, at] = place(series);
  if (level >= kLevels || !entries_[level]) return {};
  const Entry& entry = entries_[level][at];
  return {entry.bytes, entry.size};
}

// The one that has it, or the free one where it belongs.
size_t SeriesDictionary::slot_of(std::string_view tags) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = std::hash<std::string_view>()(tags) & mask;
  while (slots_[slot] && this->tags(slots_[slot]) != tags) slot = (slot + 1) & mask;
  return slot;
}

void SeriesDictionary::grow_slots() {
  const std::vector<uint32_t> all = std::exchange(slots_, std::vector<uint32_t>(slots_.size() * 2));
  for (uint32_t series : all)
    if (series) slots_[slot_of(tags(series))] = series;
}

void SeriesDictionary::put(uint32_t series, std::string_view tags) {
  if (text_room_ < tags.size()) {
    const size_t grown = std::clamp(texts_.size() * kTextBytesMin, kTextBytesMin, kTextBytesMax);
    text_room_ = std::max(tags.size(), grown);
    texts_.push_back(std::make_unique_for_overwrite<char[]>(text_room_));
    text_end_ = texts_.back().get();
    bytes_ += text_room_;
  }
  std::memcpy(text_end_, tags.data(), tags.size());
  entry(series) = {text_end_, static_cast<uint32_t>(tags.size())};
  text_end_ += tags.size();
  text_room_ -= tags.size();
  if (4 * size_t{++used_} > 3 * slots_.size()) grow_slots();
  slots_[slot_of(tags)] = series;
  count_ = std::max(count_, series + 1);
}

uint32_t SeriesDictionary::number(std::string_view tags) {
  if (tags.empty()) return 0;
  if (const uint32_t known = slots_[slot_of(tags)]) return known;
  const uint32_t made = count_;
  put(made, tags);
  return made;
}

bool SeriesDictionary::restore(uint32_t series, std::string_view tags) {
  if (series == 0 || series >= kSeriesMax * 2 || tags.empty()) return false;
  const uint32_t known = slots_[slot_of(tags)];
  if (known || !this->tags(series).empty()) return known == series;
  put(series, tags);
  return true;
}

}  // namespace efd::store
