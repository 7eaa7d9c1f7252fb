// SPDX-License-Identifier: MIT
// MeasurementView over what a measurement had at one moment.
#pragma once

#include <vector>

#include "store/measurement.h"
#include "store/scan.h"

namespace efd::store {

class PartsView : public MeasurementView {
 public:
  // `files`: where the stored rows are, in the order of the log.
  PartsView(std::string name, Measurement::Parts parts,
            std::vector<std::shared_ptr<const Source>> files);

  const std::string& name() const override { return name_; }
  std::span<const Field> fields() const override { return parts_.catalog->fields(); }
  uint64_t row_count() const override { return total_.rows; }
  UtcTime min_time() const override { return UtcTime::from_ns(total_.min_ns); }
  UtcTime max_time() const override { return UtcTime::from_ns(total_.max_ns); }
  std::unique_ptr<Scan> scan(ScanRequest request) const override;

 private:
  std::string name_;
  Measurement::Parts parts_;
  std::vector<std::shared_ptr<const Source>> sources_;
  StoredTotals total_;
};

}  // namespace efd::store
