// SPDX-License-Identifier: MIT
// Bodies of type multipart/form-data (RFC 7578): what curl -F and browsers send.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/request.h"

namespace efd::http {

// One field of a form.
struct FormPart {
  std::string name;
  std::string value;
  bool is_file = false;  // it was sent with a file name
  bool operator==(const FormPart&) const = default;
};

// More are refused, as Go's servers do.
constexpr size_t kFormPartsMax = 1000;

// bad_input: "malformed multipart body: ...".
Result<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view boundary);
// The parts of the request's body; none if it is of another media type.
Result<std::vector<FormPart>> multipart_form(const Request& request);

}  // namespace efd::http
