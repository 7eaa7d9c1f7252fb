// SPDX-License-Identifier: MIT
#include "sink/field_choice.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <type_traits>

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

// None: the column is not taken as a field.
std::optional<std::string> name_of(const Mapping& mapping, const std::string& path) {
  for (const MappedField& field : mapping.fields)
    if (auto name = name_in(field, path)) return name;
  const bool is_tag = std::any_of(mapping.tags.begin(), mapping.tags.end(),
                                  [&](const auto& tag) { return name_in(tag, path).has_value(); });
  return mapping.takes_others && !is_tag ? std::optional(path) : std::nullopt;
}

// Whether whoever reads them could not tell them apart.
bool have_one_name(const rows::Column& a, const rows::Column& b) {
  auto called = [](const rows::Column& column) {
    return column.role == rows::Role::tag ? column.path : rows::joined_name(column.path);
  };
  const bool are_fields = a.role == rows::Role::field && b.role == rows::Role::field;
  return are_fields ? a.path == b.path : called(a) == called(b);
}

// Columns of one path are types of one field, in the source and here.
bool are_one_field(const rows::Layout& from, size_t a, size_t b) {
  return from.columns[a].path == from.columns[b].path;
}

// Telegraf's texts: the fewest digits, and no exponent.
template <class Number>
void append_number(Number value, rows::ColumnValues& to) {
  char text[400];  // as long as the smallest double
  std::to_chars_result end{text, {}};
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value)) return to.append_null();
    end = std::to_chars(text, std::end(text), value, std::chars_format::fixed);
  } else {
    end = std::to_chars(text, std::end(text), value);
  }
  to.append_string({text, static_cast<size_t>(end.ptr - text)});
}

void append_text(const rows::ColumnValues& from, rows::ColumnType type, size_t element,
                 rows::ColumnValues& to) {
  if (from.is_null(element)) return to.append_null();
  switch (type) {
    case rows::ColumnType::integer:
      return append_number(from.fixed<int64_t>()[element], to);
    case rows::ColumnType::float64:
      return append_number(from.fixed<double>()[element], to);
    case rows::ColumnType::float32:
      return append_number(from.fixed<float>()[element], to);
    case rows::ColumnType::boolean:
      return to.append_string(from.fixed<uint8_t>()[element] ? "true" : "false");
    case rows::ColumnType::string:
      return to.append_string(from.string_at(element));
  }
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
    EFD_TRY(choice.take_tags(mapping, from, i, *layout));
    rows::Column field = from.columns[i];
    auto name = name_of(mapping, field.path);
    if (!name) continue;
    field.path = std::move(*name);
    EFD_TRY(choice.take(from, i, std::move(field), *layout));
  }
  choice.layout_ = std::move(layout);
  return choice;
}

Result<> FieldChoice::take(const rows::Layout& from, size_t i, rows::Column as, rows::Layout& to) {
  for (size_t other = 0; other < to.columns.size(); ++other) {
    const bool are_types_of_one =
        to.columns[other].role == as.role && are_one_field(from, columns_[other], i);
    if (have_one_name(to.columns[other], as) && !are_types_of_one)
      return fail(ErrorCode::bad_input, "the mapping calls two fields '{}': '{}' and '{}'", as.path,
                  from.columns[columns_[other]].path, from.columns[i].path);
  }
  columns_.push_back(i);
  types_.push_back(from.columns[i].type);
  to.columns.push_back(std::move(as));
  return {};
}

Result<> FieldChoice::take_tags(const Mapping& mapping, const rows::Layout& from, size_t i,
                                rows::Layout& to) {
  const rows::Column& column = from.columns[i];
  for (const MappedField& tag : mapping.tags) {
    auto name = name_in(tag, column.path);
    if (!name) continue;
    if (column.is_array)
      return fail(ErrorCode::bad_input, "the mapping makes a tag of '{}', which is an array",
                  column.path);
    EFD_TRY(take(from, i,
                 {rows::joined_name(*name), rows::ColumnType::string, false, rows::Role::tag}, to));
  }
  return {};
}

void FieldChoice::copy(const rows::Rows& from, size_t row, rows::Rows& to) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const rows::ColumnValues& source = from.column(columns_[i]);
    rows::ColumnValues& column = to.column(i);
    const rows::Column& what = layout_->columns[i];
    const size_t width = rows::width_of(what.type);
    auto [first, last] = source.elements_of(row);
    if (what.role == rows::Role::tag) {
      append_text(source, types_[i], first, column);
      continue;
    }
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
