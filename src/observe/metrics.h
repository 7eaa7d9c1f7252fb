// SPDX-License-Identifier: MIT
// Metrics, as Prometheus scrapes them. Counters are atomics of ours; prometheus-cpp writes the
// text.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace efd::observe {

using Labels = std::map<std::string, std::string>;

// Only ever grows. Thread-safe.
class Counter {
 public:
  void add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Times in seconds: their count and sum, exported as a Prometheus summary without quantiles.
class Summary {
 public:
  void observe_ns(int64_t ns) {
    count_.fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(static_cast<uint64_t>(ns), std::memory_order_relaxed);
  }
  uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  double sum_seconds() const { return static_cast<double>(sum_ns_.load()) * 1e-9; }

 private:
  std::atomic<uint64_t> count_{0};
  std::atomic<uint64_t> sum_ns_{0};
};

// The program's metrics. Names are Prometheus' (snake_case, unit last, counters end in _total).
// Asking again for the same name and labels gives the same metric. Everything lives as long as
// this. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Summary& summary(const std::string& name, const std::string& help, const Labels& labels = {});
  // A value read at each scrape; the function must not block. Replaces the one with the same name
  // and labels. `is_counter`: exported as a counter kept elsewhere.
  void gauge(const std::string& name, const std::string& help, const Labels& labels,
             std::function<double()> read, bool is_counter = false);
  // Text exposition format 0.0.4.
  std::string text() const;

 private:
  struct Metric;
  struct Family;
  Metric& metric(const std::string& name, const std::string& help, const Labels& labels);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>> families_;
};

}  // namespace efd::observe
