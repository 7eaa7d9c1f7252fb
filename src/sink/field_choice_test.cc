// SPDX-License-Identifier: MIT
#include "sink/field_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace efd::sink {
namespace {

using rows::ColumnType;
using ::testing::ElementsAre;

const rows::Layout kLayout{{{"a", ColumnType::integer, false},
                            {"o.x", ColumnType::float64, false},
                            {"o.x", ColumnType::string, false},
                            {"o.list", ColumnType::float32, true},
                            {"on", ColumnType::boolean, false},
                            {"text", ColumnType::string, true}}};

std::vector<std::string> paths(const Mapping& mapping) {
  auto choice = FieldChoice::compile(mapping, kLayout);
  EXPECT_TRUE(choice) << choice.error().message;
  std::vector<std::string> paths;
  for (const rows::Column& column : choice->layout()->columns) paths.push_back(column.path);
  return paths;
}

TEST(FieldChoice, TakesFieldsAndRecordsByTheirPaths) {
  EXPECT_THAT(paths({.fields = {{"a", ""}, {"o.x", ""}}, .takes_others = false}),
              ElementsAre("a", "o.x", "o.x"));
  EXPECT_THAT(paths({.fields = {{"o", ""}}, .takes_others = false}),
              ElementsAre("o.x", "o.x", "o.list"));
  EXPECT_THAT(paths({.fields = {{"none", ""}}, .takes_others = false}), ElementsAre());
}

TEST(FieldChoice, Renames) {
  EXPECT_THAT(paths({.fields = {{"a", "b"}, {"o", "p"}}}),
              ElementsAre("b", "p.x", "p.x", "p.list", "on", "text"));
  EXPECT_THAT(paths({.fields = {{"o.x", "with.dot"}}, .takes_others = false}),
              ElementsAre("with\\.dot", "with\\.dot"));
}

TEST(FieldChoice, TwoFieldsCannotHaveOneName) {
  EXPECT_FALSE(FieldChoice::compile({.fields = {{"a", "on"}}}, kLayout));
  EXPECT_TRUE(FieldChoice::compile({.fields = {{"a", "on"}, {"on", "a"}}}, kLayout)) << "swapped";
}

TEST(FieldChoice, CopiesElementsOfEveryKindAndNulls) {
  auto layout = std::make_shared<const rows::Layout>(kLayout);
  rows::Rows from(layout);
  from.column(0).append<int64_t>(7);
  from.column(1).append<double>(1.5);
  from.column(2).append_null();
  const float floats[] = {1, 2, 3};
  from.column(3).append_elements(floats, 3);
  from.column(3).end_array();
  from.column(4).append_null();
  from.column(5).append_string("one");
  from.column(5).append_null();
  from.column(5).end_array();
  auto choice = *FieldChoice::compile({.fields = {{"a", "z"}}}, kLayout);
  rows::Rows to(choice.layout());
  for (int i = 0; i < 2; ++i) {
    choice.copy(from, 0, to);  // of a row that is not ended
    to.end_row(UtcTime::from_ms(i));
  }
  EXPECT_THAT(to.column(0).fixed<int64_t>(), ElementsAre(7, 7));
  EXPECT_THAT(to.column(1).fixed<double>(), ElementsAre(1.5, 1.5));
  EXPECT_TRUE(to.column(2).is_null(1));
  EXPECT_THAT(to.column(3).fixed<float>(), ElementsAre(1, 2, 3, 1, 2, 3));
  EXPECT_THAT(to.column(3).array_ends(), ElementsAre(3, 6));
  EXPECT_TRUE(to.column(4).is_null(0));
  EXPECT_EQ(to.column(5).string_at(2), "one");
  EXPECT_TRUE(to.column(5).is_null(3));
}

}  // namespace
}  // namespace efd::sink
