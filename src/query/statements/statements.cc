// SPDX-License-Identifier: MIT
#include "query/statements/statements.h"

#include "query/compile/support.h"

namespace efd::query {
namespace {

template <class Statement>
concept Built = requires(const Statement& statement, const StatementContext& context) {
  run(statement, context);
};

}  // namespace

Result<> run_statement(const influx::Statement& statement, const StatementContext& context) {
  return std::visit(
      [&]<class One>(const One& one) -> Result<> {
        if constexpr (Built<One>) return run(one, context);
        return not_supported(influx::to_string(statement));
      },
      statement);
}

bool changes(const influx::Statement& statement) {
  return std::holds_alternative<influx::CreateDatabaseStatement>(statement);
}

}  // namespace efd::query
