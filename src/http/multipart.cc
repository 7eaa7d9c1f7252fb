// SPDX-License-Identifier: MIT
#include "http/multipart.h"

#include <algorithm>
#include <optional>

namespace efd::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr size_t kBoundaryBytesMax = 70;  // RFC 2046, 5.1.1

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::bad_input, "malformed multipart body: {}", what);
}

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// A token, or a quoted string up to its closing quote; takes it off the front.
std::string take_value(std::string_view& rest) {
  std::string value;
  if (rest.substr(0, 1) != "\"") {
    value = trim(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(rest.size(), rest.find(';')));
    return value;
  }
  size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    value += rest[i];
  }
  rest.remove_prefix(std::min(rest.size(), i + 1));
  return value;
}

// The parameter of a field like `form-data; name="q"; filename="q.txt"`.
std::optional<std::string> parameter(std::string_view field, std::string_view name) {
  field.remove_prefix(std::min(field.size(), field.find(';')));
  while (!field.empty()) {
    field.remove_prefix(1);  // the semicolon
    const size_t equals = field.find_first_of("=;");
    if (equals == field.npos || field[equals] == ';') {
      field.remove_prefix(std::min(field.size(), equals));
      continue;
    }
    const std::string_view key = trim(field.substr(0, equals));
    field.remove_prefix(equals + 1);
    field.remove_prefix(std::min(field.size(), field.find_first_not_of(" \t")));
    std::string value = take_value(field);
    field.remove_prefix(std::min(field.size(), field.find(';')));
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

// The Content-Disposition of a part's head.
std::string_view disposition_of(std::string_view head) {
  constexpr std::string_view kName = "content-disposition:";
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find(kLineEnd));
    if (equal_ignoring_case(line.substr(0, kName.size()), kName)) return line.substr(kName.size());
    head.remove_prefix(std::min(head.size(), line.size() + kLineEnd.size()));
  }
  return {};
}

Result<FormPart> parse_part(std::string_view part) {
  // A part without a head begins with the empty line.
  const size_t end = part.substr(0, 2) == kLineEnd ? 0 : part.find("\r\n\r\n");
  if (end == part.npos) return malformed("a part without an empty line behind its head");
  const std::string_view disposition = disposition_of(part.substr(0, end));
  FormPart form;
  form.name = parameter(disposition, "name").value_or("");
  form.is_file = parameter(disposition, "filename").has_value();
  form.value = part.substr(end == 0 ? 2 : end + 4);
  return form;
}

}  // namespace

Result<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view boundary) {
  if (boundary.empty() || boundary.size() > kBoundaryBytesMax) {
    return malformed("its Content-Type names no boundary of 1 to 70 characters");
  }
  const std::string delimiter = "\r\n--" + std::string(boundary);
  // The first one may stand at the very beginning.
  size_t at = delimiter.size() - kLineEnd.size();
  if (!body.starts_with(std::string_view(delimiter).substr(kLineEnd.size()))) {
    at = body.find(delimiter);
    if (at == body.npos) return malformed("its boundary does not occur");
    at += delimiter.size();
  }
  std::vector<FormPart> parts;
  for (;;) {
    std::string_view rest = body.substr(at);
    if (rest.substr(0, 2) == "--") return parts;
    const size_t line_end = rest.find(kLineEnd);
    if (line_end == rest.npos || !trim(rest.substr(0, line_end)).empty()) {
      return malformed("a boundary without a line end");
    }
    const size_t begin = at + line_end + kLineEnd.size();
    const size_t end = body.find(delimiter, begin);
    if (end == body.npos) return malformed("its last part has no end");
    if (parts.size() == kFormPartsMax) return malformed("more than 1,000 parts");
    EFD_ASSIGN(FormPart part, parse_part(body.substr(begin, end - begin)));
    parts.push_back(std::move(part));
    at = end + delimiter.size();
  }
}

Result<std::vector<FormPart>> multipart_form(const Request& request) {
  if (request.media_type() != "multipart/form-data") return std::vector<FormPart>();
  return parse_multipart(request.body,
                         parameter(request.headers.find("Content-Type"), "boundary").value_or(""));
}

}  // namespace efd::http
