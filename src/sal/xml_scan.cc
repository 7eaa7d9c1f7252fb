// SPDX-License-Identifier: MIT
#include "sal/xml_scan.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "json/utf8.h"

namespace efd::sal {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr size_t kReferenceBytesMax = 16;  // "#x0010FFFF;" and some room
constexpr size_t kNowhere = std::string_view::npos;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// XML 1.0, production 2.
bool is_xml_character(uint32_t code_point) {
  if (code_point < 0x20) return code_point == '\t' || code_point == '\n' || code_point == '\r';
  return code_point < 0xd800 || (code_point >= 0xe000 && code_point < 0xfffe) ||
         (code_point >= 0x10000 && code_point <= 0x10ffff);
}

// `reference` is what stands between '&' and ';'.
bool is_known_reference(std::string_view reference) {
  constexpr std::array<std::string_view, 5> kEntities = {"lt", "gt", "amp", "apos", "quot"};
  if (std::find(kEntities.begin(), kEntities.end(), reference) != kEntities.end()) return true;
  if (reference.empty() || reference[0] != '#') return false;
  const bool hex = reference.size() > 1 && reference[1] == 'x';
  reference.remove_prefix(hex ? 2 : 1);
  uint32_t code_point = 0;
  const char* end = reference.data() + reference.size();
  const auto read = std::from_chars(reference.data(), end, code_point, hex ? 16 : 10);
  return read.ec == std::errc() && read.ptr == end && is_xml_character(code_point);
}

bool is_utf8_name(std::string_view encoding) {
  std::string name(encoding);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name == "utf-8" || name == "us-ascii" || name == "ascii";
}

class Scanner {
 public:
  Scanner(std::string_view text, const XmlLimits& limits) : text_(text), limits_(limits) {}

  std::optional<XmlFault> scan() {
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
    scan_bytes();
    scan_declaration();
    while (!fault_ && at_ < text_.size()) {
      text_[at_] == '<' ? scan_markup() : scan_text();
    }
    if (!fault_ && roots_ == 0) spoil(at_, "no element at all");
    if (!fault_ && !open_.empty()) spoil(at_, fmt::format("<{}> is not ended", open_.back()));
    return fault_;
  }

 private:
  void spoil(size_t offset, std::string reason) { fault_ = {offset, std::move(reason)}; }

  std::string_view rest() const { return text_.substr(at_); }
  bool starts(std::string_view prefix) const { return rest().substr(0, prefix.size()) == prefix; }

  void scan_bytes() {
    const size_t invalid = json::find_invalid_utf8(text_);
    if (invalid != kNowhere) return spoil(invalid, "not UTF-8");
    const auto forbidden = [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte < 0x20 && !is_blank(c);
    };
    const auto found = std::find_if(text_.begin(), text_.end(), forbidden);
    if (found == text_.end()) return;
    spoil(static_cast<size_t>(found - text_.begin()), "a control character");
  }

  void scan_declaration() {
    if (fault_ || !starts("<?xml ")) return;
    const std::string_view declaration = rest().substr(0, rest().find("?>"));
    const size_t word = declaration.find("encoding");
    const size_t open = declaration.find_first_of("\"'", word);
    if (word == kNowhere || open == kNowhere) return;
    const size_t close = declaration.find(declaration[open], open + 1);
    const std::string_view name = declaration.substr(open + 1, close - open - 1);
    if (!is_utf8_name(name)) spoil(at_, fmt::format("encoding {}: only UTF-8 is read", name));
  }

  void scan_markup() {
    if (starts("<!--")) return skip_to("-->", "a comment that does not end");
    if (starts("<?")) return skip_to("?>", "a processing instruction that does not end");
    if (starts("<![CDATA[")) return scan_cdata();
    if (starts("<!")) return spoil(at_, "a DOCTYPE or other declaration is not allowed");
    scan_tag();
  }

  void skip_to(std::string_view terminator, const char* otherwise) {
    const size_t end = text_.find(terminator, at_);
    if (end == kNowhere) return spoil(at_, otherwise);
    at_ = end + terminator.size();
  }

  void scan_cdata() {
    if (open_.empty()) return spoil(at_, "text beside the root element");
    skip_to("]]>", "a CDATA section that does not end");
  }

  void scan_text() {
    const size_t end = std::min(text_.find('<', at_), text_.size());
    const std::string_view run = text_.substr(at_, end - at_);
    if (open_.empty() && !std::all_of(run.begin(), run.end(), is_blank)) {
      return spoil(at_, "text beside the root element");
    }
    scan_references(end);
    at_ = end;
  }

  // In what lies before `end`; never looks further, or hostile text would cost its size squared.
  void scan_references(size_t end) {
    const std::string_view run = text_.substr(0, end);
    for (size_t amp = run.find('&', at_); amp != kNowhere; amp = run.find('&', amp + 1)) {
      const size_t semicolon = run.substr(0, amp + 1 + kReferenceBytesMax).find(';', amp);
      const std::string_view reference = run.substr(amp + 1, kReferenceBytesMax);
      const std::string_view name = reference.substr(0, semicolon - amp - 1);
      if (semicolon != kNowhere && is_known_reference(name)) continue;
      return spoil(amp, fmt::format("undefined entity &{}", name));
    }
  }

  void scan_tag() {
    const size_t end = tag_end();
    if (end == kNowhere) return spoil(at_, "a tag that does not end");
    scan_references(end);
    if (fault_) return;
    const bool closing = text_[at_ + 1] == '/';
    const std::string_view name = tag_name(end);
    closing ? close_element(name) : open_element(name, text_[end - 1] == '/');
    at_ = end + 1;
  }

  // Where the '>' of the tag is: a quoted attribute value may hold one.
  size_t tag_end() const {
    char quote = 0;
    for (size_t i = at_ + 1; i < text_.size(); ++i) {
      const char c = text_[i];
      if (quote == 0 && c == '>') return i;
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    }
    return kNowhere;
  }

  std::string_view tag_name(size_t end) const {
    std::string_view tag = text_.substr(at_ + 1, end - at_ - 1);
    if (tag.substr(0, 1) == "/") tag.remove_prefix(1);
    return tag.substr(0, tag.find_first_of(" \t\r\n/"));
  }

  void open_element(std::string_view name, bool empty) {
    if (open_.empty() && ++roots_ > 1) return spoil(at_, "a second root element");
    if (open_.size() == limits_.depth_max) {
      return spoil(at_, fmt::format("elements nested deeper than {}", limits_.depth_max));
    }
    if (++elements_ > limits_.elements_max) {
      return spoil(at_, fmt::format("more than {} elements", limits_.elements_max));
    }
    if (!empty) open_.push_back(name);
  }

  void close_element(std::string_view name) {
    if (open_.empty()) return spoil(at_, fmt::format("</{}> without <{}>", name, name));
    if (open_.back() != name) {
      return spoil(at_, fmt::format("</{}> where </{}> is due", name, open_.back()));
    }
    open_.pop_back();
  }

  std::string_view text_;
  XmlLimits limits_;
  size_t at_ = 0;
  std::vector<std::string_view> open_;  // names of the elements around at_
  size_t roots_ = 0;
  size_t elements_ = 0;
  std::optional<XmlFault> fault_;
};

}  // namespace

std::optional<XmlFault> scan_xml(std::string_view content, const XmlLimits& limits) {
  return Scanner(content, limits).scan();
}

}  // namespace efd::sal
