// SPDX-License-Identifier: MIT
#include "broker/log/producer_ids.h"

#include "broker/log/wal_writer.h"

namespace efd::broker {
namespace {
constexpr int64_t kBlock = 1000;
}

Result<ProducerId> CommitLog::State::ProducerIds::take() {
  std::lock_guard lock(mutex_);
  if (next_ == end_) {
    std::string payload;
    ByteWriter(payload).little<int64_t>(next_ + kBlock);
    {
      std::lock_guard log(log_.mutex);
      if (log_.failure || log_.disk_full)
        return fail(log_.failure ? *log_.failure : *log_.disk_full);
      log_.put_record({WalKind::producer_ids, Partition(0), 0, TopicId(), payload});
      end_ += kBlock;
    }
    if (auto durable = log_.wal->commit(); !durable) {
      next_ = end_;  // whether they are set aside is not known
      return fail(durable.error());
    }
  }
  return ProducerId(next_++);
}

}  // namespace efd::broker
