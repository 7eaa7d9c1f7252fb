// SPDX-License-Identifier: MIT
// A SELECT with functions over one source, with or without GROUP BY time.
#pragma once

#include "query/plan/plan.h"
#include "query/result_sink.h"
#include "query/source/row_source.h"
#include "query/watch.h"

namespace efd::query {

// Runs `plan` over one of its sources. Without a lower bound the buckets begin with the first value
// that the statement selects. `buckets_max` (0: none): to give out more buckets than that is
// `overload`, "max-select-buckets limit exceeded: (N/M)"; buckets beyond LIMIT do not count, and
// none does with fill(none). Otherwise fails as the source, the sink or the watch does, and for a
// WHERE clause that cannot be compiled.
Result<> run_aggregate_select(const SelectPlan& plan, RowSource& source, ResultSink& sink,
                              const Watch& watch, int64_t buckets_max);

}  // namespace efd::query
