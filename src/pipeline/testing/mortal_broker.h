// SPDX-License-Identifier: MIT
// For tests: a broker of whose producers one dies, as librdkafka's do.
#pragma once

#include <atomic>

#include "embedded_broker/embedded_broker.h"

namespace efd::pipeline {

// How many records are sent until the producer that sends the next one dies.
using Countdown = std::atomic<int>;

// At its death it sends a record and says that it has not; later ones it does not send.
class MortalProducer : public broker::Producer {
 public:
  MortalProducer(std::unique_ptr<broker::Producer> inner, Countdown& countdown)
      : inner_(std::move(inner)), countdown_(countdown) {}

  Result<> send(const broker::NewRecord& record, broker::OnDelivery on_delivery) override {
    EFD_TRY(check());
    if (countdown_-- != 0) return inner_->send(record, std::move(on_delivery));
    is_dead_ = true;
    return inner_->send(record, [on_delivery](const Result<broker::Delivery>&) {
      on_delivery(fail(ErrorCode::give_up, "lost count"));
    });
  }
  Result<> flush(std::chrono::milliseconds wait) override { return inner_->flush(wait); }
  Result<> check() const override {
    if (is_dead_) return fail(ErrorCode::give_up, "lost count");
    return {};
  }

 private:
  const std::unique_ptr<broker::Producer> inner_;
  Countdown& countdown_;
  std::atomic<bool> is_dead_{false};
};

class MortalBroker : public embedded_broker::EmbeddedBroker {
 public:
  using EmbeddedBroker::EmbeddedBroker;
  Result<std::unique_ptr<broker::Producer>> producer(broker::ProducerOptions options) override {
    EFD_ASSIGN(auto inner, EmbeddedBroker::producer(options));
    if (!options.idempotent) return inner;
    return std::unique_ptr<broker::Producer>(new MortalProducer(std::move(inner), countdown));
  }
  Countdown countdown{-1};  // below 0: nobody dies
};

}  // namespace efd::pipeline
