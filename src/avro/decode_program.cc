// SPDX-License-Identifier: MIT
// From a schema to steps and columns.
#include "avro/decode_program.h"

#include <algorithm>
#include <unordered_map>

#include "avro/decode_ops.h"
#include "base/check.h"

namespace efd::avro {

using rows::ColumnType;

namespace {

constexpr const char* kRootColumn = "value";

struct Scalar {
  OpKind op;
  ColumnType column;
};

// What a type becomes if it is a column of its own.
std::optional<Scalar> scalar_of(const Node& node) {
  switch (node.type) {
    case Type::boolean:
      return Scalar{OpKind::booleans, ColumnType::boolean};
    case Type::int_:
      return Scalar{OpKind::ints, ColumnType::integer};
    case Type::long_:
      return Scalar{OpKind::longs, ColumnType::integer};
    case Type::float_:
      return Scalar{OpKind::floats, ColumnType::float32};
    case Type::double_:
      return Scalar{OpKind::doubles, ColumnType::float64};
    case Type::string:
      return Scalar{OpKind::strings, ColumnType::string};
    case Type::enum_:
      return Scalar{OpKind::symbols, ColumnType::string};
    case Type::bytes:
      return Scalar{OpKind::bytes, ColumnType::string};
    case Type::fixed:
      return Scalar{OpKind::fixed, ColumnType::string};
    default:
      return std::nullopt;
  }
}

// T of ["null", T] and [T, "null"]; else null.
const Node* nullable_of(const Node& node) {
  if (node.type != Type::union_ || node.branches.size() != 2) return nullptr;
  if (node.branches[0]->type == Type::null) return node.branches[1];
  if (node.branches[1]->type == Type::null) return node.branches[0];
  return nullptr;
}

// The scalar type of an array's items, if the array can be a column. Items that take no bytes could
// be any number: as JSON text they are bounded.
const Node* array_scalar(const Node& items) {
  const Node* nullable = nullable_of(items);
  const Node& item = nullable ? *nullable : items;
  bool takes_bytes = nullable || item.type != Type::fixed || item.size > 0;
  return scalar_of(item) && takes_bytes ? &item : nullptr;
}

std::optional<OpKind> whole_array_op(const Node& items) {
  switch (items.type) {
    case Type::int_:
      return OpKind::int_array;
    case Type::long_:
      return OpKind::long_array;
    case Type::float_:
      return OpKind::float_array;
    case Type::double_:
      return OpKind::double_array;
    default:
      return std::nullopt;
  }
}

bool can_be_run(OpKind kind) {
  return kind <= OpKind::symbols;
}

std::string joined(const std::string& outer, const std::string& inner) {
  return outer.empty() ? inner : outer + "_" + inner;
}

}  // namespace

class Compiler {
 public:
  explicit Compiler(DecodeProgram& program) : program_(program) {}

  Result<> compile() {
    EFD_TRY(add(program_.schema_.root(), ""));
    EFD_TRY(check_names());
    program_.layout_ = std::make_shared<const rows::Layout>(std::move(layout_));
    return {};
  }

 private:
  Result<> check_names() const {
    for (const auto& [name, columns] : named_)
      if (columns.count > DecodeProgram::kSameNamesMax)
        return fail(ErrorCode::bad_input, "more than {} fields of the schema are called '{}'",
                    DecodeProgram::kSameNamesMax, name);
    return {};
  }

  Result<> add(const Node& node, const std::string& name) {
    if (++types_seen_ > DecodeProgram::kTypesMax || column_count() > DecodeProgram::kColumnsMax) {
      return fail(ErrorCode::bad_input, "the schema needs more than {} columns or {} types",
                  DecodeProgram::kColumnsMax, DecodeProgram::kTypesMax);
    }
    switch (node.type) {
      case Type::null:
        return {};
      case Type::record:
        return add_record(node, name);
      case Type::union_:
        return add_union(node, name);
      case Type::array:
        return add_array(node, name);
      case Type::map:
        return add_json(node, name);
      default:
        return add_scalar(*scalar_of(node), node, name);
    }
  }

  Result<> add_record(const Node& node, const std::string& name) {
    if (std::find(open_.begin(), open_.end(), &node) != open_.end()) return add_json(node, name);
    open_.push_back(&node);
    for (const Field& field : node.fields) EFD_TRY(add(*field.type, joined(name, field.name)));
    open_.pop_back();
    return {};
  }

  Result<> add_scalar(const Scalar& scalar, const Node& node, const std::string& name) {
    push(scalar.op, node, column({name, scalar.column, false}));
    return {};
  }

  Result<> add_json(const Node& node, const std::string& name) {
    push(OpKind::json, node, column({name, ColumnType::string, false}));
    return {};
  }

  Result<> add_array(const Node& node, const std::string& name) {
    const Node* item = array_scalar(*node.items);
    if (!item) return add_json(node, name);
    Scalar scalar = *scalar_of(*item);
    uint32_t values = column({name, scalar.column, true});
    if (auto whole = whole_array_op(*node.items)) {
      push(*whole, node, values);
      return {};
    }
    uint32_t array = push(OpKind::array, node, values);
    no_run_before_ = next_op();
    if (item == node.items) {
      push(scalar.op, *item, values);
    } else {
      push_nullable_item(*node.items, scalar, values);
    }
    close(array);
    return {};
  }

  // The item of an array of ["null", T]: a null element or one of type T.
  void push_nullable_item(const Node& node, const Scalar& scalar, uint32_t values) {
    uint32_t choice = push(OpKind::one_of, node, values);
    UnionTable table;
    for (const Node* branch : node.branches) {
      BranchSteps steps{.begin = next_op()};
      no_run_before_ = next_op();
      if (branch->type == Type::null) {
        steps.null_columns = {values};
      } else {
        push(scalar.op, *branch, values);
      }
      steps.end = next_op();
      table.branches.push_back(std::move(steps));
    }
    set_table(choice, std::move(table));
  }

  Result<> add_union(const Node& node, const std::string& name) {
    auto first_column = static_cast<uint32_t>(layout_.columns.size());
    uint32_t choice = push(OpKind::one_of, node, first_column);
    bool has_double = std::any_of(node.branches.begin(), node.branches.end(),
                                  [](const Node* b) { return b->type == Type::double_; });
    UnionTable table;
    std::vector<std::vector<uint32_t>> used;
    for (const Node* branch : node.branches) {
      BranchSteps steps{.begin = next_op()};
      EFD_ASSIGN(auto columns, add_branch(*branch, name, first_column, has_double));
      used.push_back(std::move(columns));
      steps.end = next_op();
      table.branches.push_back(std::move(steps));
    }
    for (size_t i = 0; i < used.size(); ++i) {
      set_absent(first_column, used[i], table.branches[i]);
    }
    set_table(choice, std::move(table));
    return {};
  }

  // Returns the columns that the branch fills, in order. It may fill those of earlier branches.
  Result<std::vector<uint32_t>> add_branch(const Node& branch, const std::string& name,
                                           uint32_t first_column, bool has_double) {
    no_run_before_ = next_op();
    Sharing outer = std::exchange(sharing_, Sharing{first_column, column_count(), {}, nullptr});
    sharing_.outer = &outer;
    uint32_t first_new = column_count();
    Result<> added;
    if (branch.type == Type::float_ && has_double) {
      added = add_scalar({OpKind::widened, ColumnType::float64}, branch, name);
    } else {
      added = add(branch, name);
    }
    std::vector<uint32_t> used = std::move(sharing_.taken);
    sharing_ = std::move(outer);
    if (!added) return fail(added.error());
    for (uint32_t i = first_new; i < column_count(); ++i) used.push_back(i);
    std::sort(used.begin(), used.end());
    return used;
  }

  void set_absent(uint32_t first_column, const std::vector<uint32_t>& used, BranchSteps& steps) {
    for (uint32_t i = first_column; i < column_count(); ++i) {
      if (std::binary_search(used.begin(), used.end(), i)) continue;
      (layout_.columns[i].is_array ? steps.empty_arrays : steps.null_columns).push_back(i);
    }
  }

  void set_table(uint32_t choice, UnionTable table) {
    ops()[choice].table = static_cast<uint32_t>(program_.unions_.size());
    program_.unions_.push_back(std::move(table));
    close(choice);
  }

  // The number of a column like `wanted`: one of an earlier branch, or a new one.
  uint32_t column(rows::Column wanted) {
    if (wanted.name.empty()) wanted.name = kRootColumn;
    for (uint32_t i = sharing_.begin; i < sharing_.end; ++i) {
      auto& taken = sharing_.taken;
      if (!is_like(layout_.columns[i], wanted) ||
          std::find(taken.begin(), taken.end(), i) != taken.end()) {
        continue;
      }
      taken.push_back(i);
      return i;
    }
    Named& named = named_[wanted.name];
    wanted.is_further_type = named.count > 0 && is_in_earlier_branch(named.latest);
    named = {column_count(), named.count + 1};
    layout_.columns.push_back(std::move(wanted));
    return named.latest;
  }

  static bool is_like(const rows::Column& a, const rows::Column& b) {
    return a.name == b.name && a.type == b.type && a.is_array == b.is_array;
  }

  // Of any union that is being compiled.
  bool is_in_earlier_branch(uint32_t column) const {
    const Sharing* sharing = &sharing_;
    while (sharing && (column < sharing->begin || column >= sharing->end)) sharing = sharing->outer;
    return sharing;
  }

  // Appends a step, or makes the last one longer by a neighbouring column. Returns its number.
  uint32_t push(OpKind kind, const Node& node, uint32_t column) {
    if (can_be_run(kind) && next_op() > no_run_before_) {
      Op& last = ops().back();
      bool same = last.kind == kind && last.column + last.count == column &&
                  (kind != OpKind::symbols || last.node == &node);
      if (same) return ++last.count, next_op() - 1;
    }
    ops().push_back({.kind = kind, .column = column, .end = next_op() + 1, .node = &node});
    return next_op() - 1;
  }

  void close(uint32_t op) {
    ops()[op].end = next_op();
    no_run_before_ = next_op();
  }

  std::vector<Op>& ops() { return program_.ops_; }
  uint32_t next_op() { return static_cast<uint32_t>(ops().size()); }
  uint32_t column_count() const { return static_cast<uint32_t>(layout_.columns.size()); }

  // Columns [begin, end) belong to earlier branches of the union that is being compiled: a branch
  // may fill each of them once.
  struct Sharing {
    uint32_t begin = 0, end = 0;
    std::vector<uint32_t> taken;
    const Sharing* outer = nullptr;  // of the union around it
  };

  struct Named {
    uint32_t latest = 0;
    size_t count = 0;
  };

  DecodeProgram& program_;
  rows::Layout layout_;
  std::unordered_map<std::string, Named> named_;  // columns by name
  size_t types_seen_ = 0;
  std::vector<const Node*> open_;  // records inside of which we are
  uint32_t no_run_before_ = 0;     // steps before this one do not grow
  Sharing sharing_;
};

DecodeProgram::DecodeProgram(const Schema& schema) : schema_(schema) {}
DecodeProgram::~DecodeProgram() = default;

Result<std::shared_ptr<const DecodeProgram>> DecodeProgram::compile(const Schema& schema) {
  std::shared_ptr<DecodeProgram> program(new DecodeProgram(schema));
  EFD_TRY(Compiler(*program).compile());
  return program;
}

Result<> DecodeProgram::decode(std::string_view datum, rows::Rows& rows) const {
  EFD_CHECK(rows.shared_layout() == layout_);
  DecodeFault fault;
  DecodeContext context{ops_.data(),  unions_.data(),
                        schema_,      rows.columns().data(),
                        datum.data(), datum.data() + datum.size(),
                        fault};
  const char* behind = run_steps(context, 0, static_cast<uint32_t>(ops_.size()), datum.data());
  if (behind == context.end) return {};
  if (behind) {
    return fail(ErrorCode::bad_input, "{} bytes too many behind the datum", context.end - behind);
  }
  bool has_column = fault.op->column < layout_->columns.size();
  return fail(ErrorCode::bad_input, "field '{}': {} at byte {}",
              has_column ? layout_->columns[fault.op->column].name : "", fault.why, fault.position);
}

}  // namespace efd::avro
