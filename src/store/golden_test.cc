// SPDX-License-Identifier: MIT
// Files of format 3 as they were first written: every later version reads them.
// `EFD_WRITE_GOLDEN=DIR` writes a store of the same rows to DIR, for the day when a new format gets
// golden files of its own.
#include <bit>
#include <cstdlib>

#include <gtest/gtest.h>

#include "store/store.h"
#include "store/test_rows.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using rows::ColumnType;

constexpr int64_t kStart = 1'547'758'740'000'000'000;  // 2019-01-17T20:59:00Z
constexpr size_t kRows = 700;

// A column for each encoding; the formulas belong to the files and do not change.
rows::Rows golden_rows() {
  auto layout =
      std::make_shared<rows::Layout>(rows::Layout{{{"constant", ColumnType::float64, false},
                                                   {"runs", ColumnType::integer, false},
                                                   {"small", ColumnType::integer, false},
                                                   {"sequence", ColumnType::integer, false},
                                                   {"noise", ColumnType::float64, false},
                                                   {"single", ColumnType::float32, false},
                                                   {"flag", ColumnType::boolean, false},
                                                   {"word", ColumnType::string, false},
                                                   {"text", ColumnType::string, false},
                                                   {"forces", ColumnType::float32, true},
                                                   {"names", ColumnType::string, true}}});
  rows::Rows rows(layout);
  uint64_t state = 1;
  for (uint64_t i = 0; i < kRows; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    rows.column(0).append(47.11);
    rows.column(1).append<int64_t>(i < 300 ? 5 : -9'000'000'000);
    if (i % 7 == 0) {
      rows.column(2).append_null();
    } else {
      rows.column(2).append<int64_t>(static_cast<int64_t>(1000 + state % 16));
    }
    rows.column(3).append<int64_t>(static_cast<int64_t>(100'000 + i));
    rows.column(4).append(std::bit_cast<double>(i == 3 ? 0x7ff8dead0000beef : state));
    rows.column(5).append(static_cast<float>(i) * -0.25f);
    rows.column(6).append<uint8_t>(state >> 60 & 1);
    rows.column(7).append_string(i % 3 ? "ENABLED" : "FAULT");
    rows.column(8).append_string("line " + std::to_string(state));
    for (uint64_t e = 0; e < (i == 10 ? 3 : 70); ++e) {
      float value = e % 2 ? 1.5f : static_cast<float>(i * e);
      if (i == 20 && e == 5) {
        rows.column(9).append_null();
      } else {
        rows.column(9).append(value);
      }
    }
    rows.column(9).end_array();
    for (uint64_t e = 0; e < i % 3; ++e) rows.column(10).append_string("n" + std::to_string(e));
    rows.column(10).end_array();
    // 120 s steps cross midnight; every 50th row is late.
    int64_t late = i % 50 == 49 ? 300 : 0;
    rows.end_row(UtcTime::from_ns(kStart + (static_cast<int64_t>(i) * 120 - late) * kNsPerSecond));
  }
  return rows;
}

void write_golden(system::FileSystem& files, const std::string& path) {
  auto store = *Store::open(files, system::real_clock(), {.path = path, .start_threads = false});
  ASSERT_TRUE(store->create_database("efd"));
  rows::Rows rows = golden_rows();
  PutRows one{store->measurement("efd", "", "golden")->get(), &rows};
  ConnectorName connector("sink");
  PutPosition position{
      store->position_slot(connector, {TopicName("lsst.sal.golden"), Partition(0)}),
      TopicId(),
      Offset(700),
      {Offset(699), 1'547'758'740'000, 4711}};
  ASSERT_TRUE(store->put({&one, 1}, {&position, 1}));
  ASSERT_TRUE(store->close());
}

// A folder of the machine, in memory.
void copy_folder(const std::string& from, const std::string& to, system::FileSystem& files) {
  system::FileSystem& disk = system::posix_file_system();
  ASSERT_TRUE(files.make_directories(to));
  auto entries = disk.list(from);
  ASSERT_TRUE(entries) << entries.error().message;
  for (const system::DirectoryEntry& entry : *entries) {
    std::string source = from + "/" + entry.name, target = to + "/" + entry.name;
    if (entry.is_directory) {
      copy_folder(source, target, files);
    } else {
      ASSERT_TRUE((*files.open(target, system::Open::create))
                      ->write_at(0, *system::read_file(disk, source)));
    }
  }
}

TEST(Golden, FilesOfFormat3AreReadAsTheyWereWritten) {
  if (const char* path = std::getenv("EFD_WRITE_GOLDEN"))
    write_golden(system::posix_file_system(), path);
  system::MemoryFileSystem files;
  copy_folder(EFD_SOURCE_DIR "/src/store/testdata/format3", "/store", files);
  auto store = Store::open(files, system::real_clock(), {.path = "/store", .start_threads = false});
  ASSERT_TRUE(store) << store.error().message;
  std::string name = "golden";
  auto views = (*store)->views("efd", "", {&name, 1});
  ASSERT_TRUE(views && views->size() == 1);
  const MeasurementView& view = *(*views)[0];
  testing::ModelMeasurement model;
  model.put(golden_rows());
  EXPECT_EQ(testing::field_list(view), testing::field_list(model));
  ScanRequest request;
  for (uint32_t field = 0; field < view.fields().size(); ++field) request.fields.push_back(field);
  Result<> failed;
  auto found = testing::scan_text(view, request, &failed);
  EXPECT_TRUE(failed) << failed.error().message;
  EXPECT_EQ(found, testing::model_text(model, view, request));
  ASSERT_EQ((*store)->committed_positions().size(), 1u);
  EXPECT_EQ((*store)->committed_positions()[0].position.next, Offset(700));
  std::printf("golden store of format 3: %zu of %zu rows equal\n", found.size(), kRows);
}

}  // namespace
}  // namespace efd::store
