// SPDX-License-Identifier: MIT
// InfluxDB's table of operators on constants. Integers wrap, division by zero gives zero, an
// integer beside a time or a duration is nanoseconds, a string beside a time is read as a time.
#include "influx/fold.h"

#include <cmath>
#include <limits>

namespace efd::influx {
namespace {

ExprPtr boolean(bool value) {
  return make_expr(BooleanLiteral{value});
}
ExprPtr number(double value) {
  return make_expr(NumberLiteral{value});
}
ExprPtr integer(uint64_t bits) {
  return make_expr(IntegerLiteral{static_cast<int64_t>(bits)});
}
ExprPtr large(uint64_t value) {
  return make_expr(UnsignedLiteral{value});
}
ExprPtr duration(uint64_t bits) {
  return make_expr(DurationLiteral{static_cast<int64_t>(bits)});
}
ExprPtr time(WideTime value) {
  return make_expr(TimeLiteral{value});
}

// Wrapping arithmetic is done on the bits.
uint64_t bits(int64_t value) {
  return static_cast<uint64_t>(value);
}

// = != < <= > >=, or null.
template <class T>
ExprPtr compare(Op op, const T& a, const T& b) {
  switch (op) {
    case Op::equal:
      return boolean(a == b);
    case Op::not_equal:
      return boolean(a != b);
    case Op::less:
      return boolean(a < b);
    case Op::less_equal:
      return boolean(a <= b);
    case Op::greater:
      return boolean(a > b);
    case Op::greater_equal:
      return boolean(a >= b);
    default:
      return nullptr;
  }
}

// Toward zero; the one quotient that does not fit wraps.
int64_t divide(int64_t a, int64_t b) {
  if (b == 0) return 0;
  return b == -1 ? static_cast<int64_t>(0 - bits(a)) : a / b;
}

int64_t remainder(int64_t a, int64_t b) {
  return b == 0 || b == -1 ? 0 : a % b;
}

class Folder {
 public:
  Folder(Op op, const Evaluation& evaluation) : op_(op), evaluation_(evaluation) {}

  // Types that do not meet.
  template <class A, class B>
  ExprPtr operator()(const A&, const B&) const {
    return nullptr;
  }

  // Nothing is equal or unequal to null; booleans, numbers and times beside it give false always.
  template <class B>
  ExprPtr operator()(const NilLiteral&, const B&) const {
    return is_equality() ? boolean(false) : nullptr;
  }
  ExprPtr operator()(const StringLiteral&, const NilLiteral&) const {
    return is_equality() ? boolean(false) : nullptr;
  }
  ExprPtr operator()(const BooleanLiteral&, const NilLiteral&) const { return boolean(false); }
  ExprPtr operator()(const DurationLiteral&, const NilLiteral&) const { return boolean(false); }
  ExprPtr operator()(const IntegerLiteral&, const NilLiteral&) const { return boolean(false); }
  ExprPtr operator()(const NumberLiteral&, const NilLiteral&) const { return boolean(false); }
  ExprPtr operator()(const TimeLiteral&, const NilLiteral&) const { return boolean(false); }

  ExprPtr operator()(const BooleanLiteral& a, const BooleanLiteral& b) const {
    switch (op_) {
      case Op::equal:
        return boolean(a.value == b.value);
      case Op::not_equal:
      case Op::bit_xor:
        return boolean(a.value != b.value);
      case Op::logical_and:
      case Op::bit_and:
        return boolean(a.value && b.value);
      case Op::logical_or:
      case Op::bit_or:
        return boolean(a.value || b.value);
      default:
        return nullptr;
    }
  }

  ExprPtr operator()(const IntegerLiteral& a, const IntegerLiteral& b) const {
    switch (op_) {
      case Op::add:
        return integer(bits(a.value) + bits(b.value));
      case Op::subtract:
        return integer(bits(a.value) - bits(b.value));
      case Op::multiply:
        return integer(bits(a.value) * bits(b.value));
      case Op::divide:
        return (*this)(as_number(a), as_number(b));
      case Op::modulo:
        return integer(bits(remainder(a.value, b.value)));
      case Op::bit_and:
        return integer(bits(a.value) & bits(b.value));
      case Op::bit_or:
        return integer(bits(a.value) | bits(b.value));
      case Op::bit_xor:
        return integer(bits(a.value) ^ bits(b.value));
      default:
        return compare(op_, a.value, b.value);
    }
  }
  ExprPtr operator()(const UnsignedLiteral& a, const UnsignedLiteral& b) const {
    switch (op_) {
      case Op::add:
        return large(a.value + b.value);
      case Op::subtract:
        return large(a.value - b.value);
      case Op::multiply:
        return large(a.value * b.value);
      case Op::divide:
        return large(b.value == 0 ? 0 : a.value / b.value);
      case Op::modulo:
        return large(b.value == 0 ? 0 : a.value % b.value);
      default:
        return compare(op_, a.value, b.value);
    }
  }
  ExprPtr operator()(const NumberLiteral& a, const NumberLiteral& b) const {
    switch (op_) {
      case Op::add:
        return number(a.value + b.value);
      case Op::subtract:
        return number(a.value - b.value);
      case Op::multiply:
        return number(a.value * b.value);
      case Op::divide:
        return number(b.value == 0 ? 0 : a.value / b.value);
      case Op::modulo:
        return number(std::fmod(a.value, b.value));
      default:
        return compare(op_, a.value, b.value);
    }
  }

  // Mixed numbers: a negative integer is below every unsigned one, else its bits count.
  ExprPtr operator()(const IntegerLiteral& a, const UnsignedLiteral& b) const {
    const bool is_order = op_ >= Op::less && op_ <= Op::greater_equal;
    if (a.value < 0 && is_order) return boolean(op_ == Op::less || op_ == Op::less_equal);
    return (*this)(UnsignedLiteral{bits(a.value)}, b);
  }
  ExprPtr operator()(const UnsignedLiteral& a, const IntegerLiteral& b) const {
    const bool is_order = op_ >= Op::less && op_ <= Op::greater_equal;
    if (b.value < 0 && is_order) return boolean(op_ == Op::greater || op_ == Op::greater_equal);
    return (*this)(a, UnsignedLiteral{bits(b.value)});
  }
  ExprPtr operator()(const IntegerLiteral& a, const NumberLiteral& b) const {
    return (*this)(as_number(a), b);
  }
  ExprPtr operator()(const UnsignedLiteral& a, const NumberLiteral& b) const {
    return (*this)(as_number(a), b);
  }
  ExprPtr operator()(const NumberLiteral& a, const IntegerLiteral& b) const {
    return (*this)(a, as_number(b));
  }
  ExprPtr operator()(const NumberLiteral& a, const UnsignedLiteral& b) const {
    return (*this)(a, as_number(b));
  }

  ExprPtr operator()(const DurationLiteral& a, const DurationLiteral& b) const {
    if (op_ == Op::add) return duration(bits(a.ns) + bits(b.ns));
    if (op_ == Op::subtract) return duration(bits(a.ns) - bits(b.ns));
    return compare(op_, a.ns, b.ns);
  }
  ExprPtr operator()(const DurationLiteral& a, const IntegerLiteral& b) const {
    if (op_ == Op::multiply) return duration(bits(a.ns) * bits(b.value));
    if (op_ == Op::divide) return duration(bits(divide(a.ns, b.value)));
    return nullptr;
  }
  ExprPtr operator()(const DurationLiteral& a, const NumberLiteral& b) const {
    return (*this)(a, IntegerLiteral{saturate(b.value)});
  }
  ExprPtr operator()(const DurationLiteral& a, const TimeLiteral& b) const {
    return op_ == Op::add ? time(add_ns(b.value, a.ns)) : nullptr;
  }
  ExprPtr operator()(const TimeLiteral& a, const DurationLiteral& b) const {
    if (op_ == Op::add) return time(add_ns(a.value, b.ns));
    if (op_ == Op::subtract) return time(add_ns(a.value, static_cast<int64_t>(0 - bits(b.ns))));
    return nullptr;
  }
  ExprPtr operator()(const TimeLiteral& a, const TimeLiteral& b) const {
    if (op_ == Op::subtract) return duration(bits(difference_ns(a.value, b.value)));
    return compare(op_, a.value, b.value);
  }

  // Integers as nanoseconds.
  ExprPtr operator()(const IntegerLiteral& a, const DurationLiteral& b) const {
    return (*this)(TimeLiteral{to_wide(UtcTime::from_ns(a.value))}, b);
  }
  ExprPtr operator()(const IntegerLiteral& a, const TimeLiteral& b) const {
    return (*this)(DurationLiteral{a.value}, b);
  }
  ExprPtr operator()(const TimeLiteral& a, const IntegerLiteral& b) const {
    return (*this)(a, DurationLiteral{b.value});
  }

  // Strings as times.
  ExprPtr operator()(const StringLiteral& a, const StringLiteral& b) const {
    if (op_ == Op::add) return make_expr(StringLiteral{a.value + b.value});
    const std::optional<WideTime> at = time_of(a, evaluation_);
    const std::optional<WideTime> bt = time_of(b, evaluation_);
    if (at && bt) return (*this)(TimeLiteral{*at}, TimeLiteral{*bt});
    return is_equality() ? compare(op_, a.value, b.value) : nullptr;
  }
  ExprPtr operator()(const StringLiteral& a, const DurationLiteral& b) const { return left(a, b); }
  ExprPtr operator()(const StringLiteral& a, const TimeLiteral& b) const { return left(a, b); }
  ExprPtr operator()(const StringLiteral& a, const IntegerLiteral& b) const { return left(a, b); }
  ExprPtr operator()(const DurationLiteral& a, const StringLiteral& b) const { return right(a, b); }
  ExprPtr operator()(const TimeLiteral& a, const StringLiteral& b) const { return right(a, b); }
  ExprPtr operator()(const IntegerLiteral& a, const StringLiteral& b) const { return right(a, b); }

 private:
  bool is_equality() const { return op_ == Op::equal || op_ == Op::not_equal; }

  template <class Literal>
  static NumberLiteral as_number(const Literal& literal) {
    return {static_cast<double>(literal.value)};
  }
  template <class B>
  ExprPtr left(const StringLiteral& a, const B& b) const {
    const std::optional<WideTime> at = time_of(a, evaluation_);
    return at ? (*this)(TimeLiteral{*at}, b) : nullptr;
  }
  template <class A>
  ExprPtr right(const A& a, const StringLiteral& b) const {
    const std::optional<WideTime> bt = time_of(b, evaluation_);
    return bt ? (*this)(a, TimeLiteral{*bt}) : nullptr;
  }

  Op op_;
  const Evaluation& evaluation_;
};

}  // namespace

int64_t saturate(double value) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (value >= kLimit) return std::numeric_limits<int64_t>::max();
  if (value <= -kLimit) return std::numeric_limits<int64_t>::min();
  return std::isnan(value) ? 0 : static_cast<int64_t>(value);
}

std::optional<WideTime> time_of(const StringLiteral& text, const Evaluation& evaluation) {
  const std::optional<ParsedTime> parsed = parse_time(text.value);
  if (!parsed) return std::nullopt;
  WideTime time = parsed->time;
  if (!parsed->zoned && evaluation.to_utc_seconds) {
    time.seconds = evaluation.to_utc_seconds(time.seconds);
  }
  return time;
}

ExprPtr fold(Op op, const ExprPtr& lhs, const ExprPtr& rhs, const Evaluation& evaluation) {
  return std::visit(Folder(op, evaluation), lhs->node, rhs->node);
}

}  // namespace efd::influx
