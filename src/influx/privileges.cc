// SPDX-License-Identifier: MIT
#include "influx/ast.h"

namespace efd::influx {
namespace {

using Privileges = std::vector<RequiredPrivilege>;

Privileges on_database(const std::string& database, Privilege privilege) {
  return {{false, database, privilege}};
}

void append_select(const SelectStatement& select, Privileges& out);

void append_sources(const std::vector<Source>& sources, Privileges& out) {
  for (const Source& source : sources) {
    if (const auto* measurement = std::get_if<Measurement>(&source)) {
      out.push_back({false, measurement->database, Privilege::read});
    } else {
      append_select(*std::get<Subquery>(source).select, out);
    }
  }
}

void append_select(const SelectStatement& select, Privileges& out) {
  append_sources(select.sources, out);
  if (select.target) out.push_back({false, select.target->database, Privilege::write});
}

Privileges of_select(const SelectStatement& select) {
  Privileges out;
  append_select(select, out);
  return out;
}

struct PrivilegesOf {
  // All that is not named below is the administrator's.
  template <class Other>
  Privileges operator()(const Other&) const {
    return {{true, "", Privilege::all}};
  }

  Privileges operator()(const SelectStatement& s) const { return of_select(s); }
  Privileges operator()(const ExplainStatement& s) const { return of_select(*s.select); }
  Privileges operator()(const ShowDatabasesStatement&) const {
    return on_database("", Privilege::none);
  }
  Privileges operator()(const ShowMeasurementsStatement& s) const { return read(s.database); }
  Privileges operator()(const ShowSeriesStatement& s) const { return read(s.database); }
  Privileges operator()(const ShowTagKeysStatement& s) const { return read(s.database); }
  Privileges operator()(const ShowTagValuesStatement& s) const { return read(s.database); }
  Privileges operator()(const ShowFieldKeysStatement& s) const { return read(s.database); }
  Privileges operator()(const ShowRetentionPoliciesStatement& s) const { return read(s.database); }
  Privileges operator()(const ShowContinuousQueriesStatement&) const { return read(""); }
  Privileges operator()(const ShowQueriesStatement&) const { return read(""); }
  // An estimate is about the database, an exact count about its sources.
  Privileges operator()(const ShowCardinalityStatement& s) const {
    using Kind = ShowCardinalityStatement::Kind;
    if (!s.exact && (s.kind == Kind::series || s.kind == Kind::measurement)) {
      return read(s.database);
    }
    Privileges out;
    append_sources(s.sources, out);
    return out;
  }
  Privileges operator()(const CreateContinuousQueryStatement& s) const {
    Privileges out = read(s.database);
    const auto& target = s.select->target;
    if (target && !target->database.empty()) {
      out.push_back({false, target->database, Privilege::write});
    }
    return out;
  }
  Privileges operator()(const DropContinuousQueryStatement& s) const { return write(s.database); }
  Privileges operator()(const DropRetentionPolicyStatement& s) const { return write(s.database); }
  Privileges operator()(const DeleteStatement&) const { return write(""); }
  Privileges operator()(const DropSeriesStatement&) const { return write(""); }

 private:
  static Privileges read(const std::string& database) {
    return on_database(database, Privilege::read);
  }
  static Privileges write(const std::string& database) {
    return on_database(database, Privilege::write);
  }
};

}  // namespace

std::vector<RequiredPrivilege> required_privileges(const Statement& statement) {
  return std::visit(PrivilegesOf(), statement);
}

}  // namespace efd::influx
