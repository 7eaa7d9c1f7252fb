// SPDX-License-Identifier: MIT
// The statements beside SELECT: SHOW ..., CREATE DATABASE. Each is one overload of run(), in the
// file of its subject.
#pragma once

#include "influx/ast.h"
#include "query/plan/sources.h"
#include "query/result_sink.h"
#include "store/store.h"

namespace efd::query {

// What a statement works with.
struct StatementContext {
  const Defaults& defaults;
  store::Store& store;
  ResultSink& sink;

  const std::string& or_default(const std::string& database) const {
    return database.empty() ? defaults.database : database;
  }
};

// Runs any statement but SELECT. What is not built fails with "not supported yet: ...".
Result<> run_statement(const influx::Statement& statement, const StatementContext& context);
// Whether the statement changes anything.
bool changes(const influx::Statement& statement);

// databases.cc
Result<> run(const influx::ShowDatabasesStatement& show, const StatementContext& context);
Result<> run(const influx::CreateDatabaseStatement& create, const StatementContext& context);
Result<> run(const influx::ShowRetentionPoliciesStatement& show, const StatementContext& context);
// schema.cc: what measurements there are, and what they have. There are no tags.
Result<> run(const influx::ShowMeasurementsStatement& show, const StatementContext& context);
Result<> run(const influx::ShowFieldKeysStatement& show, const StatementContext& context);
Result<> run(const influx::ShowTagKeysStatement& show, const StatementContext& context);
Result<> run(const influx::ShowTagValuesStatement& show, const StatementContext& context);
Result<> run(const influx::ShowSeriesStatement& show, const StatementContext& context);
// absent.cc: these always answer an empty list.
Result<> run(const influx::ShowContinuousQueriesStatement& show, const StatementContext& context);
Result<> run(const influx::ShowSubscriptionsStatement& show, const StatementContext& context);
Result<> run(const influx::ShowUsersStatement& show, const StatementContext& context);

}  // namespace efd::query
