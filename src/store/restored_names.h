// SPDX-License-Identifier: MIT
// The names of a store at its start: as the manifest has them, and as files say them that no commit
// names.
#pragma once

#include "store/committed_state.h"
#include "store/namespace.h"

namespace efd::store {

// Recovery: names and files as they were committed. `give_up`: two columns of a measurement are
// the same.
Result<> restore(const CommittedState& committed, Namespace& names);
// What a file that no commit names says of names: puts those into `names` that are not there.
// `conflict`: one has another meaning there, or was dropped.
Result<> restore_names(const ManifestEdit& file, const DroppedRecord& dropped, Namespace& names);

}  // namespace efd::store
