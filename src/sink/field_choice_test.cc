// SPDX-License-Identifier: MIT
#include "sink/field_choice.h"

#include <cmath>

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

TEST(FieldChoice, TagsAreNoFieldsUnlessTheyAreNamed) {
  const Mapping mapping{.fields = {{"text", "t"}, {"on", "is_on"}},
                        .tags = {{"a", ""}, {"o.x", "with.dot"}, {"on", ""}}};
  auto choice = FieldChoice::compile(mapping, kLayout);
  ASSERT_TRUE(choice) << choice.error().message;
  using rows::Role;
  EXPECT_THAT(choice->layout()->columns,
              ElementsAre(rows::Column{"a", ColumnType::string, false, Role::tag},
                          rows::Column{"with.dot", ColumnType::string, false, Role::tag},
                          rows::Column{"with.dot", ColumnType::string, false, Role::tag},
                          rows::Column{"o.list", ColumnType::float32, true},
                          rows::Column{"on", ColumnType::string, false, Role::tag},
                          rows::Column{"is_on", ColumnType::boolean, false},
                          rows::Column{"t", ColumnType::string, true}));
  auto nested = FieldChoice::compile({.takes_others = false, .tags = {{"o.x", ""}}}, kLayout);
  EXPECT_EQ(nested->layout()->columns[0].path, "o_x") << "the key of a tag";
}

TEST(FieldChoice, TagsThatCannotBe) {
  auto reason = [](const Mapping& mapping) {
    auto choice = FieldChoice::compile(mapping, kLayout);
    return choice ? "" : choice.error().message;
  };
  EXPECT_EQ(reason({.tags = {{"o", ""}}}),
            "the mapping makes a tag of 'o.list', which is an array");
  EXPECT_EQ(reason({.fields = {{"a", "on"}}, .takes_others = false, .tags = {{"on", ""}}}),
            "the mapping calls two fields 'on': 'a' and 'on'");
  EXPECT_EQ(reason({.tags = {{"a", "x"}, {"on", "x"}}}),
            "the mapping calls two fields 'x': 'a' and 'on'");
}

TEST(FieldChoice, ValuesOfTagsAreTexts) {
  auto layout =
      std::make_shared<const rows::Layout>(rows::Layout{{{"i", ColumnType::integer, false},
                                                         {"d", ColumnType::float64, false},
                                                         {"f", ColumnType::float32, false},
                                                         {"b", ColumnType::boolean, false},
                                                         {"s", ColumnType::string, false}}});
  auto choice = *FieldChoice::compile(
      {.tags = {{"i", ""}, {"d", ""}, {"f", ""}, {"b", ""}, {"s", ""}}}, *layout);
  auto texts = [&](int64_t i, double d, float f, bool b, const char* s) {
    rows::Rows from(layout), to(choice.layout());
    from.column(0).append(i);
    from.column(1).append(d);
    from.column(2).append(f);
    from.column(3).append<uint8_t>(b);
    s ? from.column(4).append_string(s) : from.column(4).append_null();
    choice.copy(from, 0, to);
    std::vector<std::string> texts;
    for (size_t c = 0; c < 5; ++c)
      texts.emplace_back(to.column(c).is_null(0) ? "none" : to.column(c).string_at(0));
    return texts;
  };
  EXPECT_THAT(texts(-7, 1.5, 0.1f, true, "x y"), ElementsAre("-7", "1.5", "0.1", "true", "x y"));
  EXPECT_THAT(texts(0, 1e21, 2, false, nullptr),
              ElementsAre("0", "1000000000000000000000", "2", "false", "none"));
  EXPECT_THAT(texts(0, NAN, INFINITY, false, ""), ElementsAre("0", "none", "none", "false", ""));
  EXPECT_EQ(texts(0, -5e-324, 0, false, "")[1].size(), 327u) << "the longest of all";
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
