// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "avro/binary.h"
#include "avro/value.h"

namespace efd::avro {
namespace {

constexpr const char* kKinds[] = {"null",   "boolean", "int",   "long",   "float", "double",
                                  "string", "bytes",   "array", "record", "map"};

const char* kind_of(const Value& value) {
  return kKinds[value.data.index()];
}

// How well a value suits a type. Looks at the outside only: a record by its number of fields.
enum class Fit { none, converted, exact };

template <class T>
Fit exact_if(const Value& value) {
  return std::holds_alternative<T>(value.data) ? Fit::exact : Fit::none;
}

const int32_t* as_int32(const Value& value) {
  return std::get_if<int32_t>(&value.data);
}
const int64_t* as_int64(const Value& value) {
  return std::get_if<int64_t>(&value.data);
}

Fit fit_int(const Value& value) {
  if (as_int32(value)) return Fit::exact;
  const int64_t* wide = as_int64(value);
  return wide && *wide >= INT32_MIN && *wide <= INT32_MAX ? Fit::converted : Fit::none;
}
Fit fit_long(const Value& value) {
  if (as_int64(value)) return Fit::exact;
  return as_int32(value) ? Fit::converted : Fit::none;
}
template <class T>
Fit fit_floating(const Value& value) {
  if (exact_if<T>(value) == Fit::exact) return Fit::exact;
  bool is_number = std::holds_alternative<float>(value.data) ||
                   std::holds_alternative<double>(value.data) || fit_long(value) != Fit::none;
  return is_number ? Fit::converted : Fit::none;
}

Fit fit_enum(const Node& node, const Value& value) {
  const auto* symbol = std::get_if<std::string>(&value.data);
  const auto& known = node.symbols;
  bool found = symbol && std::find(known.begin(), known.end(), *symbol) != known.end();
  return found ? Fit::exact : Fit::none;
}

Fit fit_fixed(const Node& node, const Value& value) {
  const auto* bytes = std::get_if<Bytes>(&value.data);
  return bytes && bytes->raw.size() == node.size ? Fit::exact : Fit::none;
}

Fit fit_record(const Node& node, const Value& value) {
  const auto* record = std::get_if<Record>(&value.data);
  return record && record->fields.size() == node.fields.size() ? Fit::exact : Fit::none;
}

Fit fit(const Node& node, const Value& value) {
  switch (node.type) {
    case Type::null:
      return exact_if<Null>(value);
    case Type::boolean:
      return exact_if<bool>(value);
    case Type::int_:
      return fit_int(value);
    case Type::long_:
      return fit_long(value);
    case Type::float_:
      return fit_floating<float>(value);
    case Type::double_:
      return fit_floating<double>(value);
    case Type::bytes:
      return exact_if<Bytes>(value);
    case Type::string:
      return exact_if<std::string>(value);
    case Type::enum_:
      return fit_enum(node, value);
    case Type::fixed:
      return fit_fixed(node, value);
    case Type::record:
      return fit_record(node, value);
    case Type::array:
      return exact_if<Array>(value);
    case Type::map:
      return exact_if<Map>(value);
    case Type::union_:
      return Fit::exact;
  }
  return Fit::none;
}

tl::unexpected<Error> does_not_fit(const Node& node, const Value& value) {
  if (node.type == Type::enum_ && std::holds_alternative<std::string>(value.data)) {
    return fail(ErrorCode::bad_input, "'{}' is no symbol of enum '{}'",
                std::get<std::string>(value.data), node.name.full());
  }
  if (const auto* record = std::get_if<Record>(&value.data); record && node.type == Type::record) {
    return fail(ErrorCode::bad_input, "record '{}' has {} fields, not {}", node.name.full(),
                node.fields.size(), record->fields.size());
  }
  return fail(ErrorCode::bad_input, "expected {}, not {}{}", to_string(node.type), kind_of(value),
              kind_of(value) == std::string_view(to_string(node.type)) ? " of another size" : "");
}

// Any number, as T.
template <class T>
T number(const Value& value) {
  if (const int32_t* integer = as_int32(value)) return static_cast<T>(*integer);
  if (const int64_t* integer = as_int64(value)) return static_cast<T>(*integer);
  if (const auto* single = std::get_if<float>(&value.data)) return static_cast<T>(*single);
  return static_cast<T>(std::get<double>(value.data));
}

class ValueWriter {
 public:
  explicit ValueWriter(std::string& out) : out_(out) {}

  Result<> write(const Node& node, const Value& value) {
    if (depth_ == kValueDepthMax) {
      return fail(ErrorCode::bad_input, "values nest deeper than {}", kValueDepthMax);
    }
    if (fit(node, value) == Fit::none) return does_not_fit(node, value);
    ++depth_;
    Result<> written = write_fitting(node, value);
    --depth_;
    return written;
  }

 private:
  Result<> write_fitting(const Node& node, const Value& value) {
    switch (node.type) {
      case Type::record:
        return write_record(node, std::get<Record>(value.data));
      case Type::array:
        return write_items(node, std::get<Array>(value.data));
      case Type::map:
        return write_entries(node, std::get<Map>(value.data));
      case Type::union_:
        return write_union(node, value);
      default:
        write_scalar(node, value);
        return {};
    }
  }

  void write_scalar(const Node& node, const Value& value) {
    switch (node.type) {
      case Type::boolean:
        return write_boolean(std::get<bool>(value.data), out_);
      case Type::int_:
      case Type::long_:
        return write_long(number<int64_t>(value), out_);
      case Type::float_:
        return write_float(number<float>(value), out_);
      case Type::double_:
        return write_double(number<double>(value), out_);
      case Type::bytes:
        return write_text(std::get<Bytes>(value.data).raw, out_);
      case Type::string:
        return write_text(std::get<std::string>(value.data), out_);
      case Type::fixed:
        out_.append(std::get<Bytes>(value.data).raw);
        return;
      case Type::enum_:
        return write_symbol(node, std::get<std::string>(value.data));
      default:
        return;
    }
  }

  void write_symbol(const Node& node, const std::string& symbol) {
    auto found = std::find(node.symbols.begin(), node.symbols.end(), symbol);
    write_long(found - node.symbols.begin(), out_);
  }

  Result<> write_record(const Node& node, const Record& record) {
    for (size_t i = 0; i < node.fields.size(); ++i) {
      Result<> written = write(*node.fields[i].type, record.fields[i]);
      if (!written) return fail_in("field '" + node.fields[i].name + "'", written.error());
    }
    return {};
  }

  Result<> write_items(const Node& node, const Array& array) {
    if (!array.empty()) write_block(array.size(), out_);
    for (const Value& item : array) EFD_TRY(write(*node.items, item));
    write_block_end(out_);
    return {};
  }

  Result<> write_entries(const Node& node, const Map& map) {
    if (!map.entries.empty()) write_block(map.entries.size(), out_);
    for (const MapEntry& entry : map.entries) {
      write_text(entry.key, out_);
      EFD_TRY(write(*node.items, entry.value));
    }
    write_block_end(out_);
    return {};
  }

  Result<> write_union(const Node& node, const Value& value) {
    int branch = value.branch == Value::kAnyBranch ? best_branch(node, value) : value.branch;
    if (branch < 0 || static_cast<size_t>(branch) >= node.branches.size()) {
      return fail(ErrorCode::bad_input, "{} fits no branch of the union", kind_of(value));
    }
    write_long(branch, out_);
    return write(*node.branches[static_cast<size_t>(branch)], value);
  }

  // The first branch that fits exactly, else the first that fits at all, else -1.
  static int best_branch(const Node& node, const Value& value) {
    int converted = -1;
    for (size_t i = 0; i < node.branches.size(); ++i) {
      Fit branch_fit = fit(*node.branches[i], value);
      if (branch_fit == Fit::exact) return static_cast<int>(i);
      if (branch_fit == Fit::converted && converted < 0) converted = static_cast<int>(i);
    }
    return converted;
  }

  std::string& out_;
  size_t depth_ = 0;
};

}  // namespace

Result<> encode(const Schema& schema, const Value& value, std::string& out) {
  size_t old_size = out.size();
  Result<> written = ValueWriter(out).write(schema.root(), value);
  if (!written) out.resize(old_size);
  return written;
}

}  // namespace efd::avro
