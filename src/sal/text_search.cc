// SPDX-License-Identifier: MIT
#include "sal/text_search.h"

#include <algorithm>

#include "sal/text_scalar.h"

namespace efd::sal::text {

TextSearch::TextSearch(const TextPlan& plan, Reading& reading)
    : plan_(plan), reading_(reading), discarded_(plan.datum_bytes_max()) {
  places_.push_back({});
  for (uint32_t number = 0; number < plan.ops().size(); ++number) {
    const TextOp& op = plan.ops()[number];
    place_of_op_.push_back(static_cast<uint32_t>(places_.size()));
    if (!op.may_be_quoted()) continue;
    const uint32_t count = op.code == TextCode::text ? op.count : 1;
    for (uint32_t element = 0; element < count; ++element) places_.push_back({number, element});
  }
}

void TextSearch::list_quotes(std::string_view values) {
  end_ = values.data() + values.size();
  quotes_.clear();
  for (const char& c : values)
    if (c == '\'') quotes_.push_back(&c);
}

Ways TextSearch::run(std::string_view values) {
  list_quotes(values);
  const char* first = skip_blanks(values.data());
  if (quotes_.size() < 2 || quotes_.front() != first) return Ways::none;
  const bool too_many = quotes_.size() > kSearchQuotesMax / places_.size() ||
                        values.size() > kSearchBytesMax / places_.size();
  if (too_many) return Ways::too_many_to_count;
  is_one_text_an_array_ = false;
  Ways ways = count_all();
  if (ways != Ways::none || !plan_.has_text_arrays()) return ways;
  is_one_text_an_array_ = true;
  return count_all();
}

Ways TextSearch::count_all() {
  ways_.assign(places_.size() * quotes_.size(), 0);
  from_.assign(places_.size() * quotes_.size(), 0);
  for (size_t place = places_.size(); place-- > 0;)
    for (size_t quote = quotes_.size(); quote-- > 1;) count_ways(place, quote);
  if (ways_from(0, 0) == 1) follow(0);
  return ways_from(0, 0) == 0 ? Ways::none : ways_from(0, 0) == 1 ? Ways::one : Ways::several;
}

// From the last quote to the first: a text that begins before `quote` ends there, or farther on.
void TextSearch::count_ways(size_t place, size_t quote) {
  unsigned here = 0;
  each_stop(place, quote, [&](const Stop& stop, bool) { here += ways(stop); });
  ways_of(place, quote) = static_cast<uint8_t>(std::min(here, 2u));
  const unsigned farther = ways_from(place, quote);
  ways_from(place, quote - 1) = static_cast<uint8_t>(std::min(here + farther, 2u));
}

uint8_t TextSearch::ways(const Stop& stop) {
  return stop.is_end ? uint8_t{1} : ways_from(stop.place, stop.quote);
}

// Each way to read on from a quoted value that ends at `quote`.
template <class Each>
void TextSearch::each_stop(size_t place, size_t quote, Each each) {
  const Place& from = places_[place];
  const char* at = quotes_[quote] + 1;
  Stop stop;
  if (from.op == kRevcode) {
    for (const bool is_keyed : {false, true}) {
      Preamble preamble;
      const char* behind = reading_.read_preamble(at, is_keyed, preamble);
      if (behind != nullptr && read_on(0, behind, stop)) each(stop, is_keyed);
    }
    return;
  }
  const TextOp& op = plan_.ops()[from.op];
  const bool is_whole = op.code != TextCode::text || is_one_text_an_array_;
  if (!is_whole && from.element + 1 < op.count) {
    if (open(static_cast<uint32_t>(place) + 1, skip_comma(at), stop)) each(stop, false);
    return;
  }
  if (read_on(from.op + 1, at, stop)) each(stop, false);
}

// From op `number` on, up to a quoted value or the end.
bool TextSearch::read_on(uint32_t number, const char* at, Stop& stop) {
  const auto& ops = plan_.ops();
  for (; number < ops.size(); ++number) {
    const TextOp& op = ops[number];
    if (!op.takes_text()) continue;
    if (op.may_be_quoted() && open(place_of_op_[number], skip_comma(at), stop)) return true;
    if (op.code == TextCode::text) return reading_.fail(at, "not a quoted text", &op);
    char* to = discarded_.data();
    at = reading_.read_values(op, at, to);
    if (at == nullptr) return false;
  }
  stop.is_end = skip_blanks(at) == end_ - 1;
  return stop.is_end || reading_.fail(at, "more than the schema has");
}

bool TextSearch::open(uint32_t place, const char* at, Stop& stop) const {
  if (at == nullptr || *at != '\'') return false;
  const auto quote = std::lower_bound(quotes_.begin(), quotes_.end(), at) - quotes_.begin();
  stop = {place, static_cast<uint32_t>(quote), false};
  return true;
}

void TextSearch::follow(uint32_t first_quote) {
  quoted_.clear();
  Stop at{0, first_quote, false};
  while (!at.is_end) {
    uint32_t close = at.quote + 1;
    while (ways_of(at.place, close) == 0) ++close;
    quoted_.push_back({quotes_[at.quote], quotes_[close], places_[at.place].op});
    Stop next;
    each_stop(at.place, close, [&](const Stop& stop, bool is_keyed) {
      if (ways(stop) == 0) return;
      next = stop;
      if (at.place == 0) is_keyed_ = is_keyed;
    });
    at = next;
  }
}

}  // namespace efd::sal::text
