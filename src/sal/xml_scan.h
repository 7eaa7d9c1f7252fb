// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sal/xml.h"

namespace efd::sal {

struct XmlFault {
  size_t offset = 0;  // in bytes
  std::string reason;
};

// Finds what pugixml lets pass or does not name, before it sees the text: bytes that are not UTF-8
// or not allowed in XML, another encoding, a DOCTYPE, undefined entities, a second root, text
// beside the root, tags that do not match, and elements beyond the limits. One pass, whatever the
// text.
std::optional<XmlFault> scan_xml(std::string_view content, const XmlLimits& limits);

}  // namespace efd::sal
