// SPDX-License-Identifier: MIT
#include "app/commands.h"
#include "app/print_error.h"

namespace efd::app {

int run_demo(const DemoOptions& options) {
  demo::Options run = options.run;
  run.cluster.settings = parse_broker_settings(options.broker_settings);
  const auto agree = demo::run(run);
  if (!agree) return print_error(agree.error().message);
  return *agree ? kOk : kFailed;
}

}  // namespace efd::app
