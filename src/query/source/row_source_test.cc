// SPDX-License-Identifier: MIT
// The executors over rows that are no view of a store.
#include "query/source/row_source.h"

#include <gtest/gtest.h>

#include "influx/parser.h"
#include "query/answer.h"
#include "query/plan/plan.h"
#include "query/select/aggregate_select.h"
#include "query/select/raw_select.h"
#include "query/testing/fake_store.h"

namespace efd::query {
namespace {

// Squares of 0, 1, 2 ... a second each, handed out two rows at a time.
class Squares : public RowSource {
 public:
  explicit Squares(int64_t rows) : left_(rows) {}
  const std::string& name() const override { return name_; }
  bool is_empty() const override { return false; }
  UtcTime min_time() const override { return UtcTime::from_ns(0); }
  size_t add(const FieldRef& field) override {
    EXPECT_EQ(field, (FieldRef{"x", rows::FieldType::integer}));
    columns_.resize(1);
    return 0;
  }
  bool has_data(size_t) const override { return true; }
  void start(const Range& range, const Watch&) override { EXPECT_FALSE(range.descending); }
  Result<bool> next() override {
    if (left_ == 0) return false;
    times_.clear();
    values_.clear();
    for (int i = 0; i < 2 && left_ > 0; ++i, ++at_, --left_) {
      times_.push_back(at_ * kNsPerSecond);
      values_.push_back(at_ * at_);
    }
    times_ns_ = times_;
    columns_[0] = {.type = rows::FieldType::integer, .integers = values_};
    return true;
  }

 private:
  const std::string name_ = "squares";
  int64_t left_;
  int64_t at_ = 0;
  std::vector<int64_t> times_, values_;
};

std::string answer(const std::string& text) {
  FakeStore store;  // knows the type of x, and none of the rows
  EXPECT_TRUE(store.create_database("db"));
  store.add("squares", 0, {{"x", int64_t{0}}});
  const std::string name = "squares";
  const auto views = store.views("db", "", {&name, 1});
  system::FakeClock clock{UtcTime::from_ms(10'000)};
  store::MemoryAccount memory(1 << 20, "too much");
  const Watch watch(clock, 0, memory, {});
  const auto statements = influx::parse_query(text);
  const auto& select = std::get<influx::SelectStatement>(statements->front());
  auto planned = plan(*compile(select, UtcTime::from_ms(10'000)), *views, watch);
  EXPECT_TRUE(planned);
  std::string body;
  auto writer = make_answer_writer({.format = Format::csv}, [&](std::string_view bytes) {
    body += bytes;
    return Result<>();
  });
  Squares source(5);
  EXPECT_TRUE(writer->begin_statement(0));
  EXPECT_TRUE(planned->is_raw() ? run_raw_select(*planned, source, *writer, watch)
                                : run_aggregate_select(*planned, source, *writer, watch, 100));
  EXPECT_TRUE(writer->end_statement());
  EXPECT_TRUE(writer->finish());
  return body;
}

TEST(RowSource, NeedBeNoViewOfAStore) {
  EXPECT_EQ(answer("SELECT x FROM squares WHERE x % 2 = 0"),
            "name,tags,time,x\nsquares,,0,0\nsquares,,2000000000,4\nsquares,,"
            "4000000000,16\n");
  EXPECT_EQ(answer("SELECT sum(x), max(x) FROM squares"),
            "name,tags,time,sum,max\nsquares,,0,30,16\n");
  EXPECT_EQ(answer("SELECT sum(x) FROM squares WHERE time >= 0s AND time < 6s "
                   "GROUP BY time(3s)"),
            "name,tags,time,sum\nsquares,,0,5\nsquares,,3000000000,25\n");
}

}  // namespace
}  // namespace efd::query
