// SPDX-License-Identifier: MIT
// For tests: a producer in memory.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "broker/broker.h"

namespace efd::salmock {

struct FakeRecord {
  std::string topic;
  int64_t timestamp_ms;
  std::string value;
};

// What a FakeProducer has been sent; outlives it.
struct FakeOutbox {
  std::vector<FakeRecord> records;
  size_t room = SIZE_MAX;        // sends that are taken from here on
  size_t deliveries = SIZE_MAX;  // of them, from here on, that succeed
  size_t flushes = 0;
};

class FakeProducer : public broker::Producer {
 public:
  explicit FakeProducer(FakeOutbox& outbox) : outbox_(outbox) {}
  Result<> send(const broker::NewRecord& record, broker::OnDelivery on_delivery) override {
    if (outbox_.room == 0) return fail(ErrorCode::overload, "full");
    --outbox_.room;
    outbox_.records.push_back(
        {record.topic.value(), record.timestamp_ms.value(), std::string(record.value.value())});
    if (outbox_.deliveries > 0) {
      --outbox_.deliveries;
      on_delivery(broker::Delivery{});
    } else {
      on_delivery(fail(ErrorCode::retry, "lost"));
    }
    return {};
  }
  Result<> flush(std::chrono::milliseconds) override {
    ++outbox_.flushes;
    return {};
  }

 private:
  FakeOutbox& outbox_;
};

}  // namespace efd::salmock
