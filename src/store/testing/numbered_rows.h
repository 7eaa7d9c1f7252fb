// SPDX-License-Identifier: MIT
// For tests of what a store takes away or merges: rows that are numbers which count up.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/segment_file.h"
#include "store/store.h"
#include "system/memory_file_system.h"

namespace efd::store {

// A store without threads on a file system in memory.
class NumberedRowsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(store_->create_database("efd"));
  }

  void open() {
    store_.reset();
    auto opened = Store::open(files_, clock_, {.path = "/s", .start_threads = false});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->settle_aside([](auto) { return Result<bool>(false); }));
  }

  static constexpr int64_t kFirstTimeNs = 1'700'000'000'000'000'000;

  // So many rows with numbers that count up, second by second; the log's offsets count the same.
  Result<> put(int64_t count, const std::string& name = "m", const std::string& field = "n",
               int64_t day = 0) {
    rows::Rows rows(std::make_shared<const rows::Layout>(
        rows::Layout{{{field, rows::ColumnType::integer, false}}}));
    for (int64_t i = 0; i < count; ++i, ++next_) {
      rows.column(0).append<int64_t>(next_);
      rows.end_row(UtcTime::from_ns(kFirstTimeNs + next_ * kNsPerSecond + day * kNsPerDay));
    }
    PutRows one{store_->measurement("efd", "", name)->get(), &rows};
    PutPosition position{store_->position_slot(connector_, {TopicName("t"), Partition(0)}),
                         id_,
                         Offset(next_),
                         {Offset(next_ - 1), next_, 7},
                         Offset(next_ - count)};
    return store_->put({&one, 1}, {&position, 1});
  }
  void store(int64_t count, const std::string& name = "m", int64_t day = 0) {
    ASSERT_TRUE(put(count, name, "n", day));
    ASSERT_TRUE(store_->flush());
  }

  std::shared_ptr<const MeasurementView> view(const std::string& name = "m") {
    auto views = store_->views("efd", "", {&name, 1});
    return views && !views->empty() ? (*views)[0] : nullptr;
  }
  static std::vector<int64_t> numbers(const MeasurementView& view) {
    std::vector<int64_t> found;
    auto scan = view.scan({.fields = {0}});
    Chunk chunk;
    for (auto more = scan->next(chunk); more && *more; more = scan->next(chunk))
      for (size_t i = 0; i < chunk.size(); ++i) found.push_back(chunk.columns[0].integers[i]);
    return found;
  }
  std::vector<int64_t> numbers(const std::string& name = "m") {
    auto view = this->view(name);
    return view && !view->fields().empty() ? numbers(*view) : std::vector<int64_t>();
  }
  std::vector<std::string> on_disk(const std::string& folder = "segments") {
    std::vector<std::string> names;
    const auto entries = *files_.list("/s/" + folder);
    for (const auto& entry : entries) names.push_back(entry.name);
    return names;
  }
  Result<> merge(std::vector<uint64_t> numbers, const std::string& folder = "segments") {
    return store_->merge(numbers, folder);
  }
  Offset committed() {
    auto positions = store_->committed_positions();
    return positions.empty() ? Offset(0) : positions[0].position.next;
  }
  std::string manifest() { return *system::read_file(files_, "/s/manifest"); }

  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ns(kFirstTimeNs)};
  std::unique_ptr<Store> store_;
  ConnectorName connector_{"sink"};
  TopicId id_{Uuid::random()};
  int64_t next_ = 0;
};

}  // namespace efd::store
