// SPDX-License-Identifier: MIT
// Any bytes as JSON text: no crash, and what is read is written so that it reads back the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "json/value.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using efd::json::Style;
  const auto value = efd::json::parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  for (const Style& style :
       {Style::compact(), Style::pretty(1), Style::python(), Style::python(4)}) {
    const auto back = efd::json::parse(efd::json::dump(*value, style));
    EFD_CHECK(back.has_value() && *back == *value);
  }
  EFD_CHECK(efd::json::parse(efd::json::dump(*value, Style::go())).has_value());
  return 0;
}
