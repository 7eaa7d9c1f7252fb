// SPDX-License-Identifier: MIT
// One record of the manifest: what a commit changes, or, at a manifest's start, all there is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/catalog.h"
#include "store/measurement.h"
#include "store/positions.h"
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
};
// A column, new or with more names than before; all names of its elements so far.
struct ColumnRecord {
  uint32_t measurement = 0;
  uint32_t id = 0;
  CatalogColumn column;
};
// What of a measurement lies in committed files, after the edit.
struct TotalsRecord {
  uint32_t measurement = 0;
  StoredTotals totals;
};

struct ManifestEdit {
  uint64_t commit = 0;
  std::optional<Uuid> store;  // at a manifest's start
  uint64_t next_file = 0;     // no file has that number or a higher one
  std::vector<DatabaseRecord> databases;
  std::vector<PolicyRecord> policies;
  std::vector<MeasurementRecord> measurements;
  std::vector<ColumnRecord> columns;
  std::vector<SegmentInfo> files;
  std::vector<uint64_t> removed;  // numbers of files whose rows others have
  std::vector<TotalsRecord> totals;
  std::vector<NumberedPosition> positions;

  std::string encoded() const;
  // `give_up`: damaged, or of a newer version.
  static Result<ManifestEdit> parse(std::string_view bytes);
};

}  // namespace efd::store
