// SPDX-License-Identifier: MIT
// Names of files inside of a source.
#pragma once

#include <string>
#include <string_view>

#include "sal/xml_files.h"

namespace efd::sal {

bool is_xml_path(std::string_view path);

// Not empty, not absolute, no part is "..".
bool is_plain_path(std::string_view path);

// Whether one of its folders is called `folder`.
bool lies_below(std::string_view path, std::string_view folder);

std::string too_large(const XmlFilesLimits& limits);

}  // namespace efd::sal
