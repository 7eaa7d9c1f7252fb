// SPDX-License-Identifier: MIT
#include "pipeline/gaps.h"

#include <gtest/gtest.h>

#include "system/memory_file_system.h"

namespace efd::pipeline {
namespace {

class GapsTest : public ::testing::Test {
 protected:
  std::string add(const std::string& log = "one") {
    auto gaps = Gaps::open(files_, clock_, path_, log, metrics_);
    EXPECT_TRUE(gaps) << gaps.error().message;
    EXPECT_TRUE((*gaps)->add({ConnectorName("efd"),
                              {TopicName("t"), Partition(0)},
                              Continuity::rotten_records,
                              Offset(1),
                              Offset(3)}));
    return *system::read_file(files_, path_);
  }
  void write(const std::string& bytes) {
    ASSERT_TRUE(files_.make_directories("/data"));
    auto file = files_.open(path_, system::Open::create);
    ASSERT_TRUE((*file)->truncate(0));
    ASSERT_TRUE((*file)->write_at(0, bytes));
  }
  size_t files() { return files_.list("/data")->size(); }

  const std::string path_ = "/data/gaps.jsonl";
  const std::string header_ = R"({"file":"efd ledger of gaps","version":2,"log":"one"})"
                              "\n";
  const std::string line_ =
      R"({"time":"2023-11-14T22:13:20Z","connector":"efd","topic":"t","partition":0,)"
      R"("what":"rotten_records","expected":1,"next":3})"
      "\n";
  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(1'700'000'000'000)};
  observe::Metrics metrics_;
};

TEST_F(GapsTest, TheFirstLineSaysWhatTheFileIs) {
  EXPECT_EQ(add(), header_ + line_);
  EXPECT_EQ(add(), header_ + line_ + line_);
  EXPECT_EQ(files(), 1u);
}

TEST_F(GapsTest, NothingIsWrittenBeforeThereIsAGap) {
  ASSERT_TRUE(Gaps::open(files_, clock_, path_, "one", metrics_));
  EXPECT_EQ(*system::read_file(files_, path_), "");
}

TEST_F(GapsTest, AnotherFileInItsPlaceIsSetAside) {
  const std::string aside = path_ + ".aside-1700000000000";
  std::string flipped = header_ + line_;
  flipped[3] ^= 1;
  for (const std::string& other : {std::string("notes\n"), flipped,
                                   std::string(R"({"file":"efd ledger of gaps","version":2,)"
                                               R"("log":"another"})"
                                               "\n")}) {
    write(other);
    EXPECT_EQ(add(), header_ + line_);
    EXPECT_EQ(*system::read_file(files_, aside), other);
  }
}

TEST_F(GapsTest, WhatAPowerCutHasCutOffSpoilsNoOtherLine) {
  const std::string half = line_.substr(0, line_.size() / 2);
  write(header_ + half);
  EXPECT_EQ(add(), header_ + half + "\n" + line_);
  write(header_.substr(0, 9));
  EXPECT_EQ(add(), header_ + line_);
  EXPECT_EQ(files(), 1u);
}

}  // namespace
}  // namespace efd::pipeline
