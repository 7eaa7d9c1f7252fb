// SPDX-License-Identifier: MIT
#include "query/expression/predicate.h"

#include <numeric>

#include "query/compile/support.h"

namespace efd::query {
namespace {

using Kind = Operand::Kind;

// The fields of the rows that are read. Other names are tags.
class WhereScope : public Scope {
 public:
  WhereScope(const FieldTypes& fields, RowSource& source) : fields_(fields), source_(source) {}

  std::optional<ScopeColumn> find(const influx::VarRef& ref) override {
    const auto field = fields_.resolve(ref);
    if (!field) return std::nullopt;
    return ScopeColumn{source_.add(*field), field->type};
  }

  Result<std::optional<ScopeColumn>> find(const influx::Call& call) override {
    return not_supported(call.name + "() in WHERE");
  }

  // A cast to `::field` alone makes no tag of a name. `_name` stands for the measurement's name;
  // every row lacks all other tags: they are ''.
  std::optional<std::string_view> tag(const influx::VarRef& ref) const override {
    const bool may_be_tag =
        ref.type == influx::DataType::unknown || ref.type == influx::DataType::any_field;
    const bool is_tag =
        ref.type == influx::DataType::tag || (may_be_tag && !fields_.all().contains(ref.name));
    if (!is_tag) return std::nullopt;
    return ref.name == "_name" ? source_.name() : std::string_view();
  }

 private:
  const FieldTypes& fields_;
  RowSource& source_;
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

Result<Predicate> Predicate::compile(const influx::ExprPtr& condition, const FieldTypes& fields,
                                     RowSource& source) {
  if (!condition) return Predicate();
  WhereScope scope(fields, source);
  EFD_ASSIGN(auto root, compile_expression(condition, scope));
  return Predicate(std::move(root));
}

size_t Predicate::select(const Columns& columns, std::vector<uint8_t>& mask) {
  copy_booleans(root_->evaluate(columns), columns.rows, mask);
  return static_cast<size_t>(std::accumulate(mask.begin(), mask.end(), 0));
}

}  // namespace efd::query
