// SPDX-License-Identifier: MIT
#include "json/writer.h"

#include <charconv>
#include <cmath>

#include "base/check.h"
#include "json/number.h"

namespace efd::json {
namespace {

constexpr size_t kIntegerMax = 20;  // letters of -9223372036854775808 and 18446744073709551615

template <class T>
void append_integer(T value, std::string& out) {
  char text[kIntegerMax];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

}  // namespace

void Writer::begin(char bracket) {
  before_value();
  out_.push_back(bracket);
  filled_.push_back(false);
}

void Writer::end(char bracket) {
  EFD_CHECK(!filled_.empty() && !after_key_);
  const bool filled = filled_.back();
  filled_.pop_back();
  if (filled && style_.indent >= 0) line_end();
  out_.push_back(bracket);
}

void Writer::key(std::string_view name) {
  before_value();
  append_quoted(name, style_.escaping, out_);
  out_.append(style_.spaced || style_.indent >= 0 ? ": " : ":");
  after_key_ = true;
}

void Writer::raw(std::string_view json) {
  before_value();
  out_.append(json);
}

void Writer::before_value() {
  if (after_key_ || filled_.empty()) {
    after_key_ = false;
    return;
  }
  if (filled_.back()) out_.push_back(',');
  if (style_.indent >= 0) {
    line_end();
  } else if (filled_.back() && style_.spaced) {
    out_.push_back(' ');
  }
  filled_.back() = true;
}

void Writer::line_end() {
  out_.push_back('\n');
  out_.append(filled_.size() * static_cast<size_t>(style_.indent), ' ');
}

void Writer::write_signed(int64_t value) {
  append_integer(value, out_);
}

void Writer::write_unsigned(uint64_t value) {
  append_integer(value, out_);
}

void Writer::write_double(double value) {
  if (!std::isfinite(value)) {
    out_.append("null");
  } else if (style_.doubles == Style::Doubles::go) {
    append_go_double(value, out_);
  } else {
    append_python_double(value, out_);
  }
}

}  // namespace efd::json
