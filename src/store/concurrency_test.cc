// SPDX-License-Identifier: MIT
// Puts, views, scans and flushes at once: every view holds whole puts, each in order.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "store/store.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using rows::ColumnType;

constexpr int64_t kPuts = 400;
constexpr int64_t kRowsOfPut = 5;
constexpr int kWriters = 2;

std::shared_ptr<const rows::Layout> layout() {
  return std::make_shared<const rows::Layout>(
      rows::Layout{{{"n", ColumnType::integer, false}, {"a", ColumnType::float32, true}}});
}

// Writer `w` puts 0, 1, 2 ... into its measurement; arrays grow, so that names are given meanwhile.
void write(Store& store, int w) {
  MeasurementHandle into = *store.measurement("efd", "", "m" + std::to_string(w));
  ConnectorName connector("sink");
  auto shape = layout();
  PositionSlot slot =
      store.position_slot(connector, {TopicName("t" + std::to_string(w)), Partition(0)});
  for (int64_t put = 0; put < kPuts; ++put) {
    rows::Rows rows(shape);
    for (int64_t i = 0; i < kRowsOfPut; ++i) {
      int64_t n = put * kRowsOfPut + i;
      rows.column(0).append<int64_t>(n);
      for (int64_t e = 0; e < put / 100 + 1; ++e) rows.column(1).append(static_cast<float>(n));
      rows.column(1).end_array();
      rows.end_row(UtcTime::from_ms(n));
    }
    PutRows one{into.get(), &rows};
    PutPosition position{slot, TopicId(), Offset(put + 1), {Offset(put), put, 1}};
    ASSERT_TRUE(store.put({&one, 1}, {&position, 1}));
  }
}

// Rows 0 .. n - 1 in order, n a multiple of a put's rows; returns n.
int64_t checked_rows(const MeasurementView& view) {
  auto scan = view.scan({.fields = {static_cast<uint32_t>(view.fields().size() - 1)}});
  Chunk chunk;
  int64_t n = 0;
  for (auto more = scan->next(chunk); more && *more; more = scan->next(chunk))
    for (int64_t value : chunk.columns[0].integers) EXPECT_EQ(value, n++);
  EXPECT_EQ(static_cast<uint64_t>(n), view.row_count());
  EXPECT_EQ(n % kRowsOfPut, 0);
  return n;
}

void read(Store& store, const std::atomic<bool>& done) {
  std::vector<std::string> names = {"m0", "m1"};
  int64_t before[kWriters] = {};
  while (!done) {
    auto views = store.views("efd", "", names);
    ASSERT_TRUE(views);
    for (const auto& view : *views) {
      if (view->row_count() == 0) continue;
      int64_t& last = before[view->name() == "m1"];
      int64_t now = checked_rows(*view);
      EXPECT_GE(now, last);
      last = now;
    }
  }
}

TEST(Concurrency, ReadersSeeWholePutsWhileWritersAndFlushesGoOn) {
  system::MemoryFileSystem files;
  auto store = *Store::open(files, system::real_clock(),
                            {.path = "/store", .flush_interval_ms = 5, .flush_bytes = 100'000});
  ASSERT_TRUE(store->create_database("efd"));
  std::atomic<bool> done = false;
  std::thread reader([&] { read(*store, done); });
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) writers.emplace_back([&, w] { write(*store, w); });
  for (std::thread& writer : writers) writer.join();
  done = true;
  reader.join();
  ASSERT_TRUE(store->close());
  EXPECT_EQ(store->figures().rows_in_memory, 0u);
  EXPECT_GE(store->figures().commits, 1u);
  for (const StoredPosition& stored : store->committed_positions())
    EXPECT_EQ(stored.position.next, Offset(kPuts));
  for (std::string name : {"m0", "m1"})
    EXPECT_EQ(checked_rows(*(*store->views("efd", "", {&name, 1}))[0]), kPuts * kRowsOfPut);
}

}  // namespace
}  // namespace efd::store
