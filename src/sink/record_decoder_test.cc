// SPDX-License-Identifier: MIT
#include "sink/record_decoder.h"

#include <gtest/gtest.h>

#include "avro/binary.h"
#include "avro/wire.h"
#include "transform/fake_registry_test.h"

namespace efd::sink {
namespace {

struct CountedRejects : Rejects {
  void reject(const broker::Source&, const broker::RecordView&, Stage,
              const std::string& reason) override {
    reasons.push_back(reason);
  }
  std::vector<std::string> reasons;
};

class RecordDecoderTest : public ::testing::Test {
 protected:
  RecordDecoderTest() { registry_.set("a", R"({"name":"n","type":"long"})"); }

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
    RecordDecoder::Topic& topic = decoder_.topic(source_);
    for (size_t i = 0; i < records_.size(); ++i) {
      if (!decoder_.take(topic, source_, records_[i], rejects_).not_yet) continue;
      decoder_.ask_ahead(std::span(records_).subspan(i + 1));
      return i;
    }
    return records_.size();
  }

  transform::FakeRegistry registry_;
  observe::Metrics metrics_;
  system::FakeClock clock_{UtcTime::from_ms(1'800'000'000'000)};
  RecordDecoder decoder_{{}, registry_, metrics_, clock_};
  broker::Source source_{.topic = TopicName("a")};
  std::vector<std::string> values_;
  std::vector<broker::RecordView> records_;
  CountedRejects rejects_;
};

TEST_F(RecordDecoderTest, UnknownSchemasOfASliceWaitTogether) {
  send({1, 70, 71, 1, 72, 73});
  EXPECT_EQ(put(), 1u);
  EXPECT_TRUE(rejects_.reasons.empty());
  clock_.advance_ns(kNsPerSecond);
  EXPECT_EQ(put(), 6u);
  EXPECT_EQ(rejects_.reasons.size(), 4u);
}

TEST_F(RecordDecoderTest, ASchemaThatCameWhileOthersWaitedIsUsed) {
  send({2, 70});
  EXPECT_EQ(put(), 0u);
  registry_.set("b", R"({"name":"n","type":"long"})");
  clock_.advance_ns(kNsPerSecond);
  EXPECT_EQ(put(), 2u);
  EXPECT_EQ(rejects_.reasons.size(), 1u);
}

}  // namespace
}  // namespace efd::sink
