// SPDX-License-Identifier: MIT
#include "query/expression/expression.h"

#include <vector>

#include "base/check.h"
#include "query/compile/support.h"
#include "query/expression/kernels.h"

namespace efd::query {
namespace {

using influx::as;
using influx::BinaryExpr;
using influx::ExprPtr;
using influx::Op;
using Kind = Operand::Kind;
using Node = std::unique_ptr<Expression>;
using rows::FieldType;
using store::ColumnChunk;

// Of the kind of a null where a type must be told.
constexpr FieldType kTypeOfNil = FieldType::float_;

Kind kind_of(FieldType type) {
  switch (type) {
    case FieldType::float_:
      return Kind::floating;
    case FieldType::integer:
      return Kind::integer;
    case FieldType::string:
      return Kind::string;
    default:
      return Kind::boolean;
  }
}

FieldType type_of(Kind kind) {
  switch (kind) {
    case Kind::integer:
      return FieldType::integer;
    case Kind::string:
      return FieldType::string;
    case Kind::boolean:
      return FieldType::boolean;
    default:
      return kTypeOfNil;
  }
}

class ColumnNode : public Expression {
 public:
  explicit ColumnNode(const ScopeColumn& column) : column_(column) {}
  FieldType type() const override { return column_.type; }
  Operand evaluate(const Columns& columns) override {
    const ColumnChunk& values = columns.chunks[column_.index];
    Operand operand;
    operand.kind = kind_of(values.type);
    operand.all_null = values.all_null;
    operand.floats = values.floats.data();
    operand.integers = values.integers.data();
    operand.booleans = values.booleans.data();
    operand.strings = values.strings.data();
    operand.nulls = values.nulls.empty() ? nullptr : values.nulls.data();
    return operand;
  }
  // As it is, with the integers among its floats.
  ColumnChunk column(const Columns& columns) override { return columns.chunks[column_.index]; }

 private:
  const ScopeColumn column_;
};

// A literal, or nil.
class ConstantNode : public Expression {
 public:
  ConstantNode() = default;
  explicit ConstantNode(double value) : float_(value), kind_(Kind::floating) {}
  explicit ConstantNode(int64_t value) : integer_(value), kind_(Kind::integer) {}
  explicit ConstantNode(bool value) : boolean_(value), kind_(Kind::boolean) {}
  explicit ConstantNode(std::string value)
      : text_(std::move(value)), string_(text_), kind_(Kind::string) {}
  ConstantNode(const ConstantNode&) = delete;

  FieldType type() const override { return type_of(kind_); }
  Operand evaluate(const Columns&) override {
    Operand operand;
    operand.kind = kind_;
    operand.constant = true;
    operand.floats = &float_;
    operand.integers = &integer_;
    operand.booleans = &boolean_;
    operand.strings = &string_;
    return operand;
  }

 private:
  double float_ = 0;
  int64_t integer_ = 0;
  uint8_t boolean_ = 0;
  std::string text_;
  std::string_view string_;
  Kind kind_ = Kind::nil;
};

// What gives a boolean for every row.
class BooleanNode : public Expression {
 public:
  FieldType type() const final { return FieldType::boolean; }
  Operand evaluate(const Columns& columns) final {
    result_.resize(columns.rows);
    compute(columns, result_.data());
    Operand operand;
    operand.kind = Kind::boolean;
    operand.booleans = result_.data();
    return operand;
  }

 protected:
  virtual void compute(const Columns& columns, uint8_t* out) = 0;

 private:
  std::vector<uint8_t> result_;
};

// Two operands by one kernel: compare() or combine().
template <auto kKernel>
class BinaryNode : public BooleanNode {
 public:
  BinaryNode(Op op, Node lhs, Node rhs) : op_(op), lhs_(std::move(lhs)), rhs_(std::move(rhs)) {}

 protected:
  void compute(const Columns& columns, uint8_t* out) override {
    kKernel(op_, lhs_->evaluate(columns), rhs_->evaluate(columns), columns.rows, out);
  }

 private:
  Op op_;
  Node lhs_, rhs_;
};
using CompareNode = BinaryNode<&compare>;
using LogicNode = BinaryNode<&combine>;

class MatchNode : public BooleanNode {
 public:
  MatchNode(bool negated, Node text, Regex regex)
      : negated_(negated), text_(std::move(text)), regex_(std::move(regex)) {}

 protected:
  void compute(const Columns& columns, uint8_t* out) override {
    match(negated_, text_->evaluate(columns), regex_, columns.rows, out);
  }

 private:
  bool negated_;
  Node text_;
  Regex regex_;
};

class ArithmeticNode : public Expression {
 public:
  ArithmeticNode(Op op, Node lhs, Node rhs) : op_(op), lhs_(std::move(lhs)), rhs_(std::move(rhs)) {}
  FieldType type() const override {
    const bool integers = lhs_->type() == FieldType::integer && rhs_->type() == FieldType::integer;
    return integers ? FieldType::integer : FieldType::float_;
  }
  Operand evaluate(const Columns& columns) override {
    return calculate(op_, lhs_->evaluate(columns), rhs_->evaluate(columns), columns.rows, buffer_);
  }

 private:
  Op op_;
  Node lhs_, rhs_;
  NumberBuffer buffer_;
};

class Compiler {
 public:
  explicit Compiler(Scope& scope) : scope_(scope) {}

  Result<Node> compile(const ExprPtr& expr) {
    if (const auto* paren = as<influx::ParenExpr>(expr)) return compile(paren->expr);
    if (const auto* binary = as<BinaryExpr>(expr)) return compile_binary(*binary);
    if (const auto* ref = as<influx::VarRef>(expr)) return column(scope_.find(*ref));
    if (const auto* call = as<influx::Call>(expr)) {
      EFD_ASSIGN(const auto found, scope_.find(*call));
      return column(found);
    }
    return compile_literal(expr);
  }

 private:
  static Node column(const std::optional<ScopeColumn>& found) {
    return found ? std::make_unique<ColumnNode>(*found) : constant();
  }

  static Result<Node> compile_literal(const ExprPtr& expr) {
    if (const auto* number = as<influx::NumberLiteral>(expr)) return constant(number->value);
    if (const auto* integer = as<influx::IntegerLiteral>(expr)) return constant(integer->value);
    if (const auto* text = as<influx::StringLiteral>(expr)) return constant(text->value);
    if (const auto* boolean = as<influx::BooleanLiteral>(expr)) return constant(boolean->value);
    if (const auto* big = as<influx::UnsignedLiteral>(expr)) {
      return constant(static_cast<double>(big->value));
    }
    return constant();
  }

  template <class... T>
  static Node constant(T... value) {
    return std::make_unique<ConstantNode>(std::move(value)...);
  }

  Result<Node> compile_binary(const BinaryExpr& binary) {
    if (influx::is_comparison(binary.op)) {
      if (const auto tag = tag_of(binary.lhs)) return compare_tag(binary.op, *tag, binary.rhs);
      if (const auto tag = tag_of(binary.rhs)) return compare_tag(binary.op, *tag, binary.lhs);
    }
    if (binary.op == Op::match || binary.op == Op::not_match) return compile_match(binary);
    EFD_ASSIGN(Node lhs, compile(binary.lhs));
    EFD_ASSIGN(Node rhs, compile(binary.rhs));
    if (binary.op == Op::logical_and || binary.op == Op::logical_or) {
      return std::make_unique<LogicNode>(binary.op, std::move(lhs), std::move(rhs));
    }
    if (influx::is_comparison(binary.op)) {
      return std::make_unique<CompareNode>(binary.op, std::move(lhs), std::move(rhs));
    }
    return std::make_unique<ArithmeticNode>(binary.op, std::move(lhs), std::move(rhs));
  }

  Result<Node> compile_match(const BinaryExpr& binary) {
    const auto* literal = as<influx::RegexLiteral>(binary.rhs);
    if (!literal) return constant(false);
    EFD_ASSIGN(Regex regex, Regex::compile(literal->text));
    EFD_ASSIGN(Node text, compile(binary.lhs));
    return std::make_unique<MatchNode>(binary.op == Op::not_match, std::move(text),
                                       std::move(regex));
  }

  std::optional<std::string_view> tag_of(const ExprPtr& expr) const {
    const auto* ref = as<influx::VarRef>(expr);
    return ref ? scope_.tag(*ref) : std::nullopt;
  }

  // Beside anything else than a text or a regular expression the tag is a value that is missing.
  Result<Node> compare_tag(Op op, std::string_view value, const ExprPtr& other) {
    if (const auto* text = as<influx::StringLiteral>(other)) {
      const bool equals = value == text->value;
      return constant((op == Op::equal && equals) || (op == Op::not_equal && !equals));
    }
    if (const auto* literal = as<influx::RegexLiteral>(other)) {
      EFD_ASSIGN(const Regex regex, Regex::compile(literal->text));
      return constant(regex.matches(value) == (op == Op::match));
    }
    return constant(false);
  }

  Scope& scope_;
};

}  // namespace

ColumnChunk Expression::column(const Columns& columns) {
  const Operand values = evaluate(columns);
  ColumnChunk chunk{.type = type(), .all_null = values.is_nil()};
  if (chunk.all_null) return chunk;
  EFD_CHECK(!values.constant && type_of(values.kind) == chunk.type);
  if (values.kind == Kind::floating) chunk.floats = {values.floats, columns.rows};
  if (values.kind == Kind::integer) chunk.integers = {values.integers, columns.rows};
  if (values.kind == Kind::boolean) chunk.booleans = {values.booleans, columns.rows};
  if (values.kind == Kind::string) chunk.strings = {values.strings, columns.rows};
  if (values.nulls) chunk.nulls = {values.nulls, columns.rows};
  return chunk;
}

Result<std::unique_ptr<Expression>> compile_expression(const ExprPtr& expr, Scope& scope) {
  return Compiler(scope).compile(expr);
}

}  // namespace efd::query
