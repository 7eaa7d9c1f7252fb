// SPDX-License-Identifier: MIT
#include "query/columns/column_fill.h"

#include "query/expression/numbers.h"

namespace efd::query {
namespace {

using Kind = influx::Fill::Kind;
using rows::FieldType;

// The number in the type of a column. Strings and booleans have no numbers: they get their zero
// values, as functions of them do in InfluxDB.
Cell number_as(FieldType type, const std::variant<int64_t, double>& number) {
  const auto* integer = std::get_if<int64_t>(&number);
  switch (type) {
    case FieldType::integer:
      return integer ? *integer : to_integer(std::get<double>(number));
    case FieldType::string:
      return std::string();
    case FieldType::boolean:
      return false;
    default:
      return integer ? static_cast<double>(*integer) : std::get<double>(number);
  }
}

Cell first_filler(const influx::Fill& fill, FieldType type, Cell null_value) {
  if (fill.kind == Kind::number) return number_as(type, fill.number);
  return fill.kind == Kind::null ? std::move(null_value) : Cell();
}

}  // namespace

ColumnFill::ColumnFill(const influx::Fill& fill, FieldType type, Cell null_value)
    : keeps_previous_(fill.kind == Kind::previous),
      filler_(first_filler(fill, type, std::move(null_value))) {}

const Cell& ColumnFill::take(Cell value) {
  if (std::holds_alternative<std::monostate>(value)) return filler_;
  Cell& kept = keeps_previous_ ? filler_ : taken_;
  kept = std::move(value);
  return kept;
}

bool fills_with_values(const influx::Fill& fill) {
  return fill.kind == Kind::number || fill.kind == Kind::previous;
}

}  // namespace efd::query
