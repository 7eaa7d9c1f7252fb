// SPDX-License-Identifier: MIT
// What the log does with segment files that a disk has spoilt, cut off, lost or mixed up: what can
// be read is, what cannot is named, and nothing is answered that was not written there.
#include <gtest/gtest.h>

#include "broker/log/segment.h"
#include "broker/testing/rot_fixture.h"
#include "embedded_broker/embedded_reader.h"

namespace efd::broker {
namespace {

TEST_F(RotTest, AnyFlippedByteCostsTheBatchThatItIsInAndNoOther) {
  write_log();
  const std::string whole = read_file(segment_);
  std::vector<size_t> positions = batch_positions(whole);
  ASSERT_EQ(positions.size(), size_t{kBatches});
  for (int flip : {0x01, 0x80}) {
    for (size_t byte = 0; byte < whole.size(); ++byte) {
      SCOPED_TRACE(fmt::format("byte {} ^ {}", byte, flip));
      int batch = static_cast<int>(std::upper_bound(positions.begin(), positions.end(), byte) -
                                   positions.begin()) -
                  1;
      std::string spoilt = whole;
      spoilt[byte] = static_cast<char>(spoilt[byte] ^ flip);
      write_file(segment_, spoilt);
      open();
      Read read = read_all(find("a"));
      EXPECT_EQ(read.values, values_but(0, {batch}));
      EXPECT_EQ(read.rotten, (std::vector<Stretch>{{2 * batch, 2 * batch + 2}}));
      ASSERT_TRUE(log_->damage());
      EXPECT_EQ(log_->damage()->message, read.messages.at(0));
      EXPECT_NE(read.messages.at(0).find(segment_), std::string::npos);
      EXPECT_NE(read.messages.at(0).find("efd log repair"), std::string::npos);
      log_.reset();
      if (HasFailure()) return;
    }
  }
}

TEST_F(RotTest, WhoAsksFromBehindOrInSmallPiecesIsAnsweredTheSame) {
  write_log();
  const std::string whole = read_file(segment_);
  std::vector<size_t> positions = batch_positions(whole);
  // How many offsets it has (fewer, and more), the length, the base offset, and a record.
  const std::pair<size_t, char> flips[] = {
      {26, 1}, {26, 2}, {11, 1}, {7, 1}, {kBatchHeaderBytes + 3, 1}};
  for (auto [in_batch, flip] : flips) {
    std::string spoilt = whole;
    spoilt[positions[2] + in_batch] = static_cast<char>(spoilt[positions[2] + in_batch] ^ flip);
    write_file(segment_, spoilt);
    for (int64_t from = 0; from < 2 * kBatches; ++from) {
      SCOPED_TRACE(fmt::format("byte {} of the batch, from {}", in_batch, from));
      open();  // nothing is known yet
      Values all = values_but(0, {2}), wanted;
      int64_t left = std::min<int64_t>(from, 4) + std::max<int64_t>(from - 6, 0);
      wanted.assign(all.begin() + left, all.end());
      Read read = read_all(find("a"), from, 1);
      EXPECT_EQ(read.values, wanted);
      EXPECT_EQ(read.rotten.size(), from < 6 ? 1u : 0u);
      log_.reset();
    }
  }
}

TEST_F(RotTest, TwoSpoiltBatchesCostTwo) {
  write_log();
  std::string bytes = read_file(segment_);
  std::vector<size_t> positions = batch_positions(bytes);
  bytes[positions[1] + kBatchHeaderBytes + 2] ^= 1;
  bytes[positions[3] + 10] ^= 1;
  write_file(segment_, bytes);
  open();
  Read read = read_all(find("a"));
  EXPECT_EQ(read.values, values_but(0, {1, 3}));
  EXPECT_EQ(read.rotten, (std::vector<Stretch>{{2, 4}, {6, 8}}));
  EXPECT_NE(log_->damage()->message.find("1 more places"), std::string::npos);
  EXPECT_EQ(read_all(find("a", 1)).values, values_but(1, {}));
}

TEST_F(RotTest, ABatchWithinARecordIsNotTakenForOneOfTheLog) {
  open();
  create("a");
  std::string inner = make_batch({"false"});
  assign_offset(inner.data(), Offset(1));
  for (int i = 0; i < 3; ++i) log_->append(*find("a"), make_batch({inner}), false);
  checkpoint();
  log_.reset();
  std::string whole = read_file(segment_);
  for (size_t byte : {size_t{7}, size_t{11}, size_t{17}, kBatchHeaderBytes + 1}) {
    std::string spoilt = whole;
    spoilt[byte] ^= 1;
    write_file(segment_, spoilt);
    open();
    Read read = read_all(find("a"));
    EXPECT_EQ(read.values, (Values{inner, inner}));
    EXPECT_EQ(read.rotten, (std::vector<Stretch>{{0, 1}}));
    log_.reset();
  }
}

// ------------------------------------------------------------------------------- another file

TEST_F(RotTest, SegmentsOfTheSameNameAndLengthInEachOthersPlaceAreNotBelieved) {
  write_log();
  const std::string other = "/log/a-1/00000000000000000000.log";
  std::string first = read_file(segment_), second = read_file(other);
  ASSERT_EQ(first.size(), second.size());
  write_file(segment_, second);
  write_file(other, first);
  open();
  for (int32_t partition : {0, 1}) {
    Read read = read_all(find("a", partition));
    EXPECT_EQ(read.values, Values());
    EXPECT_EQ(read.rotten, (std::vector<Stretch>{{0, 2 * kBatches}}));
    EXPECT_NE(read.messages.at(0).find("not the file that was written"), std::string::npos)
        << read.messages.at(0);
  }
  // What is appended goes to another file, and both stay as they are.
  append(find("a"), "new");
  checkpoint();
  EXPECT_EQ(read_all(find("a")).values, (Values{"new"}));
  EXPECT_EQ(read_file(segment_), second);
  log_.reset();
  write_file(segment_, first);
  open();
  Values all = values_but(0, {});
  all.push_back("new");
  EXPECT_EQ(read_all(find("a")).values, all) << "put back, it is read again";
}

TEST_F(RotTest, ASegmentThatOnlyItsLastBatchTellsApartIsNotBelieved) {
  write_log();
  std::string bytes = read_file(segment_);
  size_t last = batch_positions(bytes).back();
  bytes.replace(last, bytes.npos, read_file("/log/a-1/00000000000000000000.log").substr(last));
  write_file(segment_, bytes);
  open();
  Read read = read_all(find("a"));
  EXPECT_EQ(read.values, Values());
  EXPECT_EQ(read.rotten, (std::vector<Stretch>{{0, 2 * kBatches}}));
}

TEST_F(RotTest, ASegmentOfOneBatchInAnothersPlaceIsNotBelieved) {
  open();
  create("a");
  create("b");
  append(find("a"), "mine");
  append(find("b"), "your");
  checkpoint();
  log_.reset();
  write_file(segment_, read_file("/log/b-0/00000000000000000000.log"));
  open();
  Read read = read_all(find("a"));
  EXPECT_EQ(read.values, Values());
  EXPECT_EQ(read.rotten, (std::vector<Stretch>{{0, 1}}));
}

TEST_F(RotTest, SegmentsOfOnePartitionInEachOthersPlaceAreNotBelieved) {
  options_.segment_bytes = 1;
  open();
  create("a");
  for (int i = 0; i < 3; ++i) append(find("a"), "v" + std::to_string(i));
  checkpoint();
  log_.reset();
  const std::string one = "/log/a-0/00000000000000000001.log";
  std::string bytes = read_file(segment_);
  write_file(segment_, read_file(one));
  write_file(one, bytes);
  open();
  Read read = read_all(find("a"));
  EXPECT_EQ(read.values, (Values{"v2"}));
  EXPECT_EQ(read.rotten, (std::vector<Stretch>{{0, 1}, {1, 2}}));
}

// --------------------------------------------------------------------------- cut off, missing

TEST_F(RotTest, ASegmentThatIsCutOffIsReadAsFarAsItGoesAndLeftAsItIs) {
  write_log();
  const std::string whole = read_file(segment_);
  std::vector<size_t> positions = batch_positions(whole);
  for (size_t size = 0; size < whole.size(); size += 7) {
    SCOPED_TRACE(size);
    write_file(segment_, whole.substr(0, size));
    auto good = static_cast<int>(std::upper_bound(positions.begin(), positions.end(), size) -
                                 positions.begin()) -
                1;
    std::set<int> rotten;
    for (int i = good; i < kBatches; ++i) rotten.insert(i);
    open();
    Read read = read_all(find("a"));
    EXPECT_EQ(read.values, values_but(0, rotten));
    ASSERT_EQ(read.rotten, (std::vector<Stretch>{{2 * good, 2 * kBatches}}));
    EXPECT_NE(read.messages.at(0).find("bytes"), std::string::npos) << read.messages.at(0);
    log_.reset();
    EXPECT_EQ(read_file(segment_).size(), size);
  }
}

TEST_F(RotTest, WhatIsAppendedBehindACutOffSegmentGoesToANewFile) {
  write_log();
  const std::string whole = read_file(segment_);
  write_file(segment_, whole.substr(0, whole.size() - 1));
  open();
  append(find("a"), "new");
  checkpoint();
  kill_and_open();
  Read read = read_all(find("a"));
  Values wanted = values_but(0, {kBatches - 1});
  wanted.push_back("new");
  EXPECT_EQ(read.values, wanted);
  EXPECT_EQ(read_file(segment_).size(), whole.size() - 1);
}

TEST_F(RotTest, AMissingSegmentIsToldAndTheOthersAreRead) {
  options_.segment_bytes = 1;
  open();
  create("a");
  for (int i = 0; i < 3; ++i) append(find("a"), "v" + std::to_string(i));
  checkpoint();
  for (int missing = 0; missing < 3; ++missing) {
    SCOPED_TRACE(missing);
    std::string path = "/log/a-0/" + segment_file_name(missing), bytes = read_file(path);
    log_.reset();
    ASSERT_TRUE(files_.remove(path));
    open();
    ASSERT_TRUE(log_->damage()) << "known before anybody reads";
    EXPECT_NE(log_->damage()->message.find(path + ": the file is missing"), std::string::npos);
    Read read = read_all(find("a"));
    Values wanted{"v0", "v1", "v2"};
    wanted.erase(wanted.begin() + missing);
    EXPECT_EQ(read.values, wanted);
    EXPECT_EQ(read.rotten, (std::vector<Stretch>{{missing, missing + 1}}));
    write_file(path, bytes);
  }
  log_.reset();
  ASSERT_TRUE(system::remove_tree(files_, "/log/a-0"));
  open();
  EXPECT_EQ(read_all(find("a")).rotten, (std::vector<Stretch>{{0, 1}, {1, 2}, {2, 3}}));
}

TEST_F(RotTest, DamageIsForgottenWithItsFile) {
  write_log();
  std::string bytes = read_file(segment_);
  bytes[kBatchHeaderBytes] ^= 1;
  write_file(segment_, bytes);
  open();
  read_all(find("a"));
  ASSERT_TRUE(log_->damage());
  ASSERT_TRUE(log_->delete_topic(TopicName("a")));
  EXPECT_FALSE(log_->damage());
}

TEST_F(RotTest, LooksByTimePassOverWhatCannotBeRead) {
  write_log();
  std::string bytes = read_file(segment_);
  bytes[batch_positions(bytes)[2] + kBatchHeaderBytes] ^= 1;
  write_file(segment_, bytes);
  open();
  auto at = [&](int64_t ms) { return (*log_->find_by_time(*find("a"), ms))->offset; };
  EXPECT_EQ(at(1001), Offset(2));
  EXPECT_EQ(at(1002), Offset(6));
  EXPECT_EQ(at(1004), Offset(8));
  EXPECT_EQ((*log_->find_max_time(*find("a")))->offset, Offset(8));
}

// ------------------------------------------------------------------------------------ readers

TEST_F(RotTest, AReaderPassesOverAndTells) {
  write_log();
  std::string bytes = read_file(segment_);
  bytes[batch_positions(bytes)[kBatches - 1]] ^= 1;  // the last one: nothing comes behind
  bytes[batch_positions(bytes)[1] + kBatchHeaderBytes] ^= 1;
  write_file(segment_, bytes);
  open();
  std::vector<Stretch> told;
  ReaderOptions options;
  options.pattern.regex = "a";
  options.on_rotten = [&](const Source& source, const RottenRecords& rotten) {
    EXPECT_EQ(source.partition, Partition(0));
    told.emplace_back(rotten.from.value(), rotten.next.value());
  };
  auto reader = embedded_broker::EmbeddedReader::open(*log_, options);
  std::map<int32_t, Values> got;
  Batch batch;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE((*reader)->poll(std::chrono::milliseconds(0), batch));
    for (const Slice& slice : batch.slices())
      for (const RecordView& record : slice.records)
        got[slice.source->partition.value()].emplace_back(*record.value);
  }
  EXPECT_EQ(got[0], values_but(0, {1, kBatches - 1}));
  EXPECT_EQ(got[1], values_but(1, {}));
  EXPECT_EQ(told, (std::vector<Stretch>{{2, 4}, {8, 10}}));
}

TEST_F(RotTest, AReaderThatMayNotPassOverFails) {
  write_log();
  std::string bytes = read_file(segment_);
  bytes[kBatchHeaderBytes] ^= 1;
  write_file(segment_, bytes);
  open();
  ReaderOptions options;
  options.pattern.regex = "a";
  auto reader = embedded_broker::EmbeddedReader::open(*log_, options);
  Batch batch;
  std::optional<Error> error;
  for (int i = 0; i < 4 && !error; ++i)
    if (auto polled = (*reader)->poll(std::chrono::milliseconds(0), batch); !polled)
      error = polled.error();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::give_up);
  EXPECT_NE(error->message.find("a-0 at offset 0"), std::string::npos) << error->message;
}

}  // namespace
}  // namespace efd::broker
