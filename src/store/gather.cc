// SPDX-License-Identifier: MIT
#include "store/gather.h"

#include <algorithm>
#include <cstring>

namespace efd::store {
namespace {

template <class T>
T load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
void gather_as(Images images, uint32_t offset, uint64_t* to) {
  for (size_t i = 0; i < images.size(); ++i) to[i] = load<T>(images[i] + offset);
}

template <class T>
void scatter_elements(const char* elements, uint32_t n, size_t stride, uint64_t* to) {
  for (uint32_t e = 0; e < n; ++e) to[e * stride] = load<T>(elements + e * sizeof(T));
}

void scatter_elements(const Slot& slot, const char* elements, uint32_t n, size_t stride,
                      uint64_t* to) {
  switch (slot.width) {
    case 8:
      return scatter_elements<uint64_t>(elements, n, stride, to);
    case 4:
      return scatter_elements<uint32_t>(elements, n, stride, to);
    default:
      return scatter_elements<uint8_t>(elements, n, stride, to);
  }
}

Span span_of(const char* image, const Slot& slot) {
  return load<Span>(image + slot.offset);
}

uint32_t count_of(Span span) {
  return span.count & ~kHasNulls;
}

// Bytes that the elements of an array take.
size_t element_bytes(const char* image, const Slot& slot, Span span) {
  size_t bytes = size_t{count_of(span)} * slot.width;
  if (slot.width) return bytes;
  const char* sizes = image + span.offset;
  for (uint32_t e = 0; e < count_of(span); ++e)
    bytes += sizeof(uint32_t) + load<uint32_t>(sizes + e * sizeof(uint32_t));
  return bytes;
}

}  // namespace

void gather_words(Images images, const Slot& slot, uint64_t* to) {
  switch (slot.width) {
    case 8:
      return gather_as<uint64_t>(images, slot.offset, to);
    case 4:
      return gather_as<uint32_t>(images, slot.offset, to);
    default:
      return gather_as<uint8_t>(images, slot.offset, to);
  }
}

void gather_strings(Images images, const Slot& slot, std::string_view* to) {
  for (size_t i = 0; i < images.size(); ++i) {
    Span span = span_of(images[i], slot);
    to[i] = {images[i] + span.offset, span.count};
  }
}

bool gather_nulls(Images images, uint32_t column, uint8_t* to) {
  uint8_t any = 0;
  for (size_t i = 0; i < images.size(); ++i) {
    to[i] = static_cast<uint8_t>(images[i][column / 8]) >> column % 8 & 1;
    any |= to[i];
  }
  return any;
}

std::vector<uint8_t> any_nulls(Images images, uint32_t null_bytes) {
  std::vector<uint8_t> any(null_bytes);
  for (const char* image : images)
    for (uint32_t i = 0; i < null_bytes; ++i) any[i] |= static_cast<uint8_t>(image[i]);
  return any;
}

bool any_element_nulls(Images images, const Slot& slot) {
  return std::any_of(images.begin(), images.end(), [&](const char* image) {
    return (span_of(image, slot).count & kHasNulls) != 0;
  });
}

uint32_t gather_counts(Images images, const Slot& slot, uint64_t* to) {
  uint32_t longest = 0;
  for (size_t i = 0; i < images.size(); ++i) {
    uint32_t count = count_of(span_of(images[i], slot));
    to[i] = count;
    longest = std::max(longest, count);
  }
  return longest;
}

void gather_elements(Images images, const Slot& slot, uint32_t first, uint32_t n, uint64_t* to) {
  for (size_t i = 0; i < images.size(); ++i) {
    Span span = span_of(images[i], slot);
    uint32_t count = count_of(span);
    uint32_t here = count > first ? std::min(n, count - first) : 0;
    const char* elements = images[i] + span.offset + size_t{first} * slot.width;
    if (here) scatter_elements(slot, elements, here, images.size(), to + i);
    for (uint32_t e = here; e < n; ++e) to[e * images.size() + i] = 0;
  }
}

void gather_string_elements(Images images, const Slot& slot, uint32_t element,
                            std::string_view* to) {
  for (size_t i = 0; i < images.size(); ++i) {
    Span span = span_of(images[i], slot);
    to[i] = {};
    if (element >= count_of(span)) continue;
    const char* sizes = images[i] + span.offset;
    const char* text = sizes + size_t{count_of(span)} * sizeof(uint32_t);
    for (uint32_t e = 0; e < element; ++e) text += load<uint32_t>(sizes + e * sizeof(uint32_t));
    to[i] = {text, load<uint32_t>(sizes + element * sizeof(uint32_t))};
  }
}

bool gather_present_nulls(Images images, const Slot& slot, uint32_t element, uint8_t* to) {
  uint8_t any = 0;
  for (size_t i = 0; i < images.size(); ++i) {
    Span span = span_of(images[i], slot);
    to[i] = 0;
    if (!(span.count & kHasNulls) || element >= count_of(span)) continue;
    size_t nulls = span.offset + element_bytes(images[i], slot, span);
    to[i] = static_cast<uint8_t>(images[i][nulls + element]);
    any |= to[i];
  }
  return any;
}

bool gather_element_nulls(Images images, const Slot& slot, uint32_t element, uint8_t* to) {
  uint8_t any = gather_present_nulls(images, slot, element, to);
  for (size_t i = 0; i < images.size(); ++i) {
    to[i] |= element >= count_of(span_of(images[i], slot));
    any |= to[i];
  }
  return any;
}

}  // namespace efd::store
