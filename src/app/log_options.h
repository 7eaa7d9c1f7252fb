// SPDX-License-Identifier: MIT
#pragma once

#include "app/settings.h"
#include "broker/commit_log.h"

namespace efd::app {

// What the settings say of the log. A reserve that leaves a checkpoint no room is raised, with a
// warning: on a full disk nothing but a checkpoint lets the log give room back.
broker::CommitLogOptions log_options(const Settings& settings);

}  // namespace efd::app
