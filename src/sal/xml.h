// SPDX-License-Identifier: MIT
// XML 1.0 as SAL uses it: elements and text. Attributes, comments and processing instructions are
// passed over; a DOCTYPE (and with it every entity of one's own) is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "sal/problem.h"

namespace efd::sal {

struct XmlElement {
  std::string name;
  std::string text;  // before the first child element; line ends are \n; not stripped
  size_t line = 0;   // of its start tag, from 1
  std::vector<XmlElement> children;

  // The first child of that name, or a null pointer.
  const XmlElement* child(std::string_view name) const;
};

struct XmlLimits {
  size_t depth_max = 32;            // elements inside of elements; SAL has 4
  size_t elements_max = 1'000'000;  // in one document
};

// The root element. Strictly: one root, UTF-8 only, no undefined entities, no text beside the root.
// The problem has file and line.
tl::expected<XmlElement, Problem> parse_xml(const std::string& file, std::string_view content,
                                            const XmlLimits& limits = {});

// Without blanks, tabs and line ends at both ends.
std::string_view stripped(std::string_view text);

}  // namespace efd::sal
