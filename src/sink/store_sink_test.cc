// SPDX-License-Identifier: MIT
// What a converter makes of records is in the store, wherever it goes, and a mapping holds.
#include "sink/store_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sink/testing/sinks_under_test.h"
#include "sink/testing/two_targets.h"
#include "store/testing/test_rows.h"

namespace efd::sink {
namespace {

using ::testing::ElementsAre;

class StoreSinkTest : public ::testing::Test {
 protected:
  StoreSinkTest() {
    register_readings(log_.registry);
    log_.make_topic(kReadings);
    store_ = *store::Store::open(log_.files, system::real_clock(), {.path = "/store"});
    for (const char* database : {"efd", "left", "right"})
      EXPECT_TRUE(store_->create_database(database));
  }
  ~StoreSinkTest() override {
    log_.close_reader();
    sink_.reset();
    EXPECT_TRUE(store_->close());
  }
  void put(std::unique_ptr<Converter> converter) {
    sink_ = std::make_unique<StoreSink>(StoreSinkOptions{ConnectorName("efd")}, *store_,
                                        std::move(converter), log_.metrics, system::real_clock());
    log_.open_reader(*sink_, ".*", nullptr);
    log_.turn_until_idle();
  }
  std::shared_ptr<const store::MeasurementView> view(const std::string& database,
                                                     const std::string& measurement) {
    auto views = store_->views(database, "", {&measurement, 1});
    EXPECT_TRUE(views);
    return views->empty() ? nullptr : views->front();
  }
  std::vector<std::string> fields(const std::string& measurement) {
    std::vector<std::string> names;
    for (const auto& field : view("efd", measurement)->fields()) names.push_back(field.name);
    return names;
  }
  std::vector<int64_t> times_ms(const std::string& measurement) {
    auto scan = view("efd", measurement)->scan({.fields = {0}});
    std::vector<int64_t> times;
    store::Chunk chunk;
    while (*scan->next(chunk))
      for (int64_t ns : chunk.times_ns) times.push_back(ns / kNsPerMs);
    return times;
  }

  TestLog log_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<StoreSink> sink_;
};

TEST_F(StoreSinkTest, RowsOfOneRecordGoToAllTheirTargets) {
  for (int number = 0; number < 10; ++number) log_.send(kReadings, reading(number));
  put(std::make_unique<TwoTargets>());
  EXPECT_EQ(view("left", "of_left")->row_count(), 9u);
  EXPECT_EQ(view("right", "of_right")->row_count(), 18u);
  ASSERT_EQ(log_.rejects.kept.size(), 1u);
  EXPECT_EQ(log_.rejects.kept[0].offset, Offset(6));
  EXPECT_EQ(store_->positions().at(0).position.next, Offset(10));
}

TEST_F(StoreSinkTest, AMappingNamesMeasurementFieldsAndTime) {
  log_.send(kReadings, reading(1'700));
  Mapping mapping{.measurement = "chosen",
                  .fields = {{"number", "n"}},
                  .takes_others = false,
                  .time_field = "number",
                  .time_unit = TimeUnit::milliseconds};
  put(make_converter(log_, {.mapping = mapping}));
  EXPECT_EQ(view("efd", kReadings), nullptr);
  EXPECT_THAT(fields("chosen"), ElementsAre("n"));
  EXPECT_THAT(times_ms("chosen"), ElementsAre(1'700));
}

// Two series, of which each has its rows; a scan can name one.
TEST_F(StoreSinkTest, AMappingsTagsAreTheSeriesOfItsRows) {
  for (int number : {5, 6, 5}) log_.send(kReadings, reading(number));
  put(make_converter(log_, {.mapping = {.fields = {{"private_efdStamp", "stamp"}},
                                        .takes_others = false,
                                        .tags = {{"number", "host"}}}}));
  EXPECT_THAT(log_.rejects.kept, ::testing::IsEmpty());
  EXPECT_THAT(fields(kReadings), ElementsAre("stamp"));
  for (bool is_stored : {false, true}) {
    if (is_stored) {
      ASSERT_TRUE(store_->flush());
    }
    auto held = view("efd", kReadings);
    const store::SeriesList series = held->series();
    ASSERT_EQ(series.count(), 3u);
    EXPECT_THAT(series.tags(0), ::testing::IsEmpty());
    EXPECT_THAT(series.tags(1), ElementsAre(store::Tag{"host", "5"}));
    EXPECT_THAT(series.tags(2), ElementsAre(store::Tag{"host", "6"}));
    auto scan = held->scan({.fields = {0}, .series = {1}});
    store::Chunk chunk;
    ASSERT_TRUE(*scan->next(chunk));
    EXPECT_THAT(chunk.columns[0].floats, ElementsAre(1.7e9 + 5, 1.7e9 + 5));
    EXPECT_THAT(chunk.series, ElementsAre(1, 1));
    EXPECT_EQ(held->row_count(), 3u);
  }
}

// Kafka's records have none, and all of them stay.
TEST_F(StoreSinkTest, WithoutAMappingThereAreNoTagsAndEqualTimesStay) {
  for (int number : {5, 5}) log_.send(kReadings, reading(number));
  put(make_converter(log_));
  EXPECT_EQ(view("efd", kReadings)->series().count(), 1u);
  EXPECT_THAT(times_ms(kReadings), ElementsAre(1'700'000'005'000, 1'700'000'005'000));
  EXPECT_TRUE(store_->measurement("efd", "", kReadings, store::EqualTimes::keep_all));
}

TEST_F(StoreSinkTest, TwoFieldsOfOneNameAreDeadLetters) {
  log_.send(kReadings, reading(1));
  put(make_converter(log_, {.mapping = {.fields = {{"number", "private_efdStamp"}}}}));
  ASSERT_EQ(log_.rejects.kept.size(), 1u);
  EXPECT_EQ(log_.rejects.kept[0].reason,
            "the mapping calls two fields 'private_efdStamp': 'private_efdStamp' and 'number'");
}

}  // namespace
}  // namespace efd::sink
