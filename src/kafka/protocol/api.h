// SPDX-License-Identifier: MIT
// ApiDescription: key, name and versions of one API. Each messages/*.h ends with one, beside its
// request and response; apis.h lists them all.
#pragma once

#include <cstdint>

namespace efd::kafka {

constexpr int16_t kSameAsFirst = -1;

struct ApiDescription {
  int16_t key;
  const char* name;
  int16_t first;  // lowest and highest version that the server takes
  int16_t last;
  int16_t flexible_since;  // compact lengths and tagged fields from here on
  // The lowest version that ApiVersions lists. Lower than `first` where clients infer features
  // from it and never ask for it (Produce 0: KAFKA-18659).
  int16_t advertised_first = kSameAsFirst;

  constexpr bool takes(int16_t version) const { return version >= first && version <= last; }
  constexpr bool is_flexible(int16_t version) const { return version >= flexible_since; }
  constexpr int16_t first_listed() const {
    return advertised_first == kSameAsFirst ? first : advertised_first;
  }
};

}  // namespace efd::kafka
