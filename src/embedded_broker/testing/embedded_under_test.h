// SPDX-License-Identifier: MIT
// For tests: the embedded broker, as the contract suites take it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <unistd.h>

#include "broker/commit_log.h"
#include "broker/testing/brokers_under_test.h"
#include "embedded_broker/embedded_broker.h"
#include "system/clock.h"
#include "system/file_system.h"

namespace efd::embedded_broker {

inline Result<> grow(broker::CommitLog& log, const TopicName& name, int32_t partitions) {
  EFD_TRY(log.change_topic(name, [&](broker::TopicDescription& topic) {
    topic.partitions = partitions;
    return Result<>();
  }));
  return {};
}

inline broker::CommitLogOptions contract_log_options(const std::string& path) {
  broker::CommitLogOptions options;
  options.path = path;
  options.disk_reserve_bytes = 0;
  options.retention_ms = -1;
  return options;
}

class EmbeddedUnderTest : public broker::BrokerUnderTest {
 public:
  EmbeddedUnderTest() {
    path_ = fmt::format("/tmp/efd-broker-contract-{}", ::getpid());
    std::filesystem::remove_all(path_);
    log_ = std::move(broker::CommitLog::open(system::posix_file_system(), system::real_clock(),
                                             contract_log_options(path_))
                         .value());
    log_->start_housekeeping();
    groups_ = std::move(groups::GroupCoordinator::open(*log_, system::real_clock()).value());
    broker_ = std::make_unique<EmbeddedBroker>(*log_, *groups_);
  }
  ~EmbeddedUnderTest() override {
    broker_.reset();
    groups_.reset();
    log_.reset();
    std::filesystem::remove_all(path_);
  }
  broker::Broker& broker() override { return *broker_; }
  Result<> grow_topic(const TopicName& name, int32_t partitions) override {
    return grow(*log_, name, partitions);
  }
  bool has_ids() const override { return true; }

 private:
  std::string path_;
  std::unique_ptr<broker::CommitLog> log_;
  std::unique_ptr<groups::GroupCoordinator> groups_;
  std::unique_ptr<EmbeddedBroker> broker_;
};

inline constexpr broker::BrokerMaker kEmbedded{"Embedded",
                                               &broker::make_under_test<EmbeddedUnderTest>};

}  // namespace efd::embedded_broker
