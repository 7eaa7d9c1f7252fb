// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/time.h"
#include "influx/duration.h"
#include "query/compile/support.h"
#include "query/statements/statements.h"
#include "query/statements/table.h"

namespace efd::query {
namespace {

using rows::FieldType;

Result<> check_database_name(const std::string& name) {
  const bool printable = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '/' && c != '\\';
  });
  if (printable && !name.empty() && name != "." && name != "..") return {};
  return fail(ErrorCode::bad_input, "invalid name");
}

// Does WITH say no more than what a database gets anyway?
bool is_default_policy(const influx::CreateDatabaseStatement& create) {
  constexpr int64_t kDefaultShardNs = 7 * kNsPerDay;
  return create.duration_ns.value_or(0) == 0 && create.replication.value_or(1) == 1 &&
         (create.shard_duration_ns == 0 || create.shard_duration_ns == kDefaultShardNs) &&
         (create.policy.empty() || create.policy == "autogen");
}

}  // namespace

Result<> run(const influx::ShowDatabasesStatement&, const StatementContext& context) {
  Table table("databases", {{"name"}});
  for (std::string& name : context.store.databases()) table.add({std::move(name)});
  return table.send_always(context.sink);
}

Result<> run(const influx::CreateDatabaseStatement& create, const StatementContext& context) {
  EFD_TRY(check_database_name(create.name));
  if (create.with_policy && !is_default_policy(create)) {
    return not_supported("a retention policy in CREATE DATABASE");
  }
  return context.store.create_database(create.name);
}

Result<> run(const influx::ShowRetentionPoliciesStatement& show, const StatementContext& context) {
  const std::string& database = context.or_default(show.database);
  EFD_TRY(require_database(context.store, database));
  EFD_ASSIGN(const std::vector<store::RetentionPolicy> policies, context.store.policies(database));
  Table table("", {{"name"},
                   {"duration"},
                   {"shardGroupDuration"},
                   {"replicaN", FieldType::integer},
                   {"default", FieldType::boolean}});
  for (const store::RetentionPolicy& policy : policies) {
    table.add({policy.name, influx::format_go_duration(policy.duration_ns),
               influx::format_go_duration(policy.shard_duration_ns), int64_t{1},
               policy.is_default});
  }
  return table.send_always(context.sink);
}

}  // namespace efd::query
