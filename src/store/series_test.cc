// SPDX-License-Identifier: MIT
// Rows with tags, and what rows of equal times become: across heads, blocks and files, with both
// rules, against a model.
#include <map>
#include <optional>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/segment_file.h"
#include "store/store.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using rows::ColumnType;
using rows::Role;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kStart = 1'700'000'000'000'000'000;

std::shared_ptr<const rows::Layout> tagged_layout() {
  return std::make_shared<const rows::Layout>(
      rows::Layout{{{"region", ColumnType::string, false, Role::tag},
                    {"n", ColumnType::integer, false},
                    {"host", ColumnType::string, false, Role::tag},
                    {"s", ColumnType::string, false},
                    {"a", ColumnType::float32, true}}});
}

std::string text_of(const std::vector<Tag>& tags) {
  std::string text;
  for (const Tag& tag : tags) text += fmt::format("{}={},", tag.key, tag.value);
  return text;
}

struct ModelRow {
  int64_t time_ns;
  std::string series;
  std::array<std::optional<std::string>, 4> values;  // a0, a1, n, s: as the view has them
};

// A store with one measurement, and what it must answer.
class World {
 public:
  World(uint64_t seed, EqualTimes rule) : random_(seed), rule_(rule) { open(); }

  void step() {
    switch (random_() % 8) {
      case 0:
        ASSERT_TRUE(store_->flush());
        return;
      case 1:
        ASSERT_TRUE(store_->close());
        open();
        return;
      case 2:
        return merge();
      default:
        return put(1 + random_() % (random_() % 3 ? 20 : 1500));
    }
  }

  std::string difference() {
    std::string name = "m";
    auto view = (*store_->views("efd", "", {&name, 1}))[0];
    if (view->fields().size() != 4) return {};  // not all have had a value
    for (int i = 0; i < 5; ++i) {
      ScanRequest request{.fields = {0, 1, 2, 3}, .descending = random_() % 2 == 0};
      if (i > 1) request.min = UtcTime::from_ns(kStart + static_cast<int64_t>(random_() % 50));
      if (i > 1) request.max = request.min + static_cast<int64_t>(random_() % 50);
      if (i > 2)
        for (uint32_t series = 0; series < view->series().count(); ++series)
          if (random_() % 3 == 0) request.series.push_back(series);
      if (i > 2 && random_() % 2) std::reverse(request.series.begin(), request.series.end());
      if (auto found = scanned(*view, request), wanted = expected(*view, request); found != wanted)
        return fmt::format("scan {}: {} rows, not {}", i, found.size(), wanted.size());
      if (*view->find_values(request) != has_values(*view, request)) return "which have values";
    }
    return {};
  }

 private:
  void open() {
    store_.reset();
    store_ = *Store::open(files_, clock_, {.path = "/s", .start_threads = false});
    ASSERT_TRUE(store_->create_database("efd"));
    auto made = store_->measurement("efd", "", "m", rule_);
    ASSERT_TRUE(made) << made.error().message;
    measurement_ = *made;
  }

  void put(size_t count) {
    rows::Rows rows(tagged_layout());
    for (size_t i = 0; i < count; ++i) {
      ModelRow row{kStart + static_cast<int64_t>(random_() % 60), {}, {}};
      if (random_() % 20 == 0) row.time_ns += kNsPerDay;
      std::string host = random_() % 4 ? fmt::format("h{}", random_() % 9) : "";
      std::string region = random_() % 2 ? "eu" : "";
      if (!host.empty()) row.series += fmt::format("host={},", host);
      if (!region.empty()) row.series += fmt::format("region={},", region);
      region.empty() && random_() % 2 ? rows.column(0).append_null()
                                      : rows.column(0).append_string(region);
      host.empty() && random_() % 2 ? rows.column(2).append_null()
                                    : rows.column(2).append_string(host);
      append_values(rows, row);
      rows.end_row(UtcTime::from_ns(row.time_ns));
      model_.push_back(std::move(row));
    }
    PutRows one{measurement_.get(), &rows};
    ASSERT_TRUE(store_->put({&one, 1}, {}));
  }

  void append_values(rows::Rows& rows, ModelRow& row) {
    if (random_() % 3) {
      const auto n = static_cast<int64_t>(random_() % 1000);
      rows.column(1).append<int64_t>(n);
      row.values[2] = std::to_string(n);
    } else {
      rows.column(1).append_null();
    }
    if (random_() % 3) {
      row.values[3] = fmt::format("text {}", random_() % 1000);
      rows.column(3).append_string(*row.values[3]);
    } else {
      rows.column(3).append_null();
    }
    for (uint64_t e = 0, n = random_() % 3; e < n; ++e) {
      const auto f = static_cast<float>(random_() % 100);
      rows.column(4).append(f);
      row.values[e] = fmt::format("{}", static_cast<double>(f));
    }
    rows.column(4).end_array();
  }

  void merge() {
    const auto files = store_->files();
    for (const auto& one : files)
      for (const auto& next : files) {
        const uint64_t numbers[] = {one.number, next.number};
        if (one.number != next.number && store_->merge(numbers, "segments")) return;
      }
  }

  static std::vector<std::string> scanned(const MeasurementView& view, const ScanRequest& request) {
    std::vector<std::string> found;
    const SeriesList list = view.series();
    auto scan = view.scan(request);
    Chunk chunk;
    for (auto more = scan->next(chunk); more && *more; more = scan->next(chunk))
      for (size_t i = 0; i < chunk.size(); ++i) {
        std::string row =
            fmt::format("{} {}", chunk.times_ns[i],
                        text_of(list.tags(chunk.series.empty() ? 0 : chunk.series[i])));
        for (const ColumnChunk& column : chunk.columns) {
          row += " | ";
          if (column.is_null(i)) continue;
          if (column.type == rows::FieldType::integer) row += std::to_string(column.integers[i]);
          if (column.type == rows::FieldType::float_) row += fmt::format("{}", column.floats[i]);
          if (column.type == rows::FieldType::string) row += column.strings[i];
        }
        found.push_back(std::move(row));
      }
    return found;
  }

  // The model's rows in a scan's order; those of one series and time made one, if they are to be.
  std::vector<ModelRow> in_order(const MeasurementView& view, const ScanRequest& request) const {
    const SeriesList list = view.series();
    std::map<std::string, uint32_t> numbers;
    for (uint32_t i = 0; i < list.count(); ++i) numbers[text_of(list.tags(i))] = i;
    std::vector<ModelRow> rows;
    for (const ModelRow& row : model_) {
      const uint32_t number = numbers.at(row.series);
      bool is_wanted =
          request.series.empty() ||
          std::find(request.series.begin(), request.series.end(), number) != request.series.end();
      if (is_wanted && row.time_ns >= request.min.ns() && row.time_ns <= request.max.ns())
        rows.push_back(row);
    }
    std::stable_sort(rows.begin(), rows.end(), [&](const ModelRow& a, const ModelRow& b) {
      return std::pair(a.time_ns, numbers.at(a.series)) <
             std::pair(b.time_ns, numbers.at(b.series));
    });
    if (rule_ == EqualTimes::keep_all) return rows;
    std::vector<ModelRow> merged;
    for (ModelRow& row : rows) {
      if (merged.empty() || merged.back().time_ns != row.time_ns ||
          merged.back().series != row.series) {
        merged.push_back(std::move(row));
        continue;
      }
      for (size_t i = 0; i < row.values.size(); ++i)
        if (row.values[i]) merged.back().values[i] = row.values[i];
    }
    return merged;
  }

  std::vector<std::string> expected(const MeasurementView& view, const ScanRequest& request) const {
    std::vector<std::string> texts;
    for (const ModelRow& row : in_order(view, request)) {
      std::string text = fmt::format("{} {}", row.time_ns, row.series);
      for (const auto& value : row.values) text += " | " + value.value_or("");
      texts.push_back(std::move(text));
    }
    if (request.descending) std::reverse(texts.begin(), texts.end());
    return texts;
  }

  std::vector<uint8_t> has_values(const MeasurementView& view, const ScanRequest& request) const {
    std::vector<uint8_t> has(4);
    for (const ModelRow& row : in_order(view, request))
      for (size_t i = 0; i < has.size(); ++i) has[i] |= row.values[i].has_value();
    return has;
  }

  std::mt19937_64 random_;
  const EqualTimes rule_;
  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kStart)};
  std::unique_ptr<Store> store_;
  MeasurementHandle measurement_;
  std::vector<ModelRow> model_;
};

TEST(Series, TaggedRowsAreAnsweredAsTheModelDoesUnderBothRules) {
  for (EqualTimes rule : {EqualTimes::keep_all, EqualTimes::last_wins})
    for (uint64_t seed = 0; seed < 25; ++seed) {
      World world(seed, rule);
      for (int i = 0; i < 16; ++i) {
        world.step();
        if (i % 4 == 3) {
          ASSERT_EQ(world.difference(), "")
              << "rule " << static_cast<int>(rule) << " seed " << seed;
        }
      }
    }
}

class SeriesTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    store_.reset();
    store_ = *Store::open(files_, clock_, {.path = "/s", .start_threads = false});
    ASSERT_TRUE(store_->create_database("efd"));
  }
  // One row with a tag.
  Result<> put(const std::string& host, int64_t n, int64_t second = 0) {
    rows::Rows rows(std::make_shared<const rows::Layout>(rows::Layout{
        {{"host", ColumnType::string, false, Role::tag}, {"n", ColumnType::integer, false}}}));
    rows.column(0).append_string(host);
    rows.column(1).append(n);
    rows.end_row(UtcTime::from_ns(kStart + second * kNsPerSecond));
    PutRows one{store_->measurement("efd", "", "m")->get(), &rows};
    return store_->put({&one, 1}, {});
  }
  std::shared_ptr<const MeasurementView> view() {
    std::string name = "m";
    return (*store_->views("efd", "", {&name, 1}))[0];
  }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kStart)};
  std::unique_ptr<Store> store_;
};

TEST_F(SeriesTest, TheRuleIsSetOnceAndKept) {
  ASSERT_TRUE(store_->measurement("efd", "", "last", EqualTimes::last_wins));
  EXPECT_TRUE(store_->measurement("efd", "", "last", EqualTimes::last_wins));
  EXPECT_EQ(store_->measurement("efd", "", "last").error().code, ErrorCode::conflict);
  ASSERT_TRUE(put("a", 1));
  ASSERT_TRUE(store_->flush());
  open();
  EXPECT_TRUE(store_->measurement("efd", "", "m"));
  auto other = store_->measurement("efd", "", "m", EqualTimes::last_wins);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::conflict);
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  EXPECT_TRUE(store_->measurement("efd", "", "m", EqualTimes::last_wins));
}

TEST_F(SeriesTest, AViewHasTheSeriesOfItsMoment) {
  ASSERT_TRUE(put("a", 1));
  auto before = view();
  ASSERT_TRUE(put("b", 2));
  EXPECT_EQ(before->series().count(), 2u);
  EXPECT_EQ(view()->series().count(), 3u);
  EXPECT_THAT(view()->series().tags(0), IsEmpty());
  ASSERT_TRUE(store_->flush());
  open();
  ASSERT_TRUE(put("a", 3));
  const SeriesList list = view()->series();
  EXPECT_EQ(list.count(), 3u);
  EXPECT_THAT(list.tags(2), ElementsAre(Tag{"host", "b"}));
  ASSERT_EQ(view()->fields().size(), 1u) << "a tag is no field";
}

// What a file says of itself has its tag sets, too.
TEST_F(SeriesTest, AnAdoptedFileBringsItsSeries) {
  ASSERT_TRUE(put("a", 1));
  ASSERT_TRUE(store_->flush());
  std::string before = *system::read_file(files_, "/s/manifest");
  ASSERT_TRUE(put("b", 2, 1));
  ASSERT_TRUE(store_->flush());
  store_.reset();
  ASSERT_TRUE(system::replace_file(files_, "/s/manifest", before));
  open();
  ASSERT_TRUE(store_->settle_aside([](auto) { return Result<bool>(false); }));
  ASSERT_TRUE(put("c", 3, 2));
  auto adopted = store_->adopt("/s/segments/" + segment_name(2) + ".aside");
  ASSERT_TRUE(adopted) << adopted.error().message;
  for (bool is_stored : {false, true}) {
    const SeriesList list = view()->series();
    ASSERT_EQ(list.count(), 4u);
    EXPECT_THAT(list.tags(2), ElementsAre(Tag{"host", "b"}));
    EXPECT_THAT(list.tags(3), ElementsAre(Tag{"host", "c"}));
    auto scan = view()->scan({.fields = {0}, .series = {2}});
    Chunk chunk;
    ASSERT_TRUE(*scan->next(chunk));
    EXPECT_THAT(chunk.columns[0].integers, ElementsAre(2));
    if (is_stored) break;
    ASSERT_TRUE(store_->flush());
    open();
  }
}

}  // namespace
}  // namespace efd::store
