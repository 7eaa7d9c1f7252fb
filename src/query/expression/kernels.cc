// SPDX-License-Identifier: MIT
#include "query/expression/kernels.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <variant>

namespace efd::query {
namespace {

using influx::Op;
using Kind = Operand::Kind;

// Where a loop takes its values from; the loops are compiled for each.
template <class T>
struct Constant {
  T value;
  T operator()(size_t) const { return value; }
};
template <class T, class Stored>
struct Column {
  const Stored* values;
  T operator()(size_t row) const { return static_cast<T>(values[row]); }
};
using FloatInput = std::variant<Constant<double>, Column<double, double>, Column<double, int64_t>>;
using IntegerInput = std::variant<Constant<int64_t>, Column<int64_t, int64_t>>;

FloatInput float_input(const Operand& operand) {
  if (operand.kind == Kind::integer) {
    if (operand.constant) return Constant<double>{static_cast<double>(*operand.integers)};
    return Column<double, int64_t>{operand.integers};
  }
  if (operand.constant) return Constant<double>{*operand.floats};
  return Column<double, double>{operand.floats};
}

IntegerInput integer_input(const Operand& operand) {
  if (operand.constant) return Constant<int64_t>{*operand.integers};
  return Column<int64_t, int64_t>{operand.integers};
}

// Calls use(comparison) with the function object of `op`.
template <class Use>
void with_comparison(Op op, Use use) {
  switch (op) {
    case Op::equal:
      return use(std::equal_to<>());
    case Op::not_equal:
      return use(std::not_equal_to<>());
    case Op::less:
      return use(std::less<>());
    case Op::less_equal:
      return use(std::less_equal<>());
    case Op::greater:
      return use(std::greater<>());
    default:
      return use(std::greater_equal<>());
  }
}

template <class Lhs, class Rhs, class Comparison>
void compare_loop(const Lhs& lhs, const Rhs& rhs, Comparison comparison, size_t rows,
                  uint8_t* out) {
  for (size_t i = 0; i < rows; ++i) out[i] = comparison(lhs(i), rhs(i));
}

template <class Input>
void compare_inputs(Op op, const Input& lhs, const Input& rhs, size_t rows, uint8_t* out) {
  with_comparison(op, [&](auto comparison) {
    std::visit([&](const auto& l, const auto& r) { compare_loop(l, r, comparison, rows, out); },
               lhs, rhs);
  });
}

void compare_numbers(Op op, const Operand& lhs, const Operand& rhs, size_t rows, uint8_t* out) {
  if (lhs.kind == Kind::integer && rhs.kind == Kind::integer) {
    return compare_inputs(op, integer_input(lhs), integer_input(rhs), rows, out);
  }
  compare_inputs(op, float_input(lhs), float_input(rhs), rows, out);
}

// Strings know only = and !=.
void compare_strings(Op op, const Operand& lhs, const Operand& rhs, size_t rows, uint8_t* out) {
  if (op != Op::equal && op != Op::not_equal) {
    std::memset(out, 0, rows);
    return;
  }
  const bool wanted = op == Op::equal;
  for (size_t i = 0; i < rows; ++i) {
    out[i] = (lhs.strings[lhs.at(i)] == rhs.strings[rhs.at(i)]) == wanted;
  }
}

void clear_nulls(const Operand& operand, size_t rows, uint8_t* out) {
  if (!operand.nulls) return;
  for (size_t i = 0; i < rows; ++i) out[i] &= static_cast<uint8_t>(!operand.nulls[i]);
}

// Booleans know only = and !=.
void compare_booleans(Op op, const Operand& lhs, const Operand& rhs, size_t rows, uint8_t* out) {
  if (op != Op::equal && op != Op::not_equal) {
    std::memset(out, 0, rows);
    return;
  }
  const bool wanted = op == Op::equal;
  for (size_t i = 0; i < rows; ++i) {
    out[i] = (lhs.booleans[lhs.at(i)] == rhs.booleans[rhs.at(i)]) == wanted;
  }
}

}  // namespace

void compare(Op op, const Operand& lhs, const Operand& rhs, size_t rows, uint8_t* out) {
  if (lhs.is_nil() || rhs.is_nil()) {
    std::memset(out, 0, rows);
    return;
  }
  if (lhs.is_number() && rhs.is_number()) {
    compare_numbers(op, lhs, rhs, rows, out);
  } else if (lhs.kind == Kind::string && rhs.kind == Kind::string) {
    compare_strings(op, lhs, rhs, rows, out);
  } else if (lhs.kind == Kind::boolean && rhs.kind == Kind::boolean) {
    compare_booleans(op, lhs, rhs, rows, out);
  } else {
    std::memset(out, 0, rows);
    return;
  }
  clear_nulls(lhs, rows, out);
  clear_nulls(rhs, rows, out);
}

void match(bool negated, const Operand& text, const Regex& regex, size_t rows, uint8_t* out) {
  std::memset(out, 0, rows);
  if (text.is_nil() || text.kind != Kind::string) return;
  for (size_t i = 0; i < rows; ++i) {
    out[i] = !text.is_null(i) && regex.matches(text.strings[text.at(i)]) != negated;
  }
}

void combine(Op op, const Operand& lhs, const Operand& rhs, size_t rows, uint8_t* out) {
  const auto value = [](const Operand& operand, size_t row) {
    return operand.kind == Kind::boolean && !operand.is_null(row) &&
           operand.booleans[operand.at(row)];
  };
  if (op == Op::logical_and) {
    for (size_t i = 0; i < rows; ++i) out[i] = value(lhs, i) && value(rhs, i);
  } else {
    for (size_t i = 0; i < rows; ++i) out[i] = value(lhs, i) || value(rhs, i);
  }
}

namespace {

double calculate_floats(Op op, double l, double r) {
  switch (op) {
    case Op::add:
      return l + r;
    case Op::subtract:
      return l - r;
    case Op::multiply:
      return l * r;
    case Op::divide:
      return r == 0 ? 0 : l / r;
    default:
      return std::fmod(l, r);
  }
}

// Overflow wraps around, as Go's does.
int64_t calculate_integers(Op op, int64_t l, int64_t r) {
  const auto a = static_cast<uint64_t>(l), b = static_cast<uint64_t>(r);
  switch (op) {
    case Op::add:
      return static_cast<int64_t>(a + b);
    case Op::subtract:
      return static_cast<int64_t>(a - b);
    case Op::multiply:
      return static_cast<int64_t>(a * b);
    case Op::divide:
      return r == 0 ? 0 : r == -1 ? static_cast<int64_t>(0 - a) : l / r;
    case Op::modulo:
      return r == 0 || r == -1 ? 0 : l % r;
    case Op::bit_and:
      return l & r;
    case Op::bit_or:
      return l | r;
    default:
      return l ^ r;
  }
}

bool is_bitwise(Op op) {
  return op == Op::bit_and || op == Op::bit_or || op == Op::bit_xor;
}

void set_nulls(const Operand& lhs, const Operand& rhs, size_t rows, NumberBuffer& buffer,
               Operand& result) {
  if (!lhs.nulls && !rhs.nulls) return;
  buffer.nulls.resize(rows);
  for (size_t i = 0; i < rows; ++i) buffer.nulls[i] = lhs.is_null(i) || rhs.is_null(i);
  result.nulls = buffer.nulls.data();
}

}  // namespace

Operand calculate(Op op, const Operand& lhs, const Operand& rhs, size_t rows,
                  NumberBuffer& buffer) {
  Operand result;
  if (lhs.is_nil() || rhs.is_nil() || !lhs.is_number() || !rhs.is_number()) return result;
  const bool integers = lhs.kind == Kind::integer && rhs.kind == Kind::integer;
  if (!integers && is_bitwise(op)) return result;
  if (integers) {
    buffer.integers.resize(rows);
    const auto l = integer_input(lhs), r = integer_input(rhs);
    std::visit(
        [&](const auto& a, const auto& b) {
          for (size_t i = 0; i < rows; ++i) buffer.integers[i] = calculate_integers(op, a(i), b(i));
        },
        l, r);
    result.kind = Kind::integer;
    result.integers = buffer.integers.data();
  } else {
    buffer.floats.resize(rows);
    const auto l = float_input(lhs), r = float_input(rhs);
    std::visit(
        [&](const auto& a, const auto& b) {
          for (size_t i = 0; i < rows; ++i) buffer.floats[i] = calculate_floats(op, a(i), b(i));
        },
        l, r);
    result.kind = Kind::floating;
    result.floats = buffer.floats.data();
  }
  set_nulls(lhs, rhs, rows, buffer, result);
  return result;
}

}  // namespace efd::query
