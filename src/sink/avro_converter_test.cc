// SPDX-License-Identifier: MIT
#include "sink/avro_converter.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "avro/binary.h"
#include "avro/wire.h"
#include "registry/testing/fake_registry.h"

namespace efd::sink {
namespace {

struct CountedRejects : Rejects {
  void reject(const broker::Source&, const broker::RecordView&, Stage,
              const std::string& reason) override {
    reasons.push_back(reason);
  }
  std::vector<std::string> reasons;
};

class AvroConverterTest : public ::testing::Test {
 protected:
  AvroConverterTest() { registry_.set("a", R"({"name":"n","type":"long"})"); }

  // The records of a slice, one for each schema id.
  void send(const std::vector<int32_t>& ids) {
    values_.clear();
    for (int32_t id : ids) {
      std::string& value = values_.emplace_back();
      avro::append_wire_header(SchemaId(id), value);
      avro::write_long(1, value);
    }
    for (const std::string& value : values_)
      records_.push_back({.offset = Offset(static_cast<int64_t>(records_.size())), .value = value});
  }

  // As a sink does: up to the first record that has to wait. How many were taken.
  size_t put() {
    broker::Slice slice{.source = &source_, .records = records_, .next = Offset(1'000)};
    size_t taken = 0;
    auto on_rows = [](size_t, const broker::RecordView&, std::span<const MadeRows>) {
      return Result<>();
    };
    auto on_slice = [&](const TakenSlice& slice) {
      taken = slice.last ? static_cast<size_t>(slice.last - records_.data()) + 1 : 0;
      return Result<>();
    };
    EXPECT_TRUE(take_records(converter_, {&slice, 1}, rejects_, on_rows, on_slice));
    return taken;
  }

  registry::FakeRegistry registry_;
  observe::Metrics metrics_;
  system::FakeClock clock_{UtcTime::from_ms(1'800'000'000'000)};
  AvroConverter converter_{{}, registry_, metrics_, clock_};
  broker::Source source_{.topic = TopicName("a")};
  std::vector<std::string> values_;
  std::vector<broker::RecordView> records_;
  CountedRejects rejects_;
};

TEST_F(AvroConverterTest, UnknownSchemasOfASliceWaitTogether) {
  send({1, 70, 71, 1, 72, 73});
  EXPECT_EQ(put(), 1u);
  EXPECT_TRUE(rejects_.reasons.empty());
  clock_.advance_ns(kNsPerSecond);
  EXPECT_EQ(put(), 6u);
  EXPECT_EQ(rejects_.reasons.size(), 4u);
}

TEST_F(AvroConverterTest, ASchemaThatCameWhileOthersWaitedIsUsed) {
  send({2, 70});
  EXPECT_EQ(put(), 0u);
  registry_.set("b", R"({"name":"n","type":"long"})");
  clock_.advance_ns(kNsPerSecond);
  EXPECT_EQ(put(), 2u);
  EXPECT_EQ(rejects_.reasons.size(), 1u);
}

TEST_F(AvroConverterTest, FieldsOfARecordBecomeTagsOfItsRow) {
  AvroConverter converter({.mapping = {.fields = {{"n", "value"}}, .tags = {{"n", "kind"}}}},
                          registry_, metrics_, clock_);
  send({1});
  auto outcome = converter.take(source_, records_[0]);
  ASSERT_EQ(outcome.made.size(), 1u);
  const rows::Rows& rows = outcome.made[0].into->rows;
  ASSERT_EQ(rows.layout().columns.size(), 2u);
  EXPECT_EQ(rows.layout().columns[0],
            (rows::Column{"kind", rows::ColumnType::string, false, rows::Role::tag}));
  EXPECT_EQ(rows.layout().columns[1], (rows::Column{"value", rows::ColumnType::integer, false}));
  EXPECT_EQ(rows.column(0).string_at(0), "1");
  EXPECT_EQ(rows.column(1).fixed<int64_t>()[0], 1);
}

// What the log says of topics while rows with times and topics of those names are taken.
class TopicNotesTest : public ::testing::Test {
 protected:
  std::string told(const std::string& topic, const std::vector<int64_t>& times_ms) {
    testing::internal::CaptureStderr();
    broker::Source source{.topic = TopicName(topic)};
    notes_.note_topic(source.topic);
    for (size_t i = 1; i < times_ms.size(); ++i)
      notes_.note_times(source, {.offset = Offset(static_cast<int64_t>(i))},
                        UtcTime::from_ms(times_ms[i - 1]), UtcTime::from_ms(times_ms[i]));
    return testing::internal::GetCapturedStderr();
  }
  static size_t lines(const std::string& text) {
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  observe::Metrics metrics_;
  TopicNotes notes_{ConnectorName("c"), metrics_};
};

TEST_F(TopicNotesTest, ATopicWhoseTimesJumpByYearsIsToldOnce) {
  constexpr int64_t kNowMs = 1'700'000'000'000, kYearMs = 367 * 86'400'000LL;
  EXPECT_EQ(told("lsst.sal.a", {kNowMs, kNowMs + kYearMs / 2, kNowMs - kYearMs / 3}), "");
  std::string text = told("lsst.sal.a", {kNowMs, kNowMs / 1000, kNowMs, kNowMs + kYearMs});
  EXPECT_EQ(lines(text), 1u);
  EXPECT_NE(text.find("lsst.sal.a jump from 2023-11-14T22:13:20Z to 1970-01-20T16:13:20Z"),
            text.npos)
      << text;
  EXPECT_EQ(told("lsst.sal.a", {kNowMs, kNowMs / 1000}), "");
  EXPECT_EQ(lines(told("lsst.sal.b", {kNowMs, kNowMs / 1000})), 1u);
  std::string metrics = metrics_.text();
  EXPECT_NE(metrics.find("efd_sink_time_jumps_total{connector=\"c\"} 5"), metrics.npos) << metrics;
}

TEST_F(TopicNotesTest, NamespacesThatHaveTagsInProductionAreToldOnceEach) {
  EXPECT_EQ(told("lsst.sal.MTMount_azimuth", {}) + told("lsst.x", {}) + told("a.b.c", {}), "");
  for (const char* space : {"lsst.dm", "lsst.prompt", "lsst.MTCamera"}) {
    std::string text = told(std::string(space) + ".one", {});
    EXPECT_EQ(lines(text), 1u);
    EXPECT_NE(text.find(std::string(space) + ".*"), text.npos) << text;
    EXPECT_NE(text.find("without tags"), text.npos) << text;
    EXPECT_EQ(told(std::string(space) + ".two", {}), "");
  }
}

// Through records: two of one partition.
TEST_F(AvroConverterTest, TellsOfTimesThatJump) {
  send({1, 1, 1});
  records_[0].timestamp_ms = records_[2].timestamp_ms = 1'700'000'000'000;
  records_[1].timestamp_ms = 1'700'000'000;
  testing::internal::CaptureStderr();
  EXPECT_EQ(put(), 3u);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("the times of a jump"), std::string::npos);
}

}  // namespace
}  // namespace efd::sink
