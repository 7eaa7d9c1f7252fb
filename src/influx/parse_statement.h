// SPDX-License-Identifier: MIT
// One function for each statement: the words that name it have been read. Internal to the parser.
#pragma once

#include "influx/token_stream.h"

namespace efd::influx {

using StatementParser = Result<Statement> (*)(TokenStream& in);

// parse_query_statements.cc
Result<Statement> parse_select_statement(TokenStream& in);
Result<Statement> parse_explain(TokenStream& in);
Result<Statement> parse_delete(TokenStream& in);
Result<Statement> parse_drop_series(TokenStream& in);
Result<Statement> parse_drop_measurement(TokenStream& in);
Result<Statement> parse_drop_shard(TokenStream& in);
Result<Statement> parse_kill_query(TokenStream& in);

// parse_show.cc
Result<Statement> parse_show_diagnostics(TokenStream& in);
Result<Statement> parse_show_field_keys(TokenStream& in);
Result<Statement> parse_show_grants(TokenStream& in);
Result<Statement> parse_show_measurements(TokenStream& in);
Result<Statement> parse_show_retention_policies(TokenStream& in);
Result<Statement> parse_show_series(TokenStream& in);
Result<Statement> parse_show_stats(TokenStream& in);
Result<Statement> parse_show_tag_keys(TokenStream& in);
Result<Statement> parse_show_tag_values(TokenStream& in);

// parse_cardinality.cc
Result<Statement> parse_field_key_cardinality(TokenStream& in);
Result<Statement> parse_tag_key_cardinality(TokenStream& in);
Result<Statement> parse_measurement_cardinality(TokenStream& in);
Result<Statement> parse_measurement_exact_cardinality(TokenStream& in);
// The statement behind the word CARDINALITY.
Result<Statement> parse_cardinality(TokenStream& in, ShowCardinalityStatement::Kind kind,
                                    bool exact);
// WITH KEY ...
Result<TagKeyFilter> parse_tag_key_filter(TokenStream& in);

// parse_schema.cc
Result<Statement> parse_create_database(TokenStream& in);
Result<Statement> parse_drop_database(TokenStream& in);
Result<Statement> parse_create_retention_policy(TokenStream& in);
Result<Statement> parse_alter_retention_policy(TokenStream& in);
Result<Statement> parse_drop_retention_policy(TokenStream& in);

// parse_feeds.cc
Result<Statement> parse_create_continuous_query(TokenStream& in);
Result<Statement> parse_drop_continuous_query(TokenStream& in);
Result<Statement> parse_create_subscription(TokenStream& in);
Result<Statement> parse_drop_subscription(TokenStream& in);

// parse_users.cc
Result<Statement> parse_create_user(TokenStream& in);
Result<Statement> parse_drop_user(TokenStream& in);
Result<Statement> parse_set_password(TokenStream& in);
Result<Statement> parse_grant(TokenStream& in);
Result<Statement> parse_revoke(TokenStream& in);

}  // namespace efd::influx
