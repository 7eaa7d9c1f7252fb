// SPDX-License-Identifier: MIT
// The statements beside SELECT that are answered from what the store knows of itself: SHOW ...,
// CREATE DATABASE.
#pragma once

#include "influx/ast.h"
#include "query/plan/sources.h"
#include "query/result_sink.h"
#include "store/store.h"

namespace efd::query {

// Runs any statement but SELECT. What is not built fails with "not supported yet: ...".
Result<> run_show(const influx::Statement& statement, const Defaults& defaults, store::Store& store,
                  ResultSink& sink);

}  // namespace efd::query
