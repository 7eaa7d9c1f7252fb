// SPDX-License-Identifier: MIT
// The checkpoint lies there twice: a log opens with either copy, whatever became of the other.
#include <gtest/gtest.h>

#include "broker/testing/rot_fixture.h"

namespace efd::broker {
namespace {

class CheckpointCopiesTest : public RotTest {
 protected:
  static constexpr const char* kFirst = "/log/checkpoint";
  static constexpr const char* kSecond = "/log/checkpoint.copy";

  // Something in a segment, and something that only the write-ahead log has.
  void write_log_with_tail() {
    write_log();
    open();
    append(find("a"), "tail");
    commit();
    log_.reset();
  }
  void expect_whole() {
    open();
    Values all = values_but(0, {});
    all.push_back("tail");
    EXPECT_EQ(values(find("a")), all);
    EXPECT_FALSE(log_->damage());
    EXPECT_FALSE(log_->intake_error());
    log_.reset();
    EXPECT_EQ(read_file(kFirst), read_file(kSecond)) << "both are whole again";
  }
  Error refused() {
    auto log = CommitLog::open(files_, clock_, options_);
    EXPECT_FALSE(log);
    return log ? Error{} : log.error();
  }
  std::vector<LogDamage> repair(Repair what) {
    auto damages = CommitLog::repair(files_, clock_, options_, what);
    EXPECT_TRUE(damages) << damages.error().message;
    return damages ? *damages : std::vector<LogDamage>();
  }
};

TEST_F(CheckpointCopiesTest, AnyFlippedByteOfEitherCostsNothing) {
  write_log_with_tail();
  const std::string whole = read_file(kFirst);
  ASSERT_EQ(read_file(kSecond), whole);
  for (const char* path : {kFirst, kSecond}) {
    for (size_t byte = 0; byte < whole.size(); ++byte) {
      SCOPED_TRACE(fmt::format("{} at {}", path, byte));
      std::string spoilt = whole;
      spoilt[byte] ^= 1;
      write_file(path, spoilt);
      expect_whole();
      ASSERT_EQ(read_file(path), whole);
      if (HasFailure()) return;
    }
  }
}

TEST_F(CheckpointCopiesTest, EitherMayBeCutOffOrMissing) {
  write_log_with_tail();
  const std::string whole = read_file(kFirst);
  for (const char* path : {kFirst, kSecond}) {
    SCOPED_TRACE(path);
    for (size_t size : {size_t{0}, size_t{5}, whole.size() - 1}) {
      write_file(path, whole.substr(0, size));
      expect_whole();
    }
    ASSERT_TRUE(files_.remove(path));
    expect_whole();
  }
}

TEST_F(CheckpointCopiesTest, AnOlderOnePutBackDoesNotCount) {
  write_log();
  const std::string older = read_file(kFirst);
  open();
  append(find("a"), "tail");
  checkpoint();
  log_.reset();
  for (const char* path : {kFirst, kSecond}) {
    SCOPED_TRACE(path);
    write_file(path, older);
    expect_whole();
  }
}

TEST_F(CheckpointCopiesTest, WhereBothAreSpoiltThatIsSaidAndWhatToDo) {
  write_log_with_tail();
  write_file(kFirst, "");
  std::string spoilt = read_file(kSecond);
  spoilt[30] ^= 1;
  write_file(kSecond, spoilt);
  auto repaired = CommitLog::repair(files_, clock_, options_, Repair::drop);
  ASSERT_FALSE(repaired);
  for (const Error& error : {refused(), repaired.error()}) {
    EXPECT_EQ(error.code, ErrorCode::give_up);
    for (const char* part : {kFirst, kSecond, "wrong CRC", "`efd log repair`", "restore one"})
      EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
  }
  EXPECT_EQ(read_file(kSecond), spoilt) << "nothing was changed";
}

TEST_F(CheckpointCopiesTest, ThoseOfTwoLogsAreRefused) {
  write_log_with_tail();
  const std::string foreign = read_file(kFirst);
  ASSERT_TRUE(system::remove_tree(files_, "/log"));
  write_log_with_tail();
  const std::string own = read_file(kFirst);
  for (const char* path : {kFirst, kSecond}) {
    write_file(path, foreign);
    EXPECT_NE(refused().message.find("two logs"), std::string::npos) << refused().message;
    EXPECT_FALSE(CommitLog::repair(files_, clock_, options_, Repair::drop));
    write_file(path, own);
  }
  expect_whole();
}

TEST_F(CheckpointCopiesTest, ARepairTellsOfItAndMendsIt) {
  write_log_with_tail();
  const std::string whole = read_file(kFirst);
  for (const char* path : {kFirst, kSecond}) {
    write_file(path, "spoilt");
    auto found = repair(Repair::look);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_NE(found[0].message.find(path), std::string::npos) << found[0].message;
    EXPECT_TRUE(found[0].is_mendable);
    EXPECT_EQ(read_file(path), "spoilt") << "looking changes nothing";
    EXPECT_EQ(repair(Repair::drop).size(), 1u);
    EXPECT_EQ(read_file(path), whole);
    EXPECT_TRUE(repair(Repair::look).empty());
  }
}

}  // namespace
}  // namespace efd::broker
