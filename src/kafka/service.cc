// SPDX-License-Identifier: MIT
#include "kafka/service.h"

namespace efd::kafka {

RequestMetrics::RequestMetrics(observe::Metrics& metrics)
    : refused(metrics.counter("efd_kafka_frames_refused_total",
                              "Frames that were refused, and their connections closed.")) {
  for (size_t i = 0; i < kApiCount; ++i) {
    requests[i] = &metrics.counter("efd_kafka_requests_total", "Requests, by API.",
                                   {{"api", kApiDescriptions[i].name}});
  }
}

Service::Service(broker::CommitLog& log, groups::GroupCoordinator& groups,
                 observe::Metrics& metrics, Executor executor, ServerOptions options)
    : log(log),
      groups(groups),
      options(std::move(options)),
      fetch_sessions(this->options.fetch_sessions),
      metrics(metrics),
      executor_(std::move(executor)) {}

Result<> Service::run_blocking(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    ++tasks_;
  }
  Result<> taken = executor_([this, task = std::move(task)]() mutable {
    task();
    task = nullptr;  // what it holds goes before the count says that nothing is held
    task_done();
  });
  if (!taken) task_done();
  return taken;
}

void Service::task_done() {
  std::lock_guard lock(mutex_);
  if (--tasks_ == 0) idle_.notify_all();
}

void Service::await_tasks() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return tasks_ == 0; });
}

bool may(const Caller& caller, Action action, std::string_view topic) {
  thread_local std::string resource;  // asked for every partition: no allocation
  resource.assign("topic/").append(topic);
  return authorize(caller, action, resource).has_value();
}

bool may_use_group(const Caller& caller, Action action, std::string_view group) {
  return authorize(caller, action, std::string("group/").append(group)).has_value();
}

}  // namespace efd::kafka
