// SPDX-License-Identifier: MIT
#include "observe/metrics.h"

#include <sstream>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace efd::observe {

struct Metrics::Metric {
  std::unique_ptr<Counter> counter;
  std::unique_ptr<Summary> summary;
  std::function<double()> read;
  bool is_counter = false;
};

struct Metrics::Family {
  std::string help;
  std::map<Labels, Metric> metrics;
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Metric& Metrics::metric(const std::string& name, const std::string& help,
                                 const Labels& labels) {
  std::unique_ptr<Family>& family = families_[name];
  if (!family) family = std::make_unique<Family>(Family{help, {}});
  return family->metrics[labels];
}

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  Metric& found = metric(name, help, labels);
  if (!found.counter) found.counter = std::make_unique<Counter>();
  return *found.counter;
}

Summary& Metrics::summary(const std::string& name, const std::string& help, const Labels& labels) {
  std::lock_guard lock(mutex_);
  Metric& found = metric(name, help, labels);
  if (!found.summary) found.summary = std::make_unique<Summary>();
  return *found.summary;
}

void Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels,
                    std::function<double()> read, bool is_counter) {
  std::lock_guard lock(mutex_);
  Metric& found = metric(name, help, labels);
  found.read = std::move(read);
  found.is_counter = is_counter;
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> exported;
  std::lock_guard lock(mutex_);
  for (const auto& [name, family] : families_) {
    prometheus::MetricFamily out{name, family->help, prometheus::MetricType::Gauge, {}};
    for (const auto& [labels, metric] : family->metrics) {
      prometheus::ClientMetric value;
      for (const auto& [key, text] : labels) value.label.push_back({key, text});
      if (metric.counter) {
        out.type = prometheus::MetricType::Counter;
        value.counter.value = static_cast<double>(metric.counter->value());
      } else if (metric.summary) {
        out.type = prometheus::MetricType::Summary;
        value.summary.sample_count = metric.summary->count();
        value.summary.sample_sum = metric.summary->sum_seconds();
      } else if (metric.is_counter) {
        out.type = prometheus::MetricType::Counter;
        value.counter.value = metric.read();
      } else {
        value.gauge.value = metric.read();
      }
      out.metric.push_back(std::move(value));
    }
    exported.push_back(std::move(out));
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, exported);
  return text.str();
}

}  // namespace efd::observe
