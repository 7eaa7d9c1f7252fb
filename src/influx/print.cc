// SPDX-License-Identifier: MIT
// Expressions and SELECT as text.
#include "influx/print.h"

#include "influx/ast.h"
#include "influx/decimal.h"
#include "influx/duration.h"
#include "influx/quote.h"

namespace efd::influx {
namespace {

// A function's name is printed as it is, quoted where the parser needs it.
std::string call_name(const std::string& name) {
  return name == "distinct" ? name : quote_ident(name);
}

std::string three_decimals(double value) {
  if (value != value) return "NaN";
  return fmt::format("{:.3f}", value);
}

// Whether `child` needs parentheses to stay an operand of `op`. The parser keeps those of the text;
// this is for trees that it did not make, and for `a / -b`, which is `a / (-1 * b)`.
bool needs_parens(const ExprPtr& child, Op op, bool is_right) {
  const auto* binary = as<BinaryExpr>(child);
  if (!binary) return false;
  if (precedence(binary->op) != precedence(op)) return precedence(binary->op) < precedence(op);
  const bool is_logical = op == Op::logical_and || op == Op::logical_or;
  return is_right && !is_logical;
}

class ExprPrinter {
 public:
  explicit ExprPrinter(std::string& out) : out_(out) {}

  void print(const ExprPtr& expr) {
    if (expr) std::visit(*this, expr->node);
  }

  void operator()(const VarRef& ref) {
    out_ += quote_ident(ref.name);
    if (ref.type != DataType::unknown) append({"::", to_string(ref.type)});
  }
  void operator()(const Call& call) {
    append({call_name(call.name), "("});
    for (size_t i = 0; i < call.args.size(); ++i) {
      if (i > 0) out_ += ", ";
      print(call.args[i]);
    }
    out_ += ")";
  }
  void operator()(const BinaryExpr& binary) {
    operand(binary.lhs, binary.op, false);
    append({" ", to_string(binary.op), " "});
    operand(binary.rhs, binary.op, true);
  }
  void operator()(const ParenExpr& paren) { in_parens(paren.expr); }
  void operator()(const Distinct& distinct) { append({"DISTINCT ", quote_ident(distinct.name)}); }
  void operator()(const Wildcard& wildcard) {
    out_ += "*";
    if (wildcard.kind == Wildcard::Kind::fields) out_ += "::field";
    if (wildcard.kind == Wildcard::Kind::tags) out_ += "::tag";
  }
  void operator()(const RegexLiteral& regex) { out_ += quote_regex(regex.text); }
  void operator()(const NumberLiteral& number) { out_ += three_decimals(number.value); }
  void operator()(const IntegerLiteral& integer) { out_ += std::to_string(integer.value); }
  void operator()(const UnsignedLiteral& number) { out_ += std::to_string(number.value); }
  void operator()(const StringLiteral& text) { out_ += quote_string(text.value); }
  void operator()(const BooleanLiteral& boolean) { out_ += boolean.value ? "true" : "false"; }
  void operator()(const DurationLiteral& duration) { out_ += format_duration(duration.ns); }
  void operator()(const TimeLiteral& time) { append({"'", to_string(time.value), "'"}); }
  void operator()(const NilLiteral&) { out_ += "nil"; }

 private:
  void append(std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) out_ += part;
  }
  void in_parens(const ExprPtr& expr) {
    out_ += "(";
    print(expr);
    out_ += ")";
  }
  void operand(const ExprPtr& expr, Op op, bool is_right) {
    if (needs_parens(expr, op, is_right)) {
      in_parens(expr);
    } else {
      print(expr);
    }
  }

  std::string& out_;
};

std::string fill_text(const Fill& fill) {
  switch (fill.kind) {
    case Fill::Kind::null:
      return "";
    case Fill::Kind::none:
      return " fill(none)";
    case Fill::Kind::previous:
      return " fill(previous)";
    case Fill::Kind::linear:
      return " fill(linear)";
    case Fill::Kind::number:
      break;
  }
  const auto* integer = std::get_if<int64_t>(&fill.number);
  const std::string number =
      integer ? std::to_string(*integer) : fixed_decimal(std::get<double>(fill.number));
  return fmt::format(" fill({})", number);
}

void append_fields(const std::vector<Field>& fields, std::string& out) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ", ";
    ExprPrinter(out).print(fields[i].expr);
    if (!fields[i].alias.empty()) out += " AS " + quote_ident(fields[i].alias);
  }
}

// Subqueries nest: all of it goes into one string.
void append_select(const SelectStatement& select, std::string& out);

void append_source(const Source& source, std::string& out) {
  if (const auto* measurement = std::get_if<Measurement>(&source)) {
    out += to_string(*measurement);
    return;
  }
  out += "(";
  append_select(*std::get<Subquery>(source).select, out);
  out += ")";
}

void append_sources(const std::vector<Source>& sources, std::string& out) {
  for (size_t i = 0; i < sources.size(); ++i) {
    out += i == 0 ? " FROM " : ", ";
    append_source(sources[i], out);
  }
}

void append_select(const SelectStatement& select, std::string& out) {
  out += "SELECT ";
  append_fields(select.fields, out);
  if (select.target) out += " INTO " + to_string(*select.target);
  append_sources(select.sources, out);
  out += where_text(select.condition);
  out += group_by_text(select.dimensions);
  out += fill_text(select.fill);
  out += order_by_text(select.sort);
  out += paging_text(select.paging);
  if (!select.time_zone.empty()) out += " TZ(" + quote_string(select.time_zone) + ")";
}

}  // namespace

std::string quote_regex(std::string_view regex) {
  std::string out = "/";
  for (const char c : regex) {
    if (c == '/') out += '\\';
    out += c;
  }
  return out += "/";
}

std::string to_string(const ExprPtr& expr) {
  std::string out;
  ExprPrinter(out).print(expr);
  return out;
}

std::string to_string(const Measurement& measurement) {
  std::string out;
  const bool is_qualified = !measurement.database.empty() || !measurement.policy.empty();
  if (!measurement.database.empty()) out += quote_ident(measurement.database) + ".";
  if (!measurement.policy.empty()) out += quote_ident(measurement.policy);
  if (is_qualified) out += ".";
  if (!measurement.name.empty()) return out + quote_ident(measurement.name);
  if (measurement.regex) return out + quote_regex(*measurement.regex);
  if (measurement.is_target && is_qualified) return out + ":MEASUREMENT";
  return out + "\"\"";
}

std::string to_string(const Source& source) {
  std::string out;
  append_source(source, out);
  return out;
}

std::string sources_text(const std::vector<Source>& sources) {
  std::string out;
  append_sources(sources, out);
  return out;
}

std::string where_text(const ExprPtr& condition) {
  return condition ? " WHERE " + to_string(condition) : std::string();
}

std::string group_by_text(const std::vector<ExprPtr>& dimensions) {
  std::string out;
  for (const ExprPtr& dimension : dimensions) {
    out += out.empty() ? " GROUP BY " : ", ";
    out += to_string(dimension);
  }
  return out;
}

std::string order_by_text(const std::vector<SortField>& fields) {
  std::string out;
  for (const SortField& field : fields) {
    out += out.empty() ? " ORDER BY " : ", ";
    if (!field.name.empty()) out += field.name + " ";
    out += field.ascending ? "ASC" : "DESC";
  }
  return out;
}

std::string paging_text(const Paging& paging) {
  std::string out;
  if (paging.limit > 0) out += fmt::format(" LIMIT {}", paging.limit);
  if (paging.offset > 0) out += fmt::format(" OFFSET {}", paging.offset);
  if (paging.series_limit > 0) out += fmt::format(" SLIMIT {}", paging.series_limit);
  if (paging.series_offset > 0) out += fmt::format(" SOFFSET {}", paging.series_offset);
  return out;
}

std::string to_string(const SelectStatement& select) {
  std::string out;
  append_select(select, out);
  return out;
}

}  // namespace efd::influx
