// SPDX-License-Identifier: MIT
// Random rows, put in any order of time, flushed and reopened at random, against a model.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/store.h"
#include "store/testing/test_rows.h"
#include "system/memory_file_system.h"

namespace efd::store {
namespace {

using testing::ModelMeasurement;

class RandomStore {
 public:
  explicit RandomStore(uint64_t seed) : random_(seed) {
    for (int i = 0; i < 3; ++i) layouts_.push_back(testing::random_layout(random_));
    spread_ns_ = random_() % 2 ? 3 * kNsPerDay : 1000;
    array_max_ = random_() % 4 == 0 ? 200 : 3;
    open();
  }

  void step() {
    switch (random_() % 8) {
      case 0:
        return require(store_->flush());
      case 1:
        if (random_() % 4 == 0) reopen();
        return;
      default:
        return put();
    }
  }

  // Compares some scans with the model; returns what differs.
  std::string difference() {
    std::string name = "m";
    auto view = (*store_->views("efd", "autogen", {&name, 1}))[0];
    if (view->row_count() != model_.size()) return "row count";
    if (testing::field_list(*view) != testing::field_list(model_)) return "fields";
    for (int i = 0; i < 4; ++i) {
      ScanRequest request = random_request(*view, i == 0);
      Result<> failed;
      auto found = testing::scan_text(*view, request, &failed);
      if (!failed) return failed.error().message;
      if (found != testing::model_text(model_, *view, request)) return "a scan";
      auto values = view->find_values(request);
      if (!values) return values.error().message;
      if (*values != testing::model_values(model_, *view, request)) return "which have values";
    }
    return {};
  }

 private:
  void require(const Result<>& result) { EXPECT_TRUE(result) << result.error().message; }

  void open() {
    auto opened = Store::open(files_, clock_, {.path = "/data/store", .start_threads = false});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    require(store_->create_database("efd"));
    measurement_ = *store_->measurement("efd", "", "m");
  }
  void reopen() {
    require(store_->close());
    store_.reset();
    open();
  }

  void put() {
    rows::Rows rows(layouts_[random_() % (random_() % 4 ? 1 : layouts_.size())]);
    size_t n = 1 + random_() % (random_() % 4 ? 40 : 300);
    for (size_t i = 0; i < n; ++i) {
      time_ns_ += static_cast<int64_t>(random_() % 5);
      int64_t time = time_ns_;
      if (random_() % 20 == 0) time -= static_cast<int64_t>(random_() % spread_ns_);
      testing::append_random_row(random_, rows, time, array_max_);
    }
    PutRows one{measurement_.get(), &rows};
    require(store_->put({&one, 1}, {}));
    model_.put(rows);
  }

  ScanRequest random_request(const MeasurementView& view, bool everything) {
    ScanRequest request;
    request.descending = random_() % 2;
    for (uint32_t field = 0; field < view.fields().size(); ++field)
      if (everything || random_() % 3 == 0) request.fields.push_back(field);
    if (everything || view.row_count() == 0) return request;
    uint64_t range = static_cast<uint64_t>(view.max_time() - view.min_time()) + 1;
    request.min = view.min_time() + static_cast<int64_t>(random_() % range);
    request.max = request.min + static_cast<int64_t>(random_() % range);
    return request;
  }

  std::mt19937_64 random_;
  system::MemoryFileSystem files_;
  system::FakeClock clock_{UtcTime::from_ms(0)};
  std::unique_ptr<Store> store_;
  MeasurementHandle measurement_;
  ModelMeasurement model_;
  std::vector<std::shared_ptr<const rows::Layout>> layouts_;
  int64_t time_ns_ = 1'700'000'000'000'000'000;
  uint64_t spread_ns_ = 0;
  size_t array_max_ = 0;
};

RC_GTEST_PROP(StoreProperty, AnswersAsTheModelDoes, (uint64_t seed)) {
  RandomStore store(seed);
  for (int i = 0; i < 16; ++i) {
    store.step();
    if (i % 8 == 0) RC_ASSERT(store.difference() == std::string());
  }
  RC_ASSERT(store.difference() == std::string());
}

}  // namespace
}  // namespace efd::store
