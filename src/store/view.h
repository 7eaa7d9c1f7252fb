// SPDX-License-Identifier: MIT
// What readers see of the store: immutable views of measurements, and scans over them in order of
// time.
//
//   auto views = store.views("efd", "autogen", {"lsst.sal.MTMount_Azimuth"});
//   ScanRequest request{.min = from, .max = to, .fields = {3, 4}};
//   auto scan = (*views)[0]->scan(request);
//   Chunk chunk;
//   while (*(more = scan->next(chunk))) use(chunk);
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "rows/layout.h"
#include "store/memory_account.h"

namespace efd::store {

// One column as InfluxQL names it: a scalar, or one element of an array ("forces12"). Two fields of
// a measurement may have the same name with different types.
struct Field {
  std::string name;
  rows::FieldType type = rows::FieldType::float_;
};

// Values of one field over the rows of a chunk. One of the spans is in use, by `type`.
// float32 columns come widened to double.
struct ColumnChunk {
  rows::FieldType type = rows::FieldType::float_;
  std::span<const double> floats;
  std::span<const int64_t> integers;
  std::span<const uint8_t> booleans;
  std::span<const std::string_view> strings;
  // One byte a row, 1 = null; empty: no nulls.
  std::span<const uint8_t> nulls;
  bool all_null = false;  // the other spans are empty then
  bool finite = false;    // of floats: known to hold neither NaN nor infinities
  // Of floats in answers: 1 where the value was stored as integers[row], and floats[row] is the
  // double next to it; empty: nowhere.
  std::span<const uint8_t> was_integer;

  bool is_null(size_t row) const { return all_null || (!nulls.empty() && nulls[row]); }
  bool is_integer(size_t row) const { return !was_integer.empty() && was_integer[row]; }
};

// Some rows of a scan, in its order. Valid until the next call of next(), or the scan's end of
// life.
struct Chunk {
  std::span<const int64_t> times_ns;
  std::vector<ColumnChunk> columns;  // in the order of ScanRequest::fields
  // The series of each row; empty: all are of series 0.
  std::span<const uint32_t> series = {};
  size_t size() const { return times_ns.size(); }
};

// At most so many rows come in one chunk.
constexpr size_t kChunkRowsMax = 4096;

struct ScanRequest {
  UtcTime min = kUtcTimeMin;  // both ends inclusive
  UtcTime max = kUtcTimeMax;
  std::vector<uint32_t> fields = {};  // indices into MeasurementView::fields()
  bool descending = false;            // the order of the rows is reversed
  std::vector<uint32_t> series = {};  // only rows of these; empty: of all
  std::stop_token stop = {};
  // Charged with what the scan holds decoded; it outlives the scan. Null: kScanBytesMax is the
  // limit.
  MemoryAccount* memory = nullptr;
};

// Only pieces that overlap in time are held together.
constexpr size_t kScanBytesMax = 512 << 20;

// Rows in order of time, equal times by the number of their series, those of one series in log
// order; of a measurement with EqualTimes::last_wins these are one row. Reads the disk as it goes;
// holds a bounded number of decoded blocks. Used by one thread.
class Scan {
 public:
  virtual ~Scan() = default;
  // False at the end. `cancelled` when the stop was requested, `overload` when it would hold
  // too much in memory, `give_up` for a rotten block (named).
  virtual Result<bool> next(Chunk& chunk) = 0;
};

struct Tag {
  std::string_view key;
  std::string_view value;
  bool operator==(const Tag&) const = default;
};

class SeriesDictionary;
// The series of a view: each is a set of tags. Immutable; thread-safe.
class SeriesList {
 public:
  SeriesList() = default;
  SeriesList(std::shared_ptr<const SeriesDictionary> dictionary, uint32_t count)
      : dictionary_(std::move(dictionary)), count_(count) {}
  // They are numbered 0 .. count - 1; 0 is the one without tags, whether it has rows or not.
  uint32_t count() const { return count_; }
  // Sorted by key. Valid as long as the list.
  std::vector<Tag> tags(uint32_t series) const;

 private:
  std::shared_ptr<const SeriesDictionary> dictionary_;
  uint32_t count_ = 1;
};

// A measurement at one moment: what was put before views() returned, and nothing later.
// Thread-safe; keeps its files and blocks readable as long as it lives.
class MeasurementView {
 public:
  virtual ~MeasurementView() = default;
  virtual const std::string& name() const = 0;
  // Sorted bytewise by name ("f10" before "f2"), then by type in the order of FieldType.
  virtual std::span<const Field> fields() const = 0;
  virtual bool empty() const { return row_count() == 0; }
  // Reads the directories of all its files: for reports and tests.
  virtual uint64_t row_count() const = 0;
  // Of all rows; max < min when there are none. Looks into the few files that decide it; of one
  // that cannot be read a bound is taken.
  virtual UtcTime min_time() const = 0;
  virtual UtcTime max_time() const = 0;
  // An estimate of what a scan of this range costs: the rows of all row groups (and of what is in
  // memory) that it touches. Stops counting beyond `enough` (below UINT64_MAX); looks into a few
  // files at most, and takes them for all.
  virtual uint64_t rows_touched(UtcTime min, UtcTime max, uint64_t enough) const = 0;
  // Which series its rows have had.
  virtual SeriesList series() const { return {}; }
  // The view outlives the scan.
  virtual std::unique_ptr<Scan> scan(ScanRequest request) const = 0;
  // Which of the request's fields have a value in its range: 1 or 0 each. NaN and the infinities
  // are none. The headers of blocks tell of most; decoded are blocks that the range cuts, elements
  // of arrays, floats, and what is not encoded yet. Fails as a scan does.
  virtual Result<std::vector<uint8_t>> find_values(const ScanRequest& request) const = 0;
};

}  // namespace efd::store
