// SPDX-License-Identifier: MIT
#include "app/csv.h"

#include <gtest/gtest.h>

namespace efd::app {
namespace {

std::string csv_of(std::string_view result) {
  auto parsed = json::parse(result);
  EXPECT_TRUE(parsed);
  std::string text;
  if (parsed) append_csv(*parsed, text);
  return text;
}

TEST(Csv, ARowHasItsSeriesNameAndTags) {
  EXPECT_EQ(csv_of(R"({"series":[{"name":"m","tags":{"a":"1","b":"x y"},"columns":["time","v"],)"
                   R"("values":[[1795375807896000000,0.5],[2,null]]}]})"),
            "name,tags,time,v\n"
            "m,\"a=1,b=x y\",1795375807896000000,0.5\n"
            "m,\"a=1,b=x y\",2,\n");
}

TEST(Csv, ValuesAreQuotedAndNumbersDecimal) {
  EXPECT_EQ(csv_of(R"({"series":[{"name":"m","columns":["a,b","c"],)"
                   R"("values":[["say \"x\"",1e+21],[true,1e-7]]}]})"),
            "name,tags,\"a,b\",c\n"
            "m,,\"say \"\"x\"\"\",1000000000000000000000\n"
            "m,,true,0.0000001\n");
}

TEST(Csv, OtherColumnsHaveAnotherHeading) {
  EXPECT_EQ(csv_of(R"({"series":[{"name":"a","columns":["v"],"values":[[1]]},)"
                   R"({"name":"b","columns":["v"],"values":[[2]]},)"
                   R"({"name":"c","columns":["w"],"values":[[3]]}]})"),
            "name,tags,v\na,,1\nb,,2\n\nname,tags,w\nc,,3\n");
}

TEST(Csv, AResultWithoutSeriesIsNothing) {
  EXPECT_EQ(csv_of(R"({"statement_id":0,"error":"no"})"), "");
}

}  // namespace
}  // namespace efd::app
