// SPDX-License-Identifier: MIT
// FakeStore: a store in memory for the tests of this module. Rows are kept as they come; scans hand
// them out in small chunks, so that the seams between chunks are tested too.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "query/columns/column_builder.h"
#include "rows/rows.h"
#include "store/store.h"

namespace efd::query {

using FakeField = std::pair<std::string, rows::FieldType>;

struct FakeTable {
  std::string name;
  std::map<FakeField, std::map<size_t, Cell>> columns;  // of a field: row -> value
  std::vector<int64_t> times_ns;
  size_t chunk_rows = 7;
};

class FakeScan : public store::Scan {
 public:
  FakeScan(std::shared_ptr<const FakeTable> table, std::vector<store::Field> fields,
           const store::ScanRequest& request)
      : table_(std::move(table)), fields_(std::move(fields)) {
    for (size_t row = 0; row < table_->times_ns.size(); ++row) {
      const int64_t time_ns = table_->times_ns[row];
      if (time_ns >= request.min.ns() && time_ns <= request.max.ns()) order_.push_back(row);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](size_t a, size_t b) { return table_->times_ns[a] < table_->times_ns[b]; });
    if (request.descending) std::reverse(order_.begin(), order_.end());
  }

  Result<bool> next(store::Chunk& chunk) override {
    if (at_ == order_.size()) return false;
    const size_t end = std::min(at_ + table_->chunk_rows, order_.size());
    times_.clear();
    for (size_t i = at_; i < end; ++i) times_.push_back(table_->times_ns[order_[i]]);
    builders_.clear();
    chunk.columns.clear();
    for (const store::Field& field : fields_) builders_.push_back(build(field, end));
    for (ColumnBuilder& builder : builders_) chunk.columns.push_back(builder.view());
    chunk.times_ns = times_;
    at_ = end;
    return true;
  }

 private:
  ColumnBuilder build(const store::Field& field, size_t end) const {
    const auto& cells = table_->columns.at({field.name, field.type});
    ColumnBuilder builder(field.type);
    for (size_t i = at_; i < end; ++i) {
      auto found = cells.find(order_[i]);
      builder.append(found == cells.end() ? Cell() : found->second);
    }
    return builder;
  }

  std::shared_ptr<const FakeTable> table_;
  std::vector<store::Field> fields_;
  std::vector<size_t> order_;
  size_t at_ = 0;
  std::vector<int64_t> times_;
  std::vector<ColumnBuilder> builders_;
};

class FakeView : public store::MeasurementView {
 public:
  explicit FakeView(std::shared_ptr<const FakeTable> table) : table_(std::move(table)) {
    for (const auto& [field, cells] : table_->columns) {
      fields_.push_back({field.first, field.second});
    }
  }
  const std::string& name() const override { return table_->name; }
  std::span<const store::Field> fields() const override { return fields_; }
  uint64_t row_count() const override { return table_->times_ns.size(); }
  UtcTime min_time() const override {
    if (table_->times_ns.empty()) return kUtcTimeMax;
    return UtcTime::from_ns(*std::min_element(table_->times_ns.begin(), table_->times_ns.end()));
  }
  UtcTime max_time() const override {
    if (table_->times_ns.empty()) return kUtcTimeMin;
    return UtcTime::from_ns(*std::max_element(table_->times_ns.begin(), table_->times_ns.end()));
  }
  uint64_t rows_touched(UtcTime min, UtcTime max, uint64_t) const override {
    return static_cast<uint64_t>(
        std::count_if(table_->times_ns.begin(), table_->times_ns.end(),
                      [&](int64_t time_ns) { return time_ns >= min.ns() && time_ns <= max.ns(); }));
  }
  std::unique_ptr<store::Scan> scan(store::ScanRequest request) const override {
    std::vector<store::Field> scanned;
    for (uint32_t field : request.fields) scanned.push_back(fields_[field]);
    return std::make_unique<FakeScan>(table_, std::move(scanned), request);
  }
  Result<std::vector<uint8_t>> find_values(const store::ScanRequest& request) const override {
    std::vector<uint8_t> found;
    for (uint32_t field : request.fields) {
      const auto& cells = table_->columns.at({fields_[field].name, fields_[field].type});
      found.push_back(std::any_of(cells.begin(), cells.end(), [&](const auto& cell) {
        const UtcTime time = UtcTime::from_ns(table_->times_ns[cell.first]);
        const auto* number = std::get_if<double>(&cell.second);
        return time >= request.min && time <= request.max && (!number || std::isfinite(*number));
      }));
    }
    return found;
  }

 private:
  std::shared_ptr<const FakeTable> table_;
  std::vector<store::Field> fields_;
};

class FakeStore : public store::Store {
 public:
  Result<> close() override { return {}; }
  Result<> create_database(const std::string& name) override {
    if (!has(name)) databases_.push_back(name);
    return {};
  }
  std::vector<std::string> databases() const override { return databases_; }
  Result<> create_policy(const std::string&, const store::RetentionPolicy&) override { return {}; }
  Result<> drop_database(const std::string&) override { return {}; }
  Result<> drop_policy(const std::string&, const std::string&) override { return {}; }
  Result<> drop_measurement(const std::string&, const std::string&) override { return {}; }
  Result<> drop_field(const std::string&, const std::string&, const std::string&) override {
    return {};
  }
  std::vector<FileInfo> files() const override { return {}; }
  Result<> merge(std::span<const uint64_t>, const std::string&) override { return {}; }
  Result<std::vector<store::RetentionPolicy>> policies(const std::string&) const override {
    return std::vector<store::RetentionPolicy>{{.name = "autogen",
                                                .duration_ns = 0,
                                                .shard_duration_ns = 7 * kNsPerDay,
                                                .is_default = true}};
  }

  // Adds one row of named values.
  void add(const std::string& measurement, int64_t time_ns,
           const std::vector<std::pair<std::string, Cell>>& values) {
    FakeTable& table =
        *tables_.try_emplace(measurement, std::make_shared<FakeTable>()).first->second;
    table.name = measurement;
    const size_t row = table.times_ns.size();
    table.times_ns.push_back(time_ns);
    for (const auto& [name, cell] : values) table.columns[{name, type_of(cell)}][row] = cell;
  }

  Result<std::vector<std::shared_ptr<const store::MeasurementView>>> views(
      const std::string& database, const std::string& policy,
      std::span<const std::string> names) override {
    if (!has(database)) return fail(ErrorCode::not_found, "database not found: {}", database);
    if (!policy.empty() && policy != "autogen" && policy != "rp0") {
      return fail(ErrorCode::not_found, "retention policy not found: {}", policy);
    }
    std::vector<std::shared_ptr<const store::MeasurementView>> views;
    for (const std::string& name : names) {
      auto found = tables_.find(name);
      if (found != tables_.end()) views.push_back(std::make_shared<FakeView>(found->second));
    }
    return views;
  }
  Result<std::vector<std::string>> measurement_names(const std::string&) const override {
    std::vector<std::string> names;
    for (const auto& [name, table] : tables_) names.push_back(name);
    return names;
  }

  // --- intake, which no query uses
  Result<store::MeasurementHandle> measurement(const std::string&, const std::string&,
                                               const std::string&, store::EqualTimes) override {
    return fail(ErrorCode::give_up, "no intake");
  }
  store::PositionSlot position_slot(const ConnectorName&, const TopicPartition&) override {
    return {};
  }
  Result<> put(std::span<const store::PutRows>, std::span<const store::PutPosition>) override {
    return {};
  }
  void bound_left_out(const ConnectorName&, uint64_t) override {}
  void before_commit(BeforeCommit) override {}
  Result<> flush() override { return {}; }
  std::vector<StoredPosition> committed_positions() const override { return {}; }
  std::vector<StoredPosition> positions() const override { return {}; }
  Result<> set_position(const StoredPosition&) override { return {}; }
  Result<> settle_aside(const ComesAgain&) override { return {}; }
  Result<uint64_t> adopt(const std::string&) override {
    return fail(ErrorCode::give_up, "no files");
  }
  Figures figures() const override { return {}; }

 private:
  bool has(const std::string& name) const {
    return std::find(databases_.begin(), databases_.end(), name) != databases_.end();
  }
  static rows::FieldType type_of(const Cell& cell) {
    if (std::holds_alternative<double>(cell)) return rows::FieldType::float_;
    if (std::holds_alternative<int64_t>(cell)) return rows::FieldType::integer;
    return std::holds_alternative<bool>(cell) ? rows::FieldType::boolean : rows::FieldType::string;
  }

  std::vector<std::string> databases_;
  std::map<std::string, std::shared_ptr<FakeTable>> tables_;
};

}  // namespace efd::query
