// SPDX-License-Identifier: MIT
// MeasurementView over what a measurement had at one moment.
#pragma once

#include <vector>

#include "store/measurement.h"
#include "store/scan.h"
#include "store/segment_file.h"

namespace efd::store {

class PartsView : public MeasurementView {
 public:
  // `files`: of the policy.
  PartsView(std::string name, Measurement::Parts parts, std::shared_ptr<const SegmentFiles> files);

  const std::string& name() const override { return name_; }
  std::span<const Field> fields() const override { return parts_.catalog->fields(); }
  bool empty() const override { return pieces_.empty() && own_files().empty(); }
  uint64_t row_count() const override;
  UtcTime min_time() const override;
  UtcTime max_time() const override;
  uint64_t rows_touched(UtcTime min, UtcTime max, uint64_t enough) const override;
  SeriesList series() const override { return parts_.series; }
  std::unique_ptr<Scan> scan(ScanRequest request) const override;
  Result<std::vector<uint8_t>> find_values(const ScanRequest& request) const override;

 private:
  // So many files' directories are read for an estimate.
  static constexpr size_t kEstimatedFilesMax = 64;
  using Sources = std::vector<std::shared_ptr<const Source>>;
  void add_pieces(const Measurement::PiecesOf& one);
  SegmentFiles own_files() const;  // those with rows of it
  // That may have rows in the request's range.
  Sources sources_of(const ScanRequest& request) const;
  void add_files(const ScanRequest& request, Sources& sources) const;
  std::vector<FieldRef> refs_of(const ScanRequest& request) const;

  std::string name_;
  Measurement::Parts parts_;
  std::shared_ptr<const SegmentFiles> files_;
  Pieces pieces_;  // in memory
};

}  // namespace efd::store
