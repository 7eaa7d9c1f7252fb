// SPDX-License-Identifier: MIT
#include "sal/xml.h"

#include <algorithm>

#include <pugixml.hpp>

#include "sal/xml_scan.h"

namespace efd::sal {
namespace {

// Line numbers of offsets that come in rising order.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  size_t line_of(size_t offset) {
    offset = std::clamp(offset, at_, text_.size());
    line_ += static_cast<size_t>(std::count(text_.begin() + static_cast<ptrdiff_t>(at_),
                                            text_.begin() + static_cast<ptrdiff_t>(offset), '\n'));
    at_ = offset;
    return line_;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
};

// Copies pugixml's tree; scan_xml has bounded its depth.
class TreeBuilder {
 public:
  explicit TreeBuilder(std::string_view content) : lines_(content) {}

  XmlElement build(const pugi::xml_node& node) {
    XmlElement element;
    element.name = node.name();
    element.line = lines_.line_of(static_cast<size_t>(node.offset_debug()));
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_element) {
        element.children.push_back(build(child));
      } else if (element.children.empty()) {
        element.text += child.value();
      }
    }
    return element;
  }

 private:
  LineCounter lines_;
};

Problem problem_at(const std::string& file, std::string_view content, size_t offset,
                   std::string reason) {
  return {file, LineCounter(content).line_of(offset), "", "not well-formed: " + std::move(reason)};
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  const auto named = [&](const XmlElement& element) { return element.name == child_name; };
  const auto found = std::find_if(children.begin(), children.end(), named);
  return found == children.end() ? nullptr : &*found;
}

tl::expected<XmlElement, Problem> parse_xml(const std::string& file, std::string_view content,
                                            const XmlLimits& limits) {
  if (const auto fault = scan_xml(content, limits)) {
    return tl::unexpected(problem_at(file, content, fault->offset, fault->reason));
  }
  pugi::xml_document document;
  constexpr unsigned kOptions =
      pugi::parse_escapes | pugi::parse_eol | pugi::parse_cdata | pugi::parse_ws_pcdata;
  const pugi::xml_parse_result parsed =
      document.load_buffer(content.data(), content.size(), kOptions, pugi::encoding_utf8);
  if (!parsed) {
    const auto offset = static_cast<size_t>(std::max<ptrdiff_t>(parsed.offset, 0));
    return tl::unexpected(problem_at(file, content, offset, parsed.description()));
  }
  return TreeBuilder(content).build(document.document_element());
}

std::string_view stripped(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\r\v\f";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace efd::sal
