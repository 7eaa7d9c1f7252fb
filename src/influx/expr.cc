// SPDX-License-Identifier: MIT
#include "influx/expr.h"

#include <algorithm>
#include <array>

namespace efd::influx {
namespace {

int height_of(const ExprPtr& expr) {
  return expr ? expr->height : 0;
}

int height_below(const Expr::Node& node) {
  int height = 0;
  if (const auto* call = std::get_if<Call>(&node)) {
    for (const ExprPtr& arg : call->args) height = std::max(height, height_of(arg));
  } else if (const auto* binary = std::get_if<BinaryExpr>(&node)) {
    height = std::max(height_of(binary->lhs), height_of(binary->rhs));
  } else if (const auto* paren = std::get_if<ParenExpr>(&node)) {
    height = height_of(paren->expr);
  }
  return height;
}

// In the order of the enum.
constexpr std::array<std::string_view, 10> kTypeNames = {"unknown", "float",   "integer",  "string",
                                                         "boolean", "time",    "duration", "tag",
                                                         "field",   "unsigned"};

struct OpInfo {
  std::string_view name;
  int precedence;
};
// In the order of the enum.
constexpr std::array<OpInfo, 19> kOps = {{{"+", 4},
                                          {"-", 4},
                                          {"*", 5},
                                          {"/", 5},
                                          {"%", 5},
                                          {"&", 5},
                                          {"|", 4},
                                          {"^", 4},
                                          {"AND", 2},
                                          {"OR", 1},
                                          {"=", 3},
                                          {"!=", 3},
                                          {"=~", 3},
                                          {"!~", 3},
                                          {"<", 3},
                                          {"<=", 3},
                                          {">", 3},
                                          {">=", 3},
                                          {"IN", 3}}};
static_assert(kOps.size() == static_cast<size_t>(Op::in) + 1);

}  // namespace

Expr::Expr(Node n) : node(std::move(n)), height(1 + height_below(node)) {}

std::string_view to_string(DataType type) {
  return kTypeNames[static_cast<size_t>(type)];
}
std::string_view to_string(Op op) {
  return kOps[static_cast<size_t>(op)].name;
}
int precedence(Op op) {
  return kOps[static_cast<size_t>(op)].precedence;
}
bool is_comparison(Op op) {
  return op >= Op::equal && op <= Op::greater_equal;
}

}  // namespace efd::influx
