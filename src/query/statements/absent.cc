// SPDX-License-Identifier: MIT
#include "query/statements/statements.h"
#include "query/statements/table.h"

namespace efd::query {

Result<> run(const influx::ShowContinuousQueriesStatement&, const StatementContext& context) {
  for (const std::string& name : context.store.databases()) {
    EFD_TRY(Table(name, {{"name"}, {"query"}}).send_always(context.sink));
  }
  return {};
}

Result<> run(const influx::ShowSubscriptionsStatement&, const StatementContext&) {
  return {};
}

Result<> run(const influx::ShowUsersStatement&, const StatementContext& context) {
  return Table("", {{"user"}, {"admin", rows::FieldType::boolean}}).send_always(context.sink);
}

}  // namespace efd::query
