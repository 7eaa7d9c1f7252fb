// SPDX-License-Identifier: MIT
// A SELECT with functions over one view, with or without GROUP BY time.
#pragma once

#include <memory>

#include "query/plan.h"
#include "query/result_sink.h"
#include "query/watch.h"
#include "store/view.h"

namespace efd::query {

// Runs `plan` over one of its sources. `buckets_max`: more buckets than that are bad_input,
// "max-select-buckets limit exceeded: (N/M)". Otherwise fails as the scan, the sink or the watch
// does, and for a WHERE clause that cannot be compiled.
Result<> run_aggregate_select(const SelectPlan& plan,
                              std::shared_ptr<const store::MeasurementView> view, ResultSink& sink,
                              const Watch& watch, int64_t buckets_max);

}  // namespace efd::query
