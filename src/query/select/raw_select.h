// SPDX-License-Identifier: MIT
// A SELECT without functions: the rows of one source in which a selected field has a value.
#pragma once

#include "query/plan/plan.h"
#include "query/result_sink.h"
#include "query/source/row_source.h"
#include "query/watch.h"

namespace efd::query {

// Runs `plan` over one of its sources. Fails as the source, the sink or the watch does, and for a
// WHERE clause that cannot be compiled.
Result<> run_raw_select(const SelectPlan& plan, RowSource& source, ResultSink& sink,
                        const Watch& watch);

}  // namespace efd::query
