// SPDX-License-Identifier: MIT
// From a schema to steps and columns.
#include "avro/decode_program.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

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

// Of a field and its kind, which columns of one path may differ in.
std::string field_key(const std::string& path, bool is_array) {
  return path + (is_array ? "[]" : "");
}

}  // namespace

class Compiler {
 public:
  // Fields whose floats are stored as doubles, since a branch of a union has doubles there.
  using WideFields = std::unordered_set<std::string>;

  Compiler(DecodeProgram& program, WideFields& wide) : program_(program), wide_(wide) {}

  // False: there are more wide fields than were known, and the program is to be compiled again.
  Result<bool> compile() {
    size_t wide = wide_.size();
    EFD_TRY(add(program_.schema_.root(), ""));
    EFD_TRY(check_names());
    program_.layout_ = std::make_shared<const rows::Layout>(std::move(layout_));
    return wide_.size() == wide;
  }

 private:
  using Columns = std::set<uint32_t>;

  Result<> check_names() const {
    for (const auto& [name, count] : named_)
      if (count > DecodeProgram::kSameNamesMax)
        return fail(ErrorCode::bad_input, "more than {} fields of the schema are called '{}'",
                    DecodeProgram::kSameNamesMax, name);
    return {};
  }

  Result<> add(const Node& node, const std::string& path) {
    if (++types_seen_ > DecodeProgram::kTypesMax || column_count() > DecodeProgram::kColumnsMax) {
      return fail(ErrorCode::bad_input, "the schema needs more than {} columns or {} types",
                  DecodeProgram::kColumnsMax, DecodeProgram::kTypesMax);
    }
    switch (node.type) {
      case Type::null:
        return {};
      case Type::record:
        return add_record(node, path);
      case Type::union_:
        return add_union(node, path);
      case Type::array:
        return add_array(node, path);
      case Type::map:
        return add_json(node, path);
      default:
        return add_scalar(node, path);
    }
  }

  Result<> add_record(const Node& node, const std::string& path) {
    if (std::find(open_.begin(), open_.end(), &node) != open_.end()) return add_json(node, path);
    open_.push_back(&node);
    for (const Field& field : node.fields)
      EFD_TRY(add(*field.type, rows::path_below(path, field.name)));
    open_.pop_back();
    return {};
  }

  Result<> add_scalar(const Node& node, const std::string& path) {
    Scalar scalar = stored_as(node, path, false);
    push(scalar.op, node, column({path, scalar.column, false}));
    return {};
  }

  Scalar stored_as(const Node& node, const std::string& path, bool is_array) const {
    bool is_wide = node.type == Type::float_ && wide_.contains(field_key(path, is_array));
    return is_wide ? Scalar{OpKind::widened, ColumnType::float64} : *scalar_of(node);
  }

  Result<> add_json(const Node& node, const std::string& path) {
    push(OpKind::json, node, column({path, ColumnType::string, false}));
    return {};
  }

  Result<> add_array(const Node& node, const std::string& path) {
    const Node* item = array_scalar(*node.items);
    if (!item) return add_json(node, path);
    Scalar scalar = stored_as(*item, path, true);
    uint32_t values = column({path, scalar.column, true});
    auto whole = whole_array_op(*node.items);
    if (whole && scalar.op != OpKind::widened) {
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

  Result<> add_union(const Node& node, const std::string& path) {
    uint32_t choice = push(OpKind::one_of, node, column_count());
    std::vector<uint32_t> outer = std::exchange(used_, {});
    UnionTable table;
    std::vector<Columns> used;
    Columns all;
    for (const Node* branch : node.branches) {
      BranchSteps steps{.begin = next_op()};
      no_run_before_ = next_op();
      used_.clear();
      EFD_TRY(add(*branch, path));
      used.emplace_back(used_.begin(), used_.end());
      all.insert(used_.begin(), used_.end());
      steps.end = next_op();
      table.branches.push_back(std::move(steps));
    }
    for (size_t i = 0; i < used.size(); ++i) set_absent(all, used[i], table.branches[i]);
    if (!all.empty()) ops()[choice].column = *all.begin();
    set_table(choice, std::move(table));
    used_ = std::move(outer);
    used_.insert(used_.end(), all.begin(), all.end());
    return {};
  }

  // What other branches fill and this one does not.
  void set_absent(const Columns& all, const Columns& used, BranchSteps& steps) {
    for (uint32_t i : all) {
      if (used.contains(i)) continue;
      (layout_.columns[i].is_array ? steps.empty_arrays : steps.null_columns).push_back(i);
    }
  }

  void set_table(uint32_t choice, UnionTable table) {
    ops()[choice].table = static_cast<uint32_t>(program_.unions_.size());
    program_.unions_.push_back(std::move(table));
    close(choice);
  }

  // The number of a column like `wanted`: one that another branch of a union has made, or a new
  // one.
  uint32_t column(rows::Column wanted) {
    if (wanted.path.empty()) wanted.path = kRootColumn;
    std::string key = field_key(wanted.path, wanted.is_array);
    auto [known, is_new] =
        by_field_.try_emplace(key + to_string(rows::field_type(wanted.type)), column_count());
    if (is_new) {
      ++named_[rows::joined_name(wanted.path)];
      layout_.columns.push_back(std::move(wanted));
    } else if (layout_.columns[known->second].type != wanted.type) {
      wide_.insert(std::move(key));
    }
    used_.push_back(known->second);
    return known->second;
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

  DecodeProgram& program_;
  WideFields& wide_;
  rows::Layout layout_;
  std::unordered_map<std::string, uint32_t> by_field_;  // columns by field, kind and FieldType
  std::unordered_map<std::string, size_t> named_;       // how many columns, by joined name
  std::vector<uint32_t> used_;  // columns of the branch that is being compiled
  size_t types_seen_ = 0;
  std::vector<const Node*> open_;  // records inside of which we are
  uint32_t no_run_before_ = 0;     // steps before this one do not grow
};

DecodeProgram::DecodeProgram(const Schema& schema) : schema_(schema) {}
DecodeProgram::~DecodeProgram() = default;

Result<std::shared_ptr<const DecodeProgram>> DecodeProgram::compile(const Schema& schema) {
  Compiler::WideFields wide;
  for (;;) {
    std::shared_ptr<DecodeProgram> program(new DecodeProgram(schema));
    EFD_ASSIGN(bool is_whole, Compiler(*program, wide).compile());
    if (is_whole) return program;
  }
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
              has_column ? layout_->columns[fault.op->column].path : "", fault.why, fault.position);
}

}  // namespace efd::avro
