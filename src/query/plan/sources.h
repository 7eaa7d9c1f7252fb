// SPDX-License-Identifier: MIT
// From the sources of a statement to views of measurements.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "influx/ast.h"
#include "store/store.h"

namespace efd::query {

// The database and the policy of a source that names none.
struct Defaults {
  std::string database;
  std::string policy;
};

using ViewList = std::vector<std::shared_ptr<const store::MeasurementView>>;

// "database name required" or "database not found: x", unless the store has it.
Result<> require_database(const store::Store& store, const std::string& database);

// Gives each source its database, and checks that it exists. Subqueries are left alone.
Result<> normalize(std::vector<influx::Source>& sources, const Defaults& defaults,
                   const store::Store& store);

// The measurements that normalized sources name, sorted by name, each of them once; all of one
// database and policy at one moment. "retention policy not found: x".
Result<ViewList> open_views(const std::vector<influx::Source>& sources, store::Store& store);

// Says whether a measurement's name is meant by one of the sources; no sources mean all.
class NameFilter {
 public:
  static Result<NameFilter> compile(const std::vector<influx::Source>& sources);
  bool passes(const std::string& name) const;

 private:
  struct Term;
  std::vector<std::shared_ptr<const Term>> terms_;
};

}  // namespace efd::query
