// SPDX-License-Identifier: MIT
// One record of the manifest: what a commit changes, or, at a manifest's start, all there is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/catalog.h"
#include "store/measurement.h"
#include "store/positions.h"
#include "store/removed_files.h"
#include "store/segment_file.h"
#include "store/store.h"

namespace efd::store {

struct DatabaseRecord {
  uint32_t id = 0;
  std::string name;
};
struct PolicyRecord {
  uint32_t id = 0;
  uint32_t database = 0;
  RetentionPolicy settings;
};
struct MeasurementRecord {
  uint32_t id = 0;
  uint32_t policy = 0;
  std::string name;
  EqualTimes equal_times = EqualTimes::keep_all;
  uint32_t next_column = 0;  // no column has that id or a higher one, but those of later records
};
// A column, new or with more names than before; all names of its elements so far.
struct ColumnRecord {
  uint32_t measurement = 0;
  uint32_t id = 0;
  std::shared_ptr<const CatalogColumn> column;  // not null; shared with the catalog
};
// Series of a measurement; their tag sets as SeriesDictionary has them.
struct SeriesRecord {
  uint32_t measurement = 0;
  std::vector<std::pair<uint32_t, std::string>> sets;  // ascending
};
// Ids that nothing has, nor any higher one.
struct NextIds {
  uint64_t file = 1;   // number
  uint64_t order = 1;  // place of a cut in the order of the log
  uint32_t database = 0;
  uint32_t policy = 0;
  uint32_t measurement = 0;
  void pass(const NextIds& others);
};
// Ids of what is there no more: of a database all its policies, of a policy all its measurements
// are gone, too. The files that nobody has rows in any more are among the removed ones.
struct DroppedRecord {
  std::vector<uint32_t> databases;
  std::vector<uint32_t> policies;
  std::vector<uint32_t> measurements;
  std::vector<std::pair<uint32_t, uint32_t>> columns;  // measurement, column
  bool empty() const;
  void add(const DroppedRecord& more);
};

struct ManifestEdit {
  uint64_t commit = 0;
  std::optional<Uuid> store;  // at a manifest's start
  NextIds next;
  DroppedRecord dropped;  // before all that follows
  std::vector<DatabaseRecord> databases;
  std::vector<PolicyRecord> policies;
  std::vector<MeasurementRecord> measurements;
  std::vector<ColumnRecord> columns;
  std::vector<SeriesRecord> series;
  std::vector<SegmentInfo> files;
  // Files whose rows others have or nobody; until they are unlinked for good.
  std::vector<RemovedFile> removed;
  std::vector<NumberedPosition> positions;

  std::string encoded() const;
  // `give_up`: damaged, or of a newer version.
  static Result<ManifestEdit> parse(std::string_view bytes);
};

}  // namespace efd::store
