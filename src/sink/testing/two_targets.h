// SPDX-License-Identifier: MIT
// For tests: a converter that makes three rows of every record, for two targets.
#pragma once

#include <string>
#include <vector>

#include "sink/converter.h"

namespace efd::sink {

// A row for "of_left" in database "left" and two for "of_right" in database "right", with the
// record's offset. Every seventh record is refused.
class TwoTargets : public Converter {
 public:
  Outcome take(const broker::Source&, const broker::RecordView& record) override {
    made_.clear();
    if (record.offset.value() % 7 == 6) return {.rejected = &refused_};
    append(left_, record.offset.value(), 0);
    append(right_, record.offset.value(), 0);
    append(right_, record.offset.value(), 1);
    made_ = {{&left_, left_.rows.size() - 1}, {&right_, right_.rows.size() - 2}};
    filled_ = {&left_, &right_};
    return {.made = made_};
  }
  std::span<TargetRows* const> filled() const override { return filled_; }
  void clear() override {
    for (TargetRows* rows : filled_) rows->rows.clear();
    filled_.clear();
  }
  const Target& target(uint32_t number) const override { return targets_[number]; }

 private:
  static void append(TargetRows& to, int64_t offset, int64_t part) {
    to.rows.column(0).append<int64_t>(offset);
    to.rows.end_row(UtcTime::from_ns(1'700'000'000'000'000'000 + 10 * offset + part));
  }

  const std::vector<Target> targets_{{"left", "", "of_left"}, {"right", "", "of_right"}};
  const std::shared_ptr<const rows::Layout> layout_ = std::make_shared<const rows::Layout>(
      rows::Layout{{{"offset", rows::ColumnType::integer, false}}});
  TargetRows left_{0, layout_};
  TargetRows right_{1, layout_};
  std::vector<MadeRows> made_;
  std::vector<TargetRows*> filled_;
  const std::string refused_ = "a seventh one";
};

}  // namespace efd::sink
