// SPDX-License-Identifier: MIT
#include "sink/field_choice.h"

#include <algorithm>
#include <optional>

namespace efd::sink {
namespace {

// The name of a column that is `field`, or lies in it; none: it is another one's.
std::optional<std::string> name_in(const MappedField& field, const std::string& path) {
  bool lies_in = path.size() > field.path.size() && path[field.path.size()] == '.';
  if (!path.starts_with(field.path) || (path.size() != field.path.size() && !lies_in))
    return std::nullopt;
  if (field.name.empty()) return path;
  return rows::path_below("", field.name) + path.substr(field.path.size());
}

// None: the column is not taken.
std::optional<std::string> name_of(const Mapping& mapping, const std::string& path) {
  for (const MappedField& field : mapping.fields)
    if (auto name = name_in(field, path)) return name;
  return mapping.takes_others ? std::optional(path) : std::nullopt;
}

// Columns of one path are types of one field, in the source and here.
bool are_one_field(const rows::Layout& from, size_t a, size_t b) {
  return from.columns[a].path == from.columns[b].path;
}

void copy_string(const rows::ColumnValues& from, size_t element, rows::ColumnValues& to) {
  if (from.is_null(element)) return to.append_null();
  to.append_string(from.string_at(element));
}

void copy_fixed(const rows::ColumnValues& from, size_t width, size_t element,
                rows::ColumnValues& to) {
  if (from.is_null(element)) return to.append_null();
  to.append_raw(from.fixed_bytes().data() + element * width, 1);
}

}  // namespace

Result<FieldChoice> FieldChoice::compile(const Mapping& mapping, const rows::Layout& from) {
  FieldChoice choice;
  auto layout = std::make_shared<rows::Layout>();
  for (size_t i = 0; i < from.columns.size(); ++i) {
    auto name = name_of(mapping, from.columns[i].path);
    if (!name) continue;
    for (size_t other = 0; other < layout->columns.size(); ++other)
      if (layout->columns[other].path == *name && !are_one_field(from, choice.columns_[other], i))
        return fail(ErrorCode::bad_input, "the mapping calls two fields '{}': '{}' and '{}'", *name,
                    from.columns[choice.columns_[other]].path, from.columns[i].path);
    choice.columns_.push_back(i);
    layout->columns.push_back(from.columns[i]);
    layout->columns.back().path = std::move(*name);
  }
  choice.layout_ = std::move(layout);
  return choice;
}

void FieldChoice::copy(const rows::Rows& from, size_t row, rows::Rows& to) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const rows::ColumnValues& source = from.column(columns_[i]);
    rows::ColumnValues& column = to.column(i);
    const rows::Column& what = layout_->columns[i];
    const size_t width = rows::width_of(what.type);
    auto [first, last] = source.elements_of(row);
    for (size_t element = first; element < last; ++element) {
      if (width == 0) {
        copy_string(source, element, column);
      } else {
        copy_fixed(source, width, element, column);
      }
    }
    if (what.is_array) column.end_array();
  }
}

}  // namespace efd::sink
