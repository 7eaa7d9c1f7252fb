// SPDX-License-Identifier: MIT
// A server over a log in memory, for tests. With `by_hand` nothing becomes durable before the test
// calls commit_now(); the disk's power and space are the test's to take.
#pragma once

#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "broker/batch_builder.h"
#include "kafka/server.h"
#include "net/pool.h"
#include "system/memory_file_system.h"

namespace efd::kafka {

inline void wait_until(const std::function<bool()>& is_so) {
  while (!is_so()) std::this_thread::yield();
}

inline std::string batch_of(int32_t records, const broker::BatchIdentity& identity = {},
                            size_t value_bytes = 40) {
  broker::BatchBuilder builder;
  std::string value(value_bytes, 'v');
  for (int32_t i = 0; i < records; ++i) builder.add({1'000 + i, std::nullopt, value});
  return std::string(*builder.finish(identity));
}

class TestServer : public ::testing::Test {
 protected:
  enum class Commits { by_themselves, by_hand };

  void start(Commits commits = Commits::by_themselves, broker::CommitLogOptions log_options = {},
             ServerOptions options = {}, const std::string& bind = "127.0.0.1:0") {
    log_options.path = "log";
    log_options.disk_reserve_bytes = 0;
    log_options.retention_ms = -1;
    log_options.start_threads = commits == Commits::by_themselves;
    log_ = *broker::CommitLog::open(files_, system::real_clock(), log_options);
    log_->start_housekeeping();
    options.listeners[0].bind = bind;
    auto executor = [this](std::function<void()> task) -> Result<> {
      if (pool_is_full_) return fail(ErrorCode::overload, "the pool is full");
      return pool_.submit(std::move(task));
    };
    groups_ = *groups::GroupCoordinator::open(*log_, system::real_clock(), group_options_);
    server_ = *KafkaServer::start(loops_, *log_, *groups_, metrics_, executor, options);
  }
  uint16_t port() const { return server_->addresses()[0].port; }
  broker::CommitLog& log() { return *log_; }

  void make_topic(const std::string& name, broker::TopicConfig config = {}) {
    broker::NewTopic topic;
    topic.name = TopicName(name);
    topic.config = std::move(config);
    ASSERT_TRUE(log_->create_topic(topic));
  }
  Offset log_end(const std::string& topic) {
    return log_->state(*log_->partition(TopicName(topic), Partition(0))).log_end;
  }

  system::MemoryFileSystem files_;
  std::unique_ptr<broker::CommitLog> log_;
  groups::GroupOptions group_options_;
  std::unique_ptr<groups::GroupCoordinator> groups_;
  observe::Metrics metrics_;
  net::Loops loops_;
  net::Pool pool_{net::PoolOptions{}};
  std::atomic<bool> pool_is_full_{false};
  std::unique_ptr<KafkaServer> server_;
};

}  // namespace efd::kafka
