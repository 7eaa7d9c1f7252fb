// SPDX-License-Identifier: MIT
#include "influx/line_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace efd::influx {
namespace {

constexpr size_t kNumberBytesMax = 32;  // "-1.2345678901234567e-308" and some room
// Whole numbers below it are written as integers are: the same digits for a fifth of the time.
constexpr double kWholeMax = 1e15;

Result<> check_name(std::string_view what, std::string_view name) {
  if (name.empty()) return fail(ErrorCode::bad_input, "a {} without a name", what);
  if (name.find_first_of("\\\n") == name.npos) return {};
  return fail(ErrorCode::bad_input,
              "{} '{}': line protocol cannot write a name with a backslash or a line end", what,
              name);
}

std::string escaped(std::string_view name, std::string_view special) {
  std::string text;
  for (char c : name) {
    if (special.find(c) != special.npos) text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

// Room for `key` and a number; returns where the number goes.
char* begin_value(std::string_view key, rows::ByteBuffer& out) {
  char* at = out.extend(key.size() + kNumberBytesMax);
  std::memcpy(at, key.data(), key.size());
  return at + key.size();
}

// Every value ends in a comma; the last one's is taken back.
void end_value(char* end, rows::ByteBuffer& out) {
  *end++ = ',';
  out.shrink(static_cast<size_t>(end - out.data()));
}

char* put_double(double value, char* at) {
  char* limit = at + kNumberBytesMax;
  bool whole = std::abs(value) < kWholeMax && value == std::trunc(value);
  if (whole && !(value == 0 && std::signbit(value)))
    return std::to_chars(at, limit, static_cast<int64_t>(value)).ptr;
  return std::to_chars(at, limit, value).ptr;
}

void append_time(int64_t ns, rows::ByteBuffer& out) {
  char* at = out.extend(kNumberBytesMax);
  *at++ = ' ';
  at = std::to_chars(at, at + kNumberBytesMax - 2, ns).ptr;
  *at++ = '\n';
  out.shrink(static_cast<size_t>(at - out.data()));
}

void append_integer(int64_t value, std::string_view key, rows::ByteBuffer& out) {
  char* at = begin_value(key, out);
  at = std::to_chars(at, at + kNumberBytesMax, value).ptr;
  *at++ = 'i';
  end_value(at, out);
}

void append_boolean(bool value, std::string_view key, rows::ByteBuffer& out) {
  char* at = begin_value(key, out);
  *at++ = value ? 't' : 'f';
  end_value(at, out);
}

void append_string(std::string_view text, std::string_view key, rows::ByteBuffer& out) {
  out.append(key.data(), key.size());
  char* at = out.extend(2 * text.size() + kNumberBytesMax);
  *at++ = '"';
  for (char c : text) {
    if (c == '"' || c == '\\') *at++ = '\\';
    *at++ = c;
  }
  *at++ = '"';
  end_value(at, out);
}

}  // namespace

Result<LineWriter> LineWriter::make(std::string_view measurement,
                                    std::shared_ptr<const rows::Layout> layout) {
  EFD_TRY(check_name("measurement", measurement));
  if (measurement.front() == '#')
    return fail(ErrorCode::bad_input, "measurement '{}': line protocol takes it for a comment",
                measurement);
  for (const rows::Column& column : layout->columns)
    EFD_TRY(column.role == rows::Role::tag ? check_name("tag", column.path)
                                           : check_name("field", rows::joined_name(column.path)));
  return LineWriter(escaped(measurement, ", "), std::move(layout));
}

LineWriter::LineWriter(std::string measurement, std::shared_ptr<const rows::Layout> layout)
    : measurement_(std::move(measurement)),
      layout_(std::move(layout)),
      names_(*layout_),
      keys_(layout_->columns.size()) {
  for (uint32_t i = 0; i < layout_->columns.size(); ++i) {
    const rows::Column& column = layout_->columns[i];
    if (column.role == rows::Role::tag) {
      tags_.push_back({i, "," + escaped(column.path, ",= ") + "="});
    } else {
      fields_.push_back(i);
    }
  }
  std::sort(tags_.begin(), tags_.end(), [this](const Tag& a, const Tag& b) {
    return layout_->columns[a.column].path < layout_->columns[b.column].path;
  });
  if (tags_.empty()) measurement_ += " ";
}

bool LineWriter::append(const rows::Rows& rows, size_t row, rows::ByteBuffer& out) {
  size_t begin = out.size();
  out.append(measurement_.data(), measurement_.size());
  if (!tags_.empty()) append_tags(rows, row, out);
  size_t fields = out.size();
  for (uint32_t i : fields_) append_values(rows.column(i), i, row, out);
  if (out.size() == fields) {
    out.shrink(begin);
    return false;
  }
  out.shrink(out.size() - 1);
  append_time(rows.times_ns()[row], out);
  return true;
}

// Line protocol has no word for a line end in a tag, nor for a backslash at its end: the first is
// written as the two characters \n, the others are left out, as Telegraf has it.
void LineWriter::append_tags(const rows::Rows& rows, size_t row, rows::ByteBuffer& out) const {
  for (const Tag& tag : tags_) {
    const rows::ColumnValues& values = rows.column(tag.column);
    if (values.is_null(row)) continue;
    std::string_view value = values.string_at(row);
    while (value.ends_with('\\')) value.remove_suffix(1);
    if (value.empty()) continue;
    std::string text = tag.key + escaped(value, ",= ");
    for (size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at))
      text.replace(at, 1, "\\n");
    out.append(text.data(), text.size());
  }
  out.append(" ", 1);
}

void LineWriter::append_values(const rows::ColumnValues& values, uint32_t column, size_t row,
                               rows::ByteBuffer& out) {
  auto [first, last] = values.elements_of(row);
  if (first == last) return;
  const std::vector<std::string>& keys = keys_of(column, last - first);
  rows::ColumnType type = layout_->columns[column].type;
  bool has_nulls = values.has_nulls();
  for (size_t element = first; element < last; ++element) {
    if (has_nulls && values.is_null(element)) continue;
    append_value(values, type, element, keys[element - first], out);
  }
}

void LineWriter::append_value(const rows::ColumnValues& values, rows::ColumnType type,
                              size_t element, std::string_view key, rows::ByteBuffer& out) {
  switch (type) {
    case rows::ColumnType::integer:
      return append_integer(values.fixed<int64_t>()[element], key, out);
    case rows::ColumnType::float64:
      return append_float(values.fixed<double>()[element], key, out);
    case rows::ColumnType::float32:
      return append_float(values.fixed<float>()[element], key, out);
    case rows::ColumnType::boolean:
      return append_boolean(values.fixed<uint8_t>()[element] != 0, key, out);
    case rows::ColumnType::string:
      return append_string(values.string_at(element), key, out);
  }
}

void LineWriter::append_float(double value, std::string_view key, rows::ByteBuffer& out) {
  if (!std::isfinite(value)) {
    ++left_out_;
    return;
  }
  end_value(put_double(value, begin_value(key, out)), out);
}

const std::vector<std::string>& LineWriter::keys_of(uint32_t column, size_t elements) {
  std::vector<std::string>& keys = keys_[column];
  while (keys.size() < elements) {
    const std::string& name = names_.name(column, static_cast<uint32_t>(keys.size()));
    keys.push_back(escaped(name, ",= ") + "=");
  }
  return keys;
}

}  // namespace efd::influx
