// SPDX-License-Identifier: MIT
#pragma once

#include "sal/xml_files.h"

namespace efd::sal {

// The *.xml files of a tar (plain, gzip, xz, zstd) or zip file, in its order. Links, absolute names
// and names with `..` are problems, not files.
Result<XmlFiles> read_archive(const std::string& path, const XmlFilesLimits& limits);

}  // namespace efd::sal
