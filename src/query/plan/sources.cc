// SPDX-License-Identifier: MIT
#include "query/plan/sources.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "query/expression/regex.h"

namespace efd::query {

struct NameFilter::Term {
  std::string name;
  std::optional<Regex> regex;
  bool passes(const std::string& text) const { return regex ? regex->matches(text) : text == name; }
};

Result<NameFilter> NameFilter::compile(const std::vector<influx::Source>& sources) {
  NameFilter filter;
  for (const influx::Source& source : sources) {
    const auto* measurement = std::get_if<influx::Measurement>(&source);
    if (!measurement) continue;
    auto term = std::make_shared<Term>();
    term->name = measurement->name;
    if (measurement->regex) {
      EFD_ASSIGN(term->regex, Regex::compile(*measurement->regex));
    }
    filter.terms_.push_back(std::move(term));
  }
  return filter;
}

bool NameFilter::passes(const std::string& name) const {
  return terms_.empty() || std::any_of(terms_.begin(), terms_.end(),
                                       [&](const auto& term) { return term->passes(name); });
}

Result<> require_database(const store::Store& store, const std::string& database) {
  if (database.empty()) return fail(ErrorCode::bad_input, "database name required");
  const std::vector<std::string> known = store.databases();
  if (std::find(known.begin(), known.end(), database) != known.end()) return {};
  return fail(ErrorCode::not_found, "database not found: {}", database);
}

Result<> normalize(std::vector<influx::Source>& sources, const Defaults& defaults,
                   const store::Store& store) {
  for (influx::Source& source : sources) {
    auto* measurement = std::get_if<influx::Measurement>(&source);
    if (!measurement) continue;
    if (measurement->database.empty()) measurement->database = defaults.database;
    if (measurement->policy.empty()) measurement->policy = defaults.policy;
    EFD_TRY(require_database(store, measurement->database));
  }
  return {};
}

namespace {

using Place = std::pair<std::string, std::string>;  // database, policy

bool has_regex(const std::vector<influx::Source>& sources) {
  return std::any_of(sources.begin(), sources.end(), [](const influx::Source& source) {
    return std::get<influx::Measurement>(source).regex.has_value();
  });
}

// The names that sources of one place mean; the store's list of all is asked only for a regex.
Result<std::vector<std::string>> names_of(const std::vector<influx::Source>& sources,
                                          const std::string& database, const store::Store& store) {
  if (!has_regex(sources)) {
    std::set<std::string> names;
    for (const auto& source : sources) names.insert(std::get<influx::Measurement>(source).name);
    return std::vector<std::string>(names.begin(), names.end());
  }
  EFD_ASSIGN(const NameFilter filter, NameFilter::compile(sources));
  EFD_ASSIGN(std::vector<std::string> names, store.measurement_names(database));
  names.erase(std::remove_if(names.begin(), names.end(),
                             [&](const std::string& name) { return !filter.passes(name); }),
              names.end());
  return names;
}

}  // namespace

Result<ViewList> open_views(const std::vector<influx::Source>& sources, store::Store& store) {
  std::map<Place, std::vector<influx::Source>> places;
  for (const influx::Source& source : sources) {
    const auto* measurement = std::get_if<influx::Measurement>(&source);
    if (measurement) places[{measurement->database, measurement->policy}].push_back(source);
  }
  ViewList all;
  for (const auto& [place, of_place] : places) {
    EFD_ASSIGN(const std::vector<std::string> names, names_of(of_place, place.first, store));
    EFD_ASSIGN(ViewList views, store.views(place.first, place.second, names));
    all.insert(all.end(), views.begin(), views.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a->name() < b->name(); });
  return all;
}

}  // namespace efd::query
