// SPDX-License-Identifier: MIT
#include "query/expression/predicate.h"

#include <cstring>
#include <numeric>

#include "query/compile/support.h"

namespace efd::query {
namespace {

using influx::as;
using influx::BinaryExpr;
using influx::ExprPtr;
using influx::Op;
using Kind = Operand::Kind;
using Node = std::unique_ptr<PredicateNode>;

class FieldNode : public PredicateNode {
 public:
  explicit FieldNode(size_t column) : column_(column) {}
  Operand evaluate(const RowReader& reader) override {
    const store::ColumnChunk& values = reader.column(column_);
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

 private:
  static Kind kind_of(rows::FieldType type) {
    switch (type) {
      case rows::FieldType::float_:
        return Kind::floating;
      case rows::FieldType::integer:
        return Kind::integer;
      case rows::FieldType::string:
        return Kind::string;
      default:
        return Kind::boolean;
    }
  }
  size_t column_;
};

// A literal, or nil.
class ConstantNode : public PredicateNode {
 public:
  ConstantNode() = default;
  explicit ConstantNode(double value) : float_(value), kind_(Kind::floating) {}
  explicit ConstantNode(int64_t value) : integer_(value), kind_(Kind::integer) {}
  explicit ConstantNode(bool value) : boolean_(value), kind_(Kind::boolean) {}
  explicit ConstantNode(std::string value)
      : text_(std::move(value)), string_(text_), kind_(Kind::string) {}
  ConstantNode(const ConstantNode&) = delete;

  Operand evaluate(const RowReader&) override {
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
class BooleanNode : public PredicateNode {
 public:
  Operand evaluate(const RowReader& reader) final {
    result_.resize(reader.rows());
    compute(reader, result_.data());
    Operand operand;
    operand.kind = Kind::boolean;
    operand.booleans = result_.data();
    return operand;
  }

 protected:
  virtual void compute(const RowReader& reader, uint8_t* out) = 0;

 private:
  std::vector<uint8_t> result_;
};

class CompareNode : public BooleanNode {
 public:
  CompareNode(Op op, Node lhs, Node rhs) : op_(op), lhs_(std::move(lhs)), rhs_(std::move(rhs)) {}

 protected:
  void compute(const RowReader& reader, uint8_t* out) override {
    compare(op_, lhs_->evaluate(reader), rhs_->evaluate(reader), reader.rows(), out);
  }

 private:
  Op op_;
  Node lhs_, rhs_;
};

class LogicNode : public BooleanNode {
 public:
  LogicNode(Op op, Node lhs, Node rhs) : op_(op), lhs_(std::move(lhs)), rhs_(std::move(rhs)) {}

 protected:
  void compute(const RowReader& reader, uint8_t* out) override {
    combine(op_, lhs_->evaluate(reader), rhs_->evaluate(reader), reader.rows(), out);
  }

 private:
  Op op_;
  Node lhs_, rhs_;
};

class MatchNode : public BooleanNode {
 public:
  MatchNode(bool negated, Node text, Regex regex)
      : negated_(negated), text_(std::move(text)), regex_(std::move(regex)) {}

 protected:
  void compute(const RowReader& reader, uint8_t* out) override {
    match(negated_, text_->evaluate(reader), regex_, reader.rows(), out);
  }

 private:
  bool negated_;
  Node text_;
  Regex regex_;
};

class ArithmeticNode : public PredicateNode {
 public:
  ArithmeticNode(Op op, Node lhs, Node rhs) : op_(op), lhs_(std::move(lhs)), rhs_(std::move(rhs)) {}
  Operand evaluate(const RowReader& reader) override {
    return calculate(op_, lhs_->evaluate(reader), rhs_->evaluate(reader), reader.rows(), buffer_);
  }

 private:
  Op op_;
  Node lhs_, rhs_;
  NumberBuffer buffer_;
};

class Compiler {
 public:
  Compiler(const FieldTypes& fields, RowReader& reader) : fields_(fields), reader_(reader) {}

  Result<Node> compile(const ExprPtr& expr) {
    if (const auto* paren = as<influx::ParenExpr>(expr)) return compile(paren->expr);
    if (const auto* binary = as<BinaryExpr>(expr)) return compile_binary(*binary);
    if (const auto* ref = as<influx::VarRef>(expr)) return compile_field(*ref);
    if (const auto* call = as<influx::Call>(expr)) {
      return not_supported(call->name + "() in WHERE");
    }
    return compile_literal(expr);
  }

 private:
  Result<Node> compile_field(const influx::VarRef& ref) {
    const auto field = fields_.resolve(ref);
    if (!field) return constant();
    return std::make_unique<FieldNode>(reader_.add(*field));
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
      if (const auto* tag = tag_of(binary.lhs)) return compare_tag(binary.op, *tag, binary.rhs);
      if (const auto* tag = tag_of(binary.rhs)) return compare_tag(binary.op, *tag, binary.lhs);
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

  // The name, when it is no field of the sources. A cast to `::field` alone makes none of it.
  const influx::VarRef* tag_of(const ExprPtr& expr) const {
    const auto* ref = as<influx::VarRef>(expr);
    if (!ref) return nullptr;
    if (ref->type == influx::DataType::tag) return ref;
    const bool may_be_tag =
        ref->type == influx::DataType::unknown || ref->type == influx::DataType::any_field;
    return may_be_tag && !fields_.all().contains(ref->name) ? ref : nullptr;
  }

  // `_name` stands for the measurement's name; every row lacks all other tags: they are ''.
  std::string_view value_of_tag(const influx::VarRef& tag) const {
    return tag.name == "_name" ? reader_.view().name() : std::string_view();
  }

  // Beside anything else than a text or a regular expression the tag is a value that is missing.
  Result<Node> compare_tag(Op op, const influx::VarRef& tag, const ExprPtr& other) {
    const std::string_view value = value_of_tag(tag);
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

  const FieldTypes& fields_;
  RowReader& reader_;
};

void copy_booleans(const Operand& operand, size_t rows, std::vector<uint8_t>& mask) {
  if (operand.kind != Kind::boolean || operand.all_null) {
    mask.assign(rows, 0);
  } else if (operand.constant) {
    mask.assign(rows, *operand.booleans);
  } else {
    mask.resize(rows);
    for (size_t i = 0; i < rows; ++i) mask[i] = operand.booleans[i] && !operand.is_null(i);
  }
}

}  // namespace

Result<Predicate> Predicate::compile(const ExprPtr& condition, const FieldTypes& fields,
                                     RowReader& reader) {
  if (!condition) return Predicate();
  EFD_ASSIGN(Node root, Compiler(fields, reader).compile(condition));
  return Predicate(std::move(root));
}

size_t Predicate::select(const RowReader& reader, std::vector<uint8_t>& mask) {
  copy_booleans(root_->evaluate(reader), reader.rows(), mask);
  return static_cast<size_t>(std::accumulate(mask.begin(), mask.end(), 0));
}

}  // namespace efd::query
