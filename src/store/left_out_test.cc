// SPDX-License-Identifier: MIT
// A commit leaves out the rows and positions of connectors that are not ready.
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/owner.h"
#include "store/store.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int64_t kStart = 1'700'000'000'000'000'000;

class LeftOutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(store_->create_database("efd"));
  }

  void open(StoreOptions options = {}) {
    store_.reset();
    options.path = "/s";
    options.start_threads = false;
    auto opened = Store::open(files_, clock_, options);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->settle_aside([](auto) { return Result<bool>(true); }));
    store_->before_commit([this](std::span<const StoredPosition> positions) -> Result<LeftOut> {
      for (const StoredPosition& one : positions) asked_.insert(one.connector.value());
      LeftOut left_out;
      for (const std::string& one : sick_) left_out.push_back({ConnectorName(one), "it is sick"});
      return left_out;
    });
  }
  void cut_power() {
    store_.reset();
    files_.restore_power(1);
    open();
  }

  Result<> put_rows(const std::string& connector, const rows::Rows& rows, int64_t next,
                    const std::string& measurement = "m") {
    auto into = store_->measurement("efd", "", measurement);
    if (!into) return fail(into.error());
    PutRows one{into->get(), &rows};
    PutPosition position{
        store_->position_slot(ConnectorName(connector), {TopicName(connector), Partition(0)}),
        TopicId(),
        Offset(next),
        {Offset(next - 1), next, 7},
        Offset(next - 1)};
    return store_->put({&one, 1}, {&position, 1});
  }
  // Rows whose numbers count up, at one time.
  static rows::Rows rows_of(int64_t count, int64_t number, int64_t time_s) {
    rows::Rows rows(std::make_shared<const rows::Layout>(
        rows::Layout{{{"n", rows::ColumnType::integer, false}}}));
    for (int64_t i = 0; i < count; ++i) {
      rows.column(0).append<int64_t>(number + i);
      rows.end_row(UtcTime::from_ns(kStart + time_s * kNsPerSecond));
    }
    return rows;
  }
  // A row with that number and time; the log's offsets count the puts of a connector.
  Result<> put(const std::string& connector, int64_t number, const std::string& measurement = "m",
               int64_t time_s = 0) {
    return put_rows(connector, rows_of(1, number, time_s), ++next_[connector], measurement);
  }

  std::vector<int64_t> numbers(const std::string& name = "m") {
    auto views = store_->views("efd", "", {&name, 1});
    std::vector<int64_t> found;
    if (!views || views->empty() || (*views)[0]->fields().empty()) return found;
    auto scan = (*views)[0]->scan({.fields = {0}});
    Chunk chunk;
    for (auto more = scan->next(chunk); more && *more; more = scan->next(chunk))
      found.insert(found.end(), chunk.columns[0].integers.begin(), chunk.columns[0].integers.end());
    return found;
  }
  // Each connector's, as the last commit has it.
  std::map<std::string, int64_t> committed() {
    std::map<std::string, int64_t> found;
    for (const StoredPosition& one : store_->committed_positions())
      found[one.connector.value()] = one.position.next.value();
    return found;
  }
  std::vector<std::string> left_out() {
    std::vector<std::string> names;
    for (const NotReady& one : store_->figures().left_out) names.push_back(one.connector.value());
    return names;
  }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kStart)};
  std::unique_ptr<Store> store_;
  std::map<std::string, int64_t> next_;
  std::set<std::string> sick_;
  std::set<std::string> asked_;
};

TEST_F(LeftOutTest, OthersAreCommittedAndNothingOfItIs) {
  sick_ = {"b"};
  for (const char* connector : {"a", "b", "c"}) ASSERT_TRUE(put(connector, connector[0]));
  ASSERT_TRUE(store_->flush());
  EXPECT_THAT(asked_, UnorderedElementsAre("a", "b", "c"));
  EXPECT_THAT(left_out(), ElementsAre("b"));
  EXPECT_EQ(committed(), (std::map<std::string, int64_t>{{"a", 1}, {"c", 1}}));
  EXPECT_THAT(numbers(), UnorderedElementsAre('a', 'b', 'c')) << "readers see all";
  EXPECT_EQ(store_->figures().rows_in_memory, 1u);
  cut_power();
  EXPECT_THAT(numbers(), UnorderedElementsAre('a', 'c'));
  EXPECT_EQ(store_->positions(), store_->committed_positions());
}

TEST_F(LeftOutTest, ItIsInTheNextCommitThatFindsItReady) {
  sick_ = {"b"};
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(put("a", round, "m", round));
    ASSERT_TRUE(put("b", 10 + round, "m", 10 + round));
    ASSERT_TRUE(store_->flush());
  }
  EXPECT_EQ(store_->figures().rows_in_memory, 3u);
  sick_.clear();
  ASSERT_TRUE(store_->flush());
  EXPECT_THAT(left_out(), IsEmpty());
  EXPECT_EQ(committed(), (std::map<std::string, int64_t>{{"a", 3}, {"b", 3}}));
  EXPECT_EQ(store_->figures().rows_in_memory, 0u);
  EXPECT_EQ(store_->figures().bytes_in_memory, 0u);
  cut_power();
  EXPECT_THAT(numbers(), ElementsAre(0, 1, 2, 10, 11, 12));
}

// Its measurement and its positions are new to the manifest, behind others that came later.
TEST_F(LeftOutTest, WhatIsNewWithItMayBeCommittedAfterWhatCameLater) {
  sick_ = {"b"};
  ASSERT_TRUE(put("b", 1, "of b"));
  ASSERT_TRUE(store_->flush());
  ASSERT_TRUE(put("a", 2, "of a"));
  ASSERT_TRUE(store_->flush());
  cut_power();
  EXPECT_THAT(numbers("of a"), ElementsAre(2));
  EXPECT_THAT(numbers("of b"), IsEmpty());
  next_["b"] = 0;
  ASSERT_TRUE(put("b", 1, "of b"));
  ASSERT_TRUE(put("a", 3, "of a", 1));
  ASSERT_TRUE(store_->flush());
  sick_.clear();
  ASSERT_TRUE(store_->flush());
  cut_power();
  EXPECT_THAT(numbers("of a"), ElementsAre(2, 3));
  EXPECT_THAT(numbers("of b"), ElementsAre(1));
  EXPECT_EQ(committed(), (std::map<std::string, int64_t>{{"a", 2}, {"b", 1}}));
}

TEST_F(LeftOutTest, RowsOfOneTimeStandInTheOrderOfEachAndOfCommits) {
  ASSERT_TRUE(put("a", 1));
  ASSERT_TRUE(put("b", 11));
  ASSERT_TRUE(put("a", 2));
  ASSERT_TRUE(put("b", 12));
  EXPECT_THAT(numbers(), ElementsAre(1, 2, 11, 12));
  sick_ = {"a"};
  ASSERT_TRUE(store_->flush());
  ASSERT_TRUE(put("a", 3));
  EXPECT_THAT(numbers(), ElementsAre(11, 12, 1, 2, 3));
  sick_.clear();
  ASSERT_TRUE(store_->flush());
  EXPECT_THAT(numbers(), ElementsAre(11, 12, 1, 2, 3));
  open();
  EXPECT_THAT(numbers(), ElementsAre(11, 12, 1, 2, 3));
  const auto files = store_->files();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_LT(files[0].last_order, files[1].first_order);
}

// What a drop takes away must be in one commit with the drop, or it comes back from the log.
TEST_F(LeftOutTest, WhatItHasPutIsNotDropped) {
  sick_ = {"b"};
  ASSERT_TRUE(put("a", 1, "other"));
  ASSERT_TRUE(put("b", 2));
  for (const Result<>& dropped :
       {store_->drop_measurement("efd", "m"), store_->drop_field("efd", "m", "n"),
        store_->drop_policy("efd", "autogen"), store_->drop_database("efd")}) {
    ASSERT_FALSE(dropped);
    EXPECT_EQ(dropped.error().code, ErrorCode::retry);
    EXPECT_THAT(dropped.error().message, HasSubstr("connector b"));
  }
  EXPECT_THAT(numbers(), ElementsAre(2)) << "nothing is done";
  ASSERT_TRUE(store_->drop_measurement("efd", "other")) << "it has no rows there";
  EXPECT_EQ(committed(), (std::map<std::string, int64_t>{{"a", 1}}));
  sick_.clear();
  ASSERT_TRUE(store_->drop_measurement("efd", "m"));
  cut_power();
  EXPECT_THAT(numbers(), IsEmpty());
  EXPECT_EQ(committed(), (std::map<std::string, int64_t>{{"a", 1}, {"b", 1}}));
}

// It falls sick between the question and the cut: then everything waits, and nothing comes back.
TEST_F(LeftOutTest, ADropAndWhatWasPutBeforeItAreInOneCommit) {
  int asked = 0;
  bool is_sick = true;
  store_->before_commit([&](std::span<const StoredPosition>) -> Result<LeftOut> {
    if (asked++ == 0 || !is_sick) return LeftOut();
    return LeftOut{{ConnectorName("b"), "it is sick"}};
  });
  ASSERT_TRUE(put("b", 1));
  EXPECT_FALSE(store_->drop_measurement("efd", "m"));
  EXPECT_THAT(numbers(), IsEmpty());
  ASSERT_TRUE(put("a", 2));
  EXPECT_FALSE(store_->flush());
  EXPECT_THAT(committed(), IsEmpty());
  is_sick = false;
  ASSERT_TRUE(store_->flush());
  cut_power();
  EXPECT_THAT(numbers(), ElementsAre(2));
  EXPECT_EQ(committed(), (std::map<std::string, int64_t>{{"a", 1}, {"b", 1}}));
}

TEST_F(LeftOutTest, ItHasABoundOfItsOwnAndTakesNoRoomFromOthers) {
  open({.memory_bytes_max = 300'000});
  store_->bound_left_out(ConnectorName("b"), 1'000'000);
  sick_ = {"b"};
  const rows::Rows rows = rows_of(1000, 0, 0);
  ASSERT_TRUE(put("b", 0));
  ASSERT_TRUE(store_->flush());
  Result<> last;
  int64_t next = 1;
  while ((last = put_rows("b", rows, next + 1))) ++next;
  EXPECT_EQ(last.error().code, ErrorCode::overload);
  EXPECT_THAT(last.error().message, HasSubstr("connector b holds"));
  EXPECT_THAT(last.error().message, HasSubstr("connector.memory_bytes_max"));
  EXPECT_GE(store_->figures().bytes_in_memory, 1'000'000u);
  EXPECT_LT(store_->figures().bytes_in_memory, 1'100'000u);
  for (int64_t i = 1; i <= 3; ++i) ASSERT_TRUE(put_rows("a", rows, i)) << "there is room for it";
  sick_.clear();
  ASSERT_TRUE(store_->flush());
  EXPECT_EQ(store_->figures().bytes_in_memory, 0u);
  EXPECT_TRUE(put_rows("b", rows, next + 1));
}

TEST_F(LeftOutTest, CloseSaysWhoComesAgainFromTheLog) {
  sick_ = {"b"};
  ASSERT_TRUE(put("a", 1));
  ASSERT_TRUE(put("b", 2));
  Result<> closed = store_->close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, ErrorCode::retry);
  EXPECT_THAT(closed.error().message, HasSubstr("connector b"));
  open();
  EXPECT_THAT(numbers(), ElementsAre(1));
}

}  // namespace
}  // namespace efd::store
