// SPDX-License-Identifier: MIT
// Files of format 3 as they were first written: every later version reads them.
// `EFD_WRITE_GOLDEN=DIR` writes a store of the same rows to DIR, for the day when a new format gets
// golden files of its own.
#include <bit>
#include <cstdlib>
#include <map>

#include <gtest/gtest.h>

#include "store/store.h"
#include "store/testing/test_rows.h"
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

constexpr size_t kTaggedRows = 300;
constexpr size_t kSeconds = 7;  // times that they have

// A row with tags: `number` in half of them, `text` in every third one; no host in every
// fifth.
struct TaggedRow {
  int64_t time_ns;
  std::string host, region, number, text;  // empty: none

  explicit TaggedRow(size_t i)
      : time_ns(kStart + static_cast<int64_t>(i * 11 % kSeconds) * kNsPerSecond),
        host(i % 5 ? "host " + std::to_string(i % 7) : ""),
        region(i % 2 ? "eu" : "a, b=c"),
        number(i % 4 < 2 ? "" : std::to_string(i * i)),
        text(i % 3 ? "" : "row " + std::to_string(i)) {}
  std::string tags() const {
    return (host.empty() ? "" : "host=" + host + ";") + "region=" + region;
  }
};

rows::Rows tagged_rows() {
  rows::Rows rows(std::make_shared<const rows::Layout>(
      rows::Layout{{{"region", ColumnType::string, false, rows::Role::tag},
                    {"host", ColumnType::string, false, rows::Role::tag},
                    {"number", ColumnType::integer, false},
                    {"text", ColumnType::string, false}}}));
  for (size_t i = 0; i < kTaggedRows; ++i) {
    const TaggedRow row(i);
    rows.column(0).append_string(row.region);
    row.host.empty() ? rows.column(1).append_null() : rows.column(1).append_string(row.host);
    row.number.empty() ? rows.column(2).append_null()
                       : rows.column(2).append<int64_t>(std::stoll(row.number));
    row.text.empty() ? rows.column(3).append_null() : rows.column(3).append_string(row.text);
    rows.end_row(UtcTime::from_ns(row.time_ns));
  }
  return rows;
}

// "time tags | number | text", in the order of a scan. Series are numbered as they came.
std::vector<std::string> tagged_text(EqualTimes rule) {
  std::map<std::string, size_t> numbers;
  std::map<std::pair<int64_t, size_t>, std::vector<TaggedRow>> all;
  for (size_t i = 0; i < kTaggedRows; ++i) {
    const TaggedRow row(i);
    const size_t number = numbers.try_emplace(row.tags(), numbers.size()).first->second;
    std::vector<TaggedRow>& same = all[{row.time_ns, number}];
    if (same.empty() || rule == EqualTimes::keep_all) {
      same.push_back(row);
      continue;
    }
    if (!row.number.empty()) same[0].number = row.number;
    if (!row.text.empty()) same[0].text = row.text;
  }
  std::vector<std::string> lines;
  for (const auto& [key, same] : all)
    for (const TaggedRow& row : same)
      lines.push_back(
          fmt::format("{} {} | {} | {}", row.time_ns, row.tags(), row.number, row.text));
  return lines;
}

std::vector<std::string> tagged_text(const MeasurementView& view) {
  std::vector<std::string> lines;
  const SeriesList series = view.series();
  auto scan = view.scan({.fields = {0, 1}});
  Chunk chunk;
  for (auto more = scan->next(chunk); more && *more; more = scan->next(chunk))
    for (size_t i = 0; i < chunk.size(); ++i) {
      std::string tags;
      for (const Tag& tag : series.tags(chunk.series.empty() ? 0 : chunk.series[i]))
        tags += fmt::format("{}{}={}", tags.empty() ? "" : ";", tag.key, tag.value);
      const ColumnChunk &number = chunk.columns[0], &text = chunk.columns[1];
      lines.push_back(fmt::format("{} {} | {} | {}", chunk.times_ns[i], tags,
                                  number.is_null(i) ? "" : std::to_string(number.integers[i]),
                                  text.is_null(i) ? "" : text.strings[i]));
    }
  return lines;
}

constexpr std::pair<const char*, EqualTimes> kTagged[] = {{"all", EqualTimes::keep_all},
                                                          {"last", EqualTimes::last_wins}};

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
  const rows::Rows tagged = tagged_rows();
  for (const auto& [name, rule] : kTagged) {
    PutRows with_tags{store->measurement("efd", "", name, rule)->get(), &tagged};
    ASSERT_TRUE(store->put({&with_tags, 1}, {}));
  }
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

class Golden : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* path = std::getenv("EFD_WRITE_GOLDEN"))
      write_golden(system::posix_file_system(), path);
    copy_folder(EFD_SOURCE_DIR "/src/store/testdata/format3", "/store", files_);
    auto store =
        Store::open(files_, system::real_clock(), {.path = "/store", .start_threads = false});
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }
  std::shared_ptr<const MeasurementView> view(const std::string& name) {
    return store_->views("efd", "", {&name, 1})->at(0);
  }

  system::MemoryFileSystem files_;
  std::unique_ptr<Store> store_;
};

TEST_F(Golden, TaggedRowsOfBothRulesAreReadAsTheyWereWritten) {
  for (const auto& [name, rule] : kTagged) {
    EXPECT_EQ(tagged_text(*view(name)), tagged_text(rule)) << name;
    EXPECT_EQ(view(name)->row_count(), kTaggedRows);
    auto other = rule == EqualTimes::keep_all ? EqualTimes::last_wins : EqualTimes::keep_all;
    EXPECT_EQ(store_->measurement("efd", "", name, other).error().code, ErrorCode::conflict);
  }
  EXPECT_LT(tagged_text(EqualTimes::last_wins).size(), kTaggedRows);
}

TEST_F(Golden, FilesOfFormat3AreReadAsTheyWereWritten) {
  const auto held = this->view("golden");
  const MeasurementView& view = *held;
  testing::ModelMeasurement model;
  model.put(golden_rows());
  EXPECT_EQ(testing::field_list(view), testing::field_list(model));
  ScanRequest request;
  for (uint32_t field = 0; field < view.fields().size(); ++field) request.fields.push_back(field);
  Result<> failed;
  auto found = testing::scan_text(view, request, &failed);
  EXPECT_TRUE(failed) << failed.error().message;
  EXPECT_EQ(found, testing::model_text(model, view, request));
  ASSERT_EQ(store_->committed_positions().size(), 1u);
  EXPECT_EQ(store_->committed_positions()[0].position.next, Offset(700));
  std::printf("golden store of format 3: %zu of %zu rows equal\n", found.size(), kRows);
}

}  // namespace
}  // namespace efd::store
