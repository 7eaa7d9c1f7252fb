// SPDX-License-Identifier: MIT
#include "broker/record_batch.h"

#include <cstdlib>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "broker/batch_builder.h"
#include "broker/testing/kafka_vectors.h"
#include "json/value.h"
#include "system/file_system.h"

namespace efd::broker {
namespace {

std::string vectors_path() {
  const char* shared = std::getenv("EFD_SHARED");
  std::string root = shared ? shared : std::string(EFD_SOURCE_DIR) + "/../shared";
  return root + "/data/kafka/recordbatch_vectors.jsonl.gz";
}

std::optional<std::string> nullable_hex(const json::Value& value) {
  if (value.is_null()) return std::nullopt;
  return from_hex(*value.as_string());
}

int64_t number(const json::Value& object, std::string_view name) {
  return *object.find(name)->as_int64();
}

class RecordBatchVectors : public ::testing::Test {
 protected:
  void SetUp() override {
    auto packed = system::read_file(system::posix_file_system(), vectors_path());
    if (!packed) GTEST_SKIP() << "no record batch vectors: " << packed.error().message;
    auto text = codec::decompress(codec::Compression::gzip, *packed, 64u << 20);
    ASSERT_TRUE(text);
    for (size_t at = 0; at < text->size();) {
      size_t end = text->find('\n', at);
      vectors_.push_back(*json::parse(std::string_view(*text).substr(at, end - at)));
      at = end == std::string::npos ? text->size() : end + 1;
    }
  }
  std::vector<json::Value> vectors_;
};

void expect_record(const json::Value& want, const RecordView& got, bool has_time) {
  EXPECT_EQ(nullable_hex(*want.find("key")), got.key);
  EXPECT_EQ(nullable_hex(*want.find("value")), got.value);
  if (has_time) {
    EXPECT_EQ(number(want, "ts"), got.timestamp_ms);
  }
  const auto& headers = *want.find("headers")->as_array();
  ASSERT_EQ(headers.size(), got.headers.size());
  for (size_t i = 0; i < headers.size(); ++i) {
    EXPECT_EQ(*(*headers[i].as_array())[0].as_string(), got.headers[i].key);
    EXPECT_EQ(nullable_hex((*headers[i].as_array())[1]), got.headers[i].value);
  }
}

TEST_F(RecordBatchVectors, AllDecode) {
  int decoded = 0;
  for (const json::Value& vector : vectors_) {
    SCOPED_TRACE(json::dump(vector).substr(0, 200));
    std::string bytes = from_hex(*vector.find_string("hex"));
    Records records;
    auto result = decode_record_set(bytes, records);
    ASSERT_TRUE(result) << result.error().message;
    if (!vector.find("control")) {
      const auto& want = *vector.find("records")->as_array();
      bool has_time =
          number(vector, "magic") > 0 && *vector.find_string("timestampType") == "CreateTime";
      ASSERT_EQ(want.size(), records.views.size());
      for (size_t i = 0; i < want.size(); ++i) {
        expect_record(want[i], records.views[i], has_time);
        EXPECT_EQ(records.views[i].offset.value(),
                  number(vector, "baseOffset") + static_cast<int64_t>(i));
      }
    } else {
      EXPECT_TRUE(BatchHeader::read(bytes.data()).is_control());
      EXPECT_EQ(records.views.size(), 1u);
    }
    ++decoded;
  }
  std::printf("record batches decoded: %d of %zu\n", decoded, vectors_.size());
  EXPECT_EQ(decoded, 80);
}

std::string encode(const json::Value& vector, int64_t max_timestamp_ms) {
  BatchBuilder builder;
  for (const json::Value& record : *vector.find("records")->as_array()) {
    auto key = nullable_hex(*record.find("key"));
    auto value = nullable_hex(*record.find("value"));
    std::vector<Header> headers;
    for (const json::Value& header : *record.find("headers")->as_array())
      headers.push_back(
          {*(*header.as_array())[0].as_string(), nullable_hex((*header.as_array())[1])});
    builder.add({number(record, "ts"), key, value}, std::span<const Header>(headers));
  }
  BatchIdentity identity;
  identity.base_offset = number(vector, "baseOffset");
  identity.leader_epoch = static_cast<int32_t>(number(vector, "partitionLeaderEpoch"));
  identity.producer_id = number(vector, "producerId");
  identity.producer_epoch = static_cast<int16_t>(number(vector, "producerEpoch"));
  identity.base_sequence = static_cast<int32_t>(number(vector, "baseSequence"));
  identity.is_transactional = *vector.find("transactional")->as_bool();
  if (*vector.find_string("timestampType") == "LogAppendTime")
    identity.append_time_ms = max_timestamp_ms;
  return std::string(
      *builder.finish(identity, *codec::parse_compression(*vector.find_string("codec"))));
}

TEST_F(RecordBatchVectors, DataBatchesOfMagic2EncodeByteForByte) {
  int equal = 0, all = 0;
  for (const json::Value& vector : vectors_) {
    if (vector.find("control") || number(vector, "magic") != 2) continue;
    std::string bytes = from_hex(*vector.find_string("hex"));
    ++all;
    bool same = encode(vector, BatchHeader::read(bytes.data()).max_timestamp_ms) == bytes;
    EXPECT_TRUE(same) << json::dump(vector).substr(0, 200);
    equal += same;
  }
  std::printf("record batches of magic 2 encoded byte for byte: %d of %d\n", equal, all);
  EXPECT_EQ(all, 30);
}

TEST_F(RecordBatchVectors, NoCutOffBatchDecodes) {
  for (const json::Value& vector : vectors_) {
    std::string bytes = from_hex(*vector.find_string("hex"));
    for (size_t size = 1; size < bytes.size(); ++size) {
      Records records;
      auto result = decode_record_set(std::string_view(bytes).substr(0, size), records);
      if (!result) continue;
      // A set of several uncompressed messages may be cut between two of them.
      EXPECT_LT(number(vector, "magic"), 2);
      EXPECT_LT(records.views.size(), vector.find("records")->as_array()->size());
    }
  }
}

RC_GTEST_PROP(RecordBatch, ReadsBackWhatWasBuilt, ()) {
  auto values = *rc::gen::nonEmpty<std::vector<std::pair<std::string, std::string>>>();
  auto compression = codec::Compression(*rc::gen::inRange(0, 5));
  auto base = *rc::gen::inRange<int64_t>(0, 1LL << 50);
  BatchBuilder builder;
  for (const auto& [key, value] : values) {
    std::vector<Header> headers(key.size() % 3, Header{value, std::nullopt});
    builder.add({static_cast<int64_t>(value.size()), key, value}, std::span<const Header>(headers));
  }
  BatchIdentity identity;
  identity.base_offset = base;
  std::string bytes(*builder.finish(identity, compression));
  RC_ASSERT(check_batch(bytes).has_value());
  Records records;
  RC_ASSERT(decode_record_set(bytes, records).has_value());
  RC_ASSERT(records.views.size() == values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    RC_ASSERT(records.views[i].key == values[i].first);
    RC_ASSERT(records.views[i].value == values[i].second);
    RC_ASSERT(records.views[i].headers.size() == values[i].first.size() % 3);
    RC_ASSERT(records.views[i].offset == Offset(base) + static_cast<int64_t>(i));
  }
}

TEST(RecordBatch, DecodesOnlyFromTheAskedOffsetOn) {
  BatchBuilder builder;
  for (int i = 0; i < 5; ++i) builder.add({i, std::nullopt, "v"});
  BatchIdentity identity;
  identity.base_offset = 10;
  std::string bytes(*builder.finish(identity));
  Records records;
  ASSERT_TRUE(decode_batch(bytes, Offset(13), records));
  ASSERT_EQ(records.views.size(), 2u);
  EXPECT_EQ(records.views[0].offset, Offset(13));
}

TEST(RecordBatch, AFlippedBitIsNoticed) {
  BatchBuilder builder;
  builder.add({1, "k", "value"});
  std::string bytes(*builder.finish({}));
  for (size_t bit = kBatchCrcFrom * 8; bit < bytes.size() * 8; ++bit) {
    std::string spoilt = bytes;
    spoilt[bit / 8] = static_cast<char>(spoilt[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(check_batch(spoilt)) << bit;
  }
}

TEST(RecordBatch, AppendTimeStampsAllRecordsAndKeepsTheCrcRight) {
  BatchBuilder builder;
  builder.add({1, "k", "a"});
  builder.add({2, "k", "b"});
  std::string bytes(*builder.finish({}));
  assign_times(bytes.data(), bytes.size(), true, 777);
  ASSERT_TRUE(check_batch(bytes));
  Records records;
  ASSERT_TRUE(decode_record_set(bytes, records));
  EXPECT_EQ(records.views[0].timestamp_ms, 777);
  EXPECT_EQ(records.views[1].timestamp_ms, 777);
}

}  // namespace
}  // namespace efd::broker
