// SPDX-License-Identifier: MIT
#include "influx/duration.h"

#include <array>
#include <charconv>

#include "base/time.h"

namespace efd::influx {
namespace {

struct Unit {
  std::string_view name;
  int64_t ns;
};
// In the order in which format_duration tries them; "µ" is read only.
constexpr std::array<Unit, 9> kUnits = {{{"w", 7 * kNsPerDay},
                                         {"d", kNsPerDay},
                                         {"h", 3600 * kNsPerSecond},
                                         {"m", 60 * kNsPerSecond},
                                         {"s", kNsPerSecond},
                                         {"ms", kNsPerMs},
                                         {"u", kNsPerUs},
                                         {"ns", 1},
                                         {"µ", kNsPerUs}}};

// The unit `text` begins with, the longest that fits; null: none.
const Unit* unit_at(std::string_view text) {
  const Unit* best = nullptr;
  for (const Unit& unit : kUnits) {
    const bool fits = text.substr(0, unit.name.size()) == unit.name;
    if (fits && (!best || unit.name.size() > best->name.size())) best = &unit;
  }
  return best;
}

tl::unexpected<Error> invalid() {
  return fail(ErrorCode::bad_input, "invalid duration");
}

// One number and its unit, taken from the front of `text`, added to `total`.
Result<void> add_part(std::string_view& text, int64_t& total) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0 || text[0] == '-') return invalid();
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  const Unit* unit = unit_at(text);
  if (!unit) return invalid();
  text.remove_prefix(unit->name.size());
  int64_t ns = 0;
  if (__builtin_mul_overflow(count, unit->ns, &ns) || __builtin_add_overflow(total, ns, &total)) {
    return fail(ErrorCode::bad_input, "overflowed duration {}{}: choose a smaller duration or INF",
                count, unit->name);
  }
  return {};
}

}  // namespace

Result<int64_t> parse_duration(std::string_view text) {
  if (text.size() < 2) return invalid();
  const bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  int64_t total = 0;
  while (!text.empty()) EFD_TRY(add_part(text, total));
  return negative ? -total : total;
}

std::string format_duration(int64_t ns) {
  if (ns == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (ns % unit.ns == 0) return fmt::format("{}{}", ns / unit.ns, unit.name);
  }
  return {};  // Not reached: the unit "ns" divides everything.
}

std::string format_go_duration(int64_t ns) {
  if (ns == 0) return "0s";
  const std::string_view sign = ns < 0 ? "-" : "";
  const uint64_t size = ns < 0 ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
  const auto in = [size](uint64_t unit) {
    return static_cast<double>(size) / static_cast<double>(unit);
  };
  if (size < kNsPerUs) return fmt::format("{}{}ns", sign, size);
  if (size < kNsPerMs) return fmt::format("{}{}µs", sign, in(kNsPerUs));
  if (size < kNsPerSecond) return fmt::format("{}{}ms", sign, in(kNsPerMs));
  const uint64_t minutes = size / (60 * kNsPerSecond);
  std::string seconds = fmt::format("{}.{:09}", size / kNsPerSecond % 60, size % kNsPerSecond);
  seconds.erase(seconds.find_last_not_of('0') + 1);
  if (seconds.back() == '.') seconds.pop_back();
  if (minutes == 0) return fmt::format("{}{}s", sign, seconds);
  if (minutes < 60) return fmt::format("{}{}m{}s", sign, minutes, seconds);
  return fmt::format("{}{}h{}m{}s", sign, minutes / 60, minutes % 60, seconds);
}

}  // namespace efd::influx
