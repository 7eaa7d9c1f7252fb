// SPDX-License-Identifier: MIT
// One measurement of a policy: its columns, its head and the pieces of it in memory.
//
// Locks: everything but the constructor runs under the store's CutLock. What says "shared" takes
// the measurement's own mutex besides; what says "exclusive" needs none.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "rows/rows.h"
#include "store/catalog.h"
#include "store/decoded.h"
#include "store/head.h"
#include "store/head_piece.h"
#include "store/owner.h"
#include "store/series_dictionary.h"
#include "store/store.h"

namespace efd::store {

// What is in memory, of a whole store. Thread-safe.
struct MemoryUse {
  std::atomic<uint64_t> rows{0};
  std::atomic<uint64_t> bytes{0};         // of rows
  std::atomic<uint64_t> series_bytes{0};  // of the dictionaries of tag sets; no flush frees them
  uint64_t series_bytes_max = UINT64_MAX;
  // A measurement was dropped or has too many series, or the dictionaries have grown to the bound.
  std::atomic<bool> some_closed{false};

  bool has_room_for_series() const {
    return series_bytes.load(std::memory_order_relaxed) < series_bytes_max;
  }
};

class Measurement {
 public:
  // How many layouts of one measurement are remembered; one more forgets the oldest.
  static constexpr size_t kPlansMax = 16;

  // Has no number before its first commit.
  static constexpr uint32_t kNoId = UINT32_MAX;

  Measurement(std::string name, EqualTimes equal_times, MemoryUse& memory)
      : name_(std::move(name)), equal_times_(equal_times), memory_use_(memory) {}

  uint32_t id() const { return id_; }
  const std::string& name() const { return name_; }
  EqualTimes equal_times() const { return equal_times_; }
  // Needs no lock. It is final; rows that are appended all the same are for nobody.
  bool is_dropped() const { return is_dropped_.load(std::memory_order_relaxed); }

  // Needs no lock.
  bool has_too_many_series() const { return is_full_.load(std::memory_order_relaxed); }

  // A hint to the processor that append comes soon. Needs no lock.
  void fetch_ahead() const {
    for (size_t at = 0; at < sizeof *this; at += 64)
      __builtin_prefetch(reinterpret_cast<const char*>(this) + at, 1);
  }
  // Shared. True when a head was filled that now waits to be encoded.
  bool append(const rows::Rows& rows, Owner& owner);

  // What one connector has in memory, in the order in which it was put.
  struct PiecesOf {
    Owner* owner = nullptr;
    std::shared_ptr<const Pieces> pieces;
    HeadState head = {};  // without `head`: no row in it
  };

  // Exclusive. What a view shows.
  struct Parts {
    uint32_t id = kNoId;
    std::shared_ptr<const Catalog> catalog;
    PiecesOf first;
    std::vector<PiecesOf> others;
    EqualTimes equal_times = EqualTimes::keep_all;
    SeriesList series;
  };
  Parts parts();

  // Exclusive. Turns heads into pieces.
  struct Cut {
    std::vector<PiecesOf> of;  // those who have rows; none has a head
    std::shared_ptr<const Catalog> catalog;
    uint32_t series = 1;  // so many
  };
  Cut cut();
  // Exclusive. Whose rows it has in memory.
  OwnerSet owners() const;
  // Exclusive. The number that a commit gives it.
  void set_id(uint32_t id) { id_ = id; }
  // Exclusive. The first `count` pieces of that owner are in committed files now; returns what held
  // them.
  std::shared_ptr<const Pieces> drop_stored(const Owner& owner, size_t count);
  // Exclusive. It is no more; returns what it had in memory.
  std::vector<std::shared_ptr<const Pieces>> drop();
  // Exclusive. The columns of that path are no more; rows that come later have new ones. Returns
  // their ids.
  std::vector<uint32_t> drop_columns(const std::string& path);

  // Shared. The pieces now, without heads, and the exchange of one of them for what it became.
  std::vector<PiecesOf> pieces();
  void replace(const Owner& owner, const Piece* piece, Pieces by);

  // Before the store is used: puts back what a manifest recorded.
  CatalogBuilder& catalog_builder() { return catalog_; }
  void share_series(std::shared_ptr<SeriesDictionary> series) {
    series_ = std::move(series);
    account_series();
  }
  // Exclusive. After series() has grown by another hand.
  void account_series();
  // Null: no row of it had a tag yet.
  const std::shared_ptr<SeriesDictionary>& series() const { return series_; }

  // Used by whoever encodes, one at a time: where the rows of a block end that are not late.
  int64_t& late_before_ns() { return late_before_ns_; }

 private:
  struct ArrayColumn {
    uint32_t column;
    size_t shown;  // elements that had appeared when it was last looked at
  };
  struct Plan {
    const rows::Layout* layout;  // what `rows` holds, without the way there
    std::shared_ptr<const RowPlan> rows;
    std::vector<uint32_t> unseen;  // scalars of the layout that never had a value
    std::vector<ArrayColumn> arrays;
  };
  // Commits leave a connector behind, so that nobody else's rows lie among its own.
  struct OwnRows {
    Owner* owner = nullptr;  // null: nobody has put anything yet
    std::shared_ptr<Head> head;
    std::shared_ptr<const Pieces> pieces = std::make_shared<const Pieces>();
  };
  OwnRows& rows_of(Owner& owner);
  OwnRows* find(const Owner& owner);
  template <class Visit>
  void visit_rows(Visit visit) const;
  template <class Visit>
  void visit_rows(Visit visit);
  Plan& plan_for(const std::shared_ptr<const rows::Layout>& layout);
  Plan make_plan(const std::shared_ptr<const rows::Layout>& layout);
  bool has_new_elements(const Plan& plan, const rows::Rows& rows) const;
  void show_new_elements(Plan& plan, const rows::Rows& rows);
  void show_elements_of_row(const Plan& plan, const rows::Rows& rows, size_t row);
  void number_series(const Plan& plan, const rows::Rows& rows);
  bool append_to_heads(const Plan& plan, const rows::Rows& rows, OwnRows& own);
  static void freeze_head(OwnRows& own);

  uint32_t id_ = kNoId;
  const std::string name_;
  const EqualTimes equal_times_;
  MemoryUse& memory_use_;
  std::mutex mutex_;
  CatalogBuilder catalog_;
  std::vector<Plan> plans_;  // the latest last
  std::shared_ptr<SeriesDictionary> series_;
  size_t series_bytes_ = 0;               // of series_, as MemoryUse was told
  std::vector<uint32_t> series_of_rows_;  // of those at hand; kept for its memory
  std::string tags_;                      // the same
  OwnRows first_;                         // mostly the only one, fetched ahead with the rest
  std::vector<OwnRows> others_;
  int64_t late_before_ns_ = INT64_MIN;
  std::atomic<bool> is_dropped_ = false;
  std::atomic<bool> is_full_ = false;
};

}  // namespace efd::store
