// SPDX-License-Identifier: MIT
#include "sal/xml_path.h"

#include <fmt/core.h>

namespace efd::sal {
namespace {

// Calls `visit(part, is_last)` for the parts of a path; stops when it returns true, and returns
// that.
template <class Visit>
bool any_part(std::string_view path, Visit visit) {
  for (;;) {
    const size_t slash = path.find('/');
    const bool last = slash == std::string_view::npos;
    if (visit(path.substr(0, slash), last)) return true;
    if (last) return false;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_xml_path(std::string_view path) {
  constexpr std::string_view kExtension = ".xml";
  return path.size() > kExtension.size() &&
         path.substr(path.size() - kExtension.size()) == kExtension;
}

bool is_plain_path(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  return !any_part(path, [](std::string_view part, bool) { return part == ".."; });
}

bool lies_below(std::string_view path, std::string_view folder) {
  return any_part(path, [&](std::string_view part, bool last) { return !last && part == folder; });
}

std::string too_large(const XmlFilesLimits& limits) {
  return fmt::format("larger than {} bytes", limits.file_bytes_max);
}

}  // namespace efd::sal
