// SPDX-License-Identifier: MIT
// A SELECT without functions: the rows of one view in which a selected field has a value.
#pragma once

#include <memory>

#include "query/plan/plan.h"
#include "query/result_sink.h"
#include "query/watch.h"
#include "store/view.h"

namespace efd::query {

// Runs `plan` over one of its sources. Fails as the scan, the sink or the watch does, and for a
// WHERE clause that cannot be compiled.
Result<> run_raw_select(const SelectPlan& plan, std::shared_ptr<const store::MeasurementView> view,
                        ResultSink& sink, const Watch& watch);

}  // namespace efd::query
