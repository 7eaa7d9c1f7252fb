// SPDX-License-Identifier: MIT
// For tests of a log whose files were spoilt: such a log, and a consumer that goes on behind what
// cannot be read.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broker/testing/commit_log_fixture.h"

namespace efd::broker {

using Stretch = std::pair<int64_t, int64_t>;

class RotTest : public CommitLogTest {
 protected:
  static constexpr int kBatches = 5;  // of two records each
  const std::string segment_ = "/log/a-0/00000000000000000000.log";

  std::string read_file(const std::string& path) { return *system::read_file(files_, path); }
  void write_file(const std::string& path, const std::string& bytes) {
    auto file = files_.open(path, system::Open::create);
    ASSERT_TRUE((*file)->truncate(0));
    ASSERT_TRUE((*file)->write_at(0, bytes));
  }
  // A topic of two partitions with a segment each, and the log closed.
  void write_log() {
    log_.reset();
    open();
    create("a", {}, 2);
    for (int32_t partition : {0, 1}) {
      for (int i = 0; i < kBatches; ++i) {
        std::string name = std::to_string(partition) + std::to_string(i);
        log_->append(*find("a", partition), make_batch({"v" + name, "w" + name}, 1000 + i), false);
      }
    }
    checkpoint();
    log_.reset();
  }
  static std::vector<size_t> batch_positions(const std::string& bytes) {
    std::vector<size_t> positions;
    for (size_t at = 0; at < bytes.size(); at += BatchHeader::read(bytes.data() + at).size())
      positions.push_back(at);
    return positions;
  }
  Values values_but(int partition, std::set<int> rotten) {
    Values values;
    for (int i = 0; i < kBatches; ++i) {
      std::string name = std::to_string(partition) + std::to_string(i);
      if (!rotten.contains(i)) values.insert(values.end(), {"v" + name, "w" + name});
    }
    return values;
  }

  struct Read {
    Values values;
    std::vector<Stretch> rotten;
    std::vector<std::string> messages;
  };
  // As a consumer that goes on behind what cannot be read.
  Read read_all(const PartitionHandle& partition, int64_t from = 0, size_t bytes_max = 1 << 20) {
    Read read;
    Offset next(from);
    while (next < log_->state(*partition).log_end) {
      auto fetched = log_->read_cold(*partition, next, bytes_max, See::appended);
      if (!fetched) {
        ADD_FAILURE() << fetched.error().message;
        return read;
      }
      EXPECT_NE(fetched->batches.empty(), !fetched->rotten);
      if (fetched->rotten) {
        EXPECT_GT(fetched->rotten->next, next);
        read.rotten.emplace_back(fetched->rotten->from.value(), fetched->rotten->next.value());
        read.messages.push_back(fetched->rotten->what);
        next = fetched->rotten->next;
      }
      for (std::string_view batch : fetched->batches) {
        Records records;
        EXPECT_TRUE(check_batch(batch));
        EXPECT_TRUE(decode_batch(batch, next, records));
        for (const RecordView& record : records.views)
          read.values.emplace_back(record.value.value_or("null"));
        next = BatchHeader::read(batch.data()).next_offset();
      }
    }
    return read;
  }
};

}  // namespace efd::broker
