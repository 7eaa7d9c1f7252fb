// SPDX-License-Identifier: MIT
#include "query/expression/expression.h"

#include <gtest/gtest.h>

#include "influx/parser.h"

namespace efd::query {
namespace {

using rows::FieldType;
using store::ColumnChunk;

// The columns i (integers), x (floats) and s (strings), and the tag t.
class TestScope : public Scope {
 public:
  std::optional<ScopeColumn> find(const influx::VarRef& ref) override {
    if (ref.name == "i") return ScopeColumn{0, FieldType::integer};
    if (ref.name == "x") return ScopeColumn{1, FieldType::float_};
    if (ref.name == "s") return ScopeColumn{2, FieldType::string};
    return std::nullopt;
  }
  Result<std::optional<ScopeColumn>> find(const influx::Call& call) override {
    if (call.name == "max") return ScopeColumn{0, FieldType::integer};
    return fail(ErrorCode::bad_input, "no {}", call.name);
  }
  std::optional<std::string_view> tag(const influx::VarRef& ref) const override {
    if (ref.name == "t") return "east";
    return std::nullopt;
  }
};

class ExpressionTest : public testing::Test {
 protected:
  ExpressionTest() {
    chunks_[0] = {.type = FieldType::integer, .integers = integers_};
    chunks_[1] = {.type = FieldType::float_, .floats = floats_, .nulls = nulls_};
    chunks_[2] = {.type = FieldType::string, .strings = strings_};
  }

  // `text` stands in a field list, or behind WHERE.
  Result<std::unique_ptr<Expression>> compile(const std::string& text, bool in_where = false) {
    const auto statements =
        influx::parse_query("SELECT " + (in_where ? "i FROM m WHERE " + text : text + " FROM m"));
    EXPECT_TRUE(statements) << text;
    const auto& select = std::get<influx::SelectStatement>(statements->front());
    return compile_expression(in_where ? select.condition : select.fields.front().expr, scope_);
  }
  ColumnChunk column(const std::string& text, bool in_where = false) {
    auto compiled = compile(text, in_where);
    EXPECT_TRUE(compiled) << text;
    expression_ = std::move(*compiled);
    const ColumnChunk column = expression_->column({3, chunks_});
    EXPECT_EQ(column.type, expression_->type()) << text;
    return column;
  }
  template <class T>
  static std::vector<T> values(std::span<const T> span) {
    return {span.begin(), span.end()};
  }

  const std::vector<int64_t> integers_{1, 2, 3};
  const std::vector<double> floats_{0.5, 0, 1.5};
  const std::vector<uint8_t> nulls_{0, 1, 0};
  const std::vector<std::string_view> strings_{"a", "b", "c"};
  ColumnChunk chunks_[3];
  TestScope scope_;
  std::unique_ptr<Expression> expression_;
};

using Integers = std::vector<int64_t>;
using Booleans = std::vector<uint8_t>;

TEST_F(ExpressionTest, NamesAndCallsAreColumnsAsTheyAre) {
  chunks_[1].integers = integers_;
  chunks_[1].was_integer = nulls_;
  const ColumnChunk plain = column("(x)");
  EXPECT_EQ(plain.floats.data(), floats_.data());
  EXPECT_EQ(plain.was_integer.data(), nulls_.data());
  EXPECT_EQ(values(column("max(i)").integers), integers_);
  EXPECT_EQ(column("s").strings[1], "b");
  EXPECT_TRUE(column("missing").all_null);
}

TEST_F(ExpressionTest, ArithmeticMakesColumns) {
  EXPECT_EQ(values(column("i * 2 + 1").integers), (Integers{3, 5, 7}));
  EXPECT_EQ(values(column("max(i) - i").integers), (Integers{0, 0, 0}));
  const ColumnChunk mixed = column("x + i");
  EXPECT_EQ(mixed.floats[2], 4.5);
  EXPECT_FALSE(mixed.is_null(0));
  EXPECT_TRUE(mixed.is_null(1));
  EXPECT_TRUE(column("missing * 2").all_null);
  EXPECT_TRUE(column("s + 1").all_null);
}

TEST_F(ExpressionTest, ComparisonsMakeBooleans) {
  EXPECT_EQ(values(column("i >= 2", true).booleans), (Booleans{0, 1, 1}));
  EXPECT_EQ(values(column("x < 1 OR s = 'c'", true).booleans), (Booleans{1, 0, 1}));
  EXPECT_EQ(values(column("t = 'east' AND i < 3", true).booleans), (Booleans{1, 1, 0}));
}

TEST_F(ExpressionTest, FailsAsItsScopeDoes) {
  EXPECT_EQ(compile("min(i)").error().message, "no min");
  EXPECT_EQ(compile("1 + min(i)").error().message, "no min");
}

}  // namespace
}  // namespace efd::query
