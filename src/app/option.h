// SPDX-License-Identifier: MIT
// Option: a row of a table of settings or of a command's arguments. It says where the value lies,
// what it may be and what it is for; help, validation, the reference page and the default file are
// made from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/result.h"

namespace efd::app {

// A value of an enumeration whose values are those of Option::choices, in their order.
struct Choice {
  void* value;
  size_t (*get)(const void* value);
  void (*set)(void* value, size_t index);
};

// Where the value of an option lies.
using Place = std::variant<std::string*, bool*, int32_t*, int64_t*, uint64_t*, double*,
                           std::chrono::milliseconds*, std::chrono::microseconds*,
                           std::vector<std::string>*, Choice>;

template <class T>
Place place_of(T& value) {
  if constexpr (std::is_enum_v<T>)
    return Choice{&value,
                  [](const void* at) { return static_cast<size_t>(*static_cast<const T*>(at)); },
                  [](void* at, size_t index) { *static_cast<T*>(at) = static_cast<T>(index); }};
  else
    return &value;
}

template <class Object, class Member>
Object object_of_member(Member Object::*);

// at<&Settings::log, &CommitLogOptions::retention_ms> is the place of that member of a Settings.
template <auto First, auto... Rest>
Place at(void* object) {
  using Object = decltype(object_of_member(First));
  return place_of(((static_cast<Object*>(object)->*First).*....*Rest));
}

// A member as an object that has options of its own.
template <auto First, auto... Rest>
void* object_at(void* object) {
  using Object = decltype(object_of_member(First));
  return &((static_cast<Object*>(object)->*First).*....*Rest);
}

struct Option {
  std::string_view section;   // of the configuration file; "" = its top, or no setting
  std::string_view name;      // in its section; of an argument without a flag: what stands for it
  std::string_view flag;      // on the command line: "--write"; "" = none of its own
  Place (*at)(void* object);  // the object is the table's, see there
  double min = 0;             // of numbers; both 0: any
  double max = 0;
  std::string_view choices;  // of enumerations and texts: "a|b|c"; "" = any text
  std::string_view help;
  Result<> (*check)(std::string_view) = nullptr;  // says what is wrong with a text
  bool is_required = false;
  std::string_view needs = {};     // the flag without which this one makes no sense
  std::string_view excludes = {};  // the flag that does not go with it

  std::string key() const;  // "store.flush_bytes"
};

constexpr double kAny = 9e18;  // as Option::max: no bound

// Sets the value from its text; a list gets one more entry for each of `texts`, the others want one
// text. bad_input says what is allowed.
Result<> set_value(const Option& option, Place place, std::span<const std::string> texts);
std::string value_text(Place place, const Option& option);
// The same as TOML.
std::string toml_value(Place place, const Option& option);
// What the value may be, for people.
std::string allowed(Place place, const Option& option);

// "A, B,C" -> {"A", "B", "C"}.
std::vector<std::string> split_list(std::string_view text, char separator = ',');

// The candidate that `word` is most likely meant to be; "" when none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace efd::app
