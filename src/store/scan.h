// SPDX-License-Identifier: MIT
// Merges the pieces of a measurement into rows in order of time.
//
// Pieces wait by their first time and are decoded when the merge reaches it, so that pieces which
// do not overlap are in memory one after the other, and a LIMIT decodes what it needs. A descending
// scan is the same merge over reversed pieces with mirrored times.
#pragma once

#include <memory>
#include <queue>
#include <vector>

#include "store/decoded.h"
#include "store/view.h"

namespace efd::store {

// A place in the order of the log: the number of a file (or kInMemory), and the piece in it.
struct LogOrder {
  static constexpr uint64_t kInMemory = UINT64_MAX;
  uint64_t file = 0;
  uint64_t piece = 0;
  auto operator<=>(const LogOrder&) const = default;
};

// A piece, or some pieces not looked up yet.
class Source {
 public:
  virtual ~Source() = default;
  // Appends its pieces of the measurement that is scanned, with their order.
  struct Found {
    std::shared_ptr<const Piece> piece;
    LogOrder order;
  };
  virtual Result<std::vector<Found>> pieces() const = 0;
  virtual int64_t min_time_ns() const = 0;
  virtual int64_t max_time_ns() const = 0;
  virtual LogOrder order() const = 0;  // not above that of any of its pieces
};

// The limit of a scan whose request has none.
inline MemoryAccount scan_account() {
  return MemoryAccount(kScanBytesMax,
                       fmt::format("the scan needs more than {} MiB at once: ask for fewer fields "
                                   "or less time",
                                   kScanBytesMax >> 20));
}

class MergeScan : public Scan {
 public:
  MergeScan(std::vector<std::shared_ptr<const Source>> sources, std::vector<FieldRef> fields,
            ScanRequest request);
  Result<bool> next(Chunk& chunk) override;

 private:
  // A place in the merge. In a descending scan all parts are mirrored.
  struct Key {
    int64_t time;
    uint32_t series;
    LogOrder order;
    auto operator<=>(const Key&) const = default;
  };
  struct Waiting {
    Key key;                             // at or before its first row
    std::shared_ptr<const Piece> piece;  // or
    std::shared_ptr<const Source> source;
  };
  struct Cursor {
    DecodedRows rows;
    LogOrder order;  // mirrored
    size_t at = 0;
    size_t bytes = 0;
  };
  struct Later {
    bool operator()(const Waiting& a, const Waiting& b) const { return a.key > b.key; }
  };

  int64_t mirrored(int64_t time) const { return request_.descending ? ~time : time; }
  uint32_t mirrored(uint32_t series) const { return request_.descending ? ~series : series; }
  LogOrder mirrored(LogOrder order) const;
  void wait(std::shared_ptr<const Piece> piece, LogOrder order);
  void wait(std::shared_ptr<const Source> source);
  bool overlaps(int64_t min, int64_t max) const;
  ReadRequest range() const {
    return {request_.min.ns(), request_.max.ns(), fields_, request_.series};
  }
  Result<> admit();
  Result<> open(const Waiting& waiting);
  Key key_of(const Cursor& cursor) const { return key_of(cursor, cursor.at); }
  Key key_of(const Cursor& cursor, size_t row) const {
    return {mirrored(cursor.rows.times_ns[row]), mirrored(cursor.rows.series_of(row)),
            cursor.order};
  }
  size_t end_of_run(const Cursor& cursor) const;
  Result<bool> fill(Chunk& chunk);
  Result<> account() { return held_.resize(open_bytes_ + merged_.bytes()); }
  bool take_run(Chunk& chunk);
  void copy_run(const Cursor& cursor, size_t begin, size_t end);
  void put_back(std::unique_ptr<Cursor> cursor, size_t at);
  std::unique_ptr<Cursor> pop_cursor();
  void show(const DecodedRows& rows, size_t begin, size_t end, Chunk& chunk) const;

  std::vector<FieldRef> fields_;
  ScanRequest request_;
  std::priority_queue<Waiting, std::vector<Waiting>, Later> waiting_;
  std::vector<std::unique_ptr<Cursor>> open_;  // a heap, the first row on top
  size_t open_bytes_ = 0;                      // of open_ and shown_
  DecodedRows merged_;
  // So many short runs are copied together; doubles, so that a LIMIT opens few small pieces.
  size_t merged_rows_ = 1;
  std::vector<std::unique_ptr<Cursor>> shown_;  // kept until the next call: a chunk looks into them
  MemoryAccount own_account_;                   // where the request has none
  MemoryHolding held_;
};

}  // namespace efd::store
