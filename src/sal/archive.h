// SPDX-License-Identifier: MIT
#pragma once

#include "sal/source.h"

namespace efd::sal {

// The *.xml files of a tar (plain, gzip, xz, zstd) or zip file, in its order. Links, absolute names
// and names with `..` are problems, not files.
Result<Source> read_archive(const std::string& path, const SourceLimits& limits);

}  // namespace efd::sal
