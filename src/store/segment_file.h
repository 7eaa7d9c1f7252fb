// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

namespace efd::store {

class SegmentFile;
using SegmentFiles = std::vector<std::shared_ptr<const SegmentFile>>;

}  // namespace efd::store
