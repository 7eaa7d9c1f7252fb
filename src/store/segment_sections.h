// SPDX-License-Identifier: MIT
// What a segment file says of itself, so that it is understood without the manifest: which records
// its rows may come from, and the manifest's record of it with all names that it needs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/manifest_edit.h"
#include "store/segment_file.h"
#include "store/store.h"

namespace efd::store {

// As the sections hold them, compressed.
Result<std::string> encode_positions(std::span<const CutPosition> positions);
Result<std::string> encode_names(const ManifestEdit& names);

// `give_up` (naming the file) when damaged.
Result<std::vector<CutPosition>> read_positions(const OpenSegment& segment);
// Database, policy, measurements and columns; the file itself but its length; as removed, all files
// that it replaces.
Result<ManifestEdit> read_names(const OpenSegment& segment);

}  // namespace efd::store
