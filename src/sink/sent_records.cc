// SPDX-License-Identifier: MIT
#include "sink/sent_records.h"

#include <utility>

namespace efd::sink {

SentRecords::SentRecords(observe::Metrics& metrics, system::Clock& clock)
    : clock_(clock),
      produced_(metrics.counter("saltransform_produced_total", "Avro records made of SAL texts.")),
      total_seconds_(metrics.summary("saltransform_total_seconds",
                                     "From a SAL text's arrival to its Avro record's delivery.")) {}

void SentRecords::begin_put(UtcTime now) {
  put_ = now;
  put_ns_ = clock_.monotonic_ns();
}

broker::OnDelivery SentRecords::expect(SourceOffset record) {
  if (open_->records++ == 0) open_->since = put_;
  open_->in_flight.fetch_add(1, std::memory_order_relaxed);
  return [self = shared_from_this(), epoch = open_, record,
          begin_ns = put_ns_](const Result<broker::Delivery>& delivery) {
    self->settle(*epoch, record, begin_ns, delivery);
  };
}

void SentRecords::forget_expected() {
  --open_->records;
  open_->in_flight.fetch_sub(1, std::memory_order_relaxed);
}

void SentRecords::settle(Epoch& epoch, SourceOffset record, int64_t begin_ns,
                         const Result<broker::Delivery>& delivery) {
  if (delivery) {
    produced_.add();
    total_seconds_.observe_ns(clock_.monotonic_ns() - begin_ns);
  } else {
    std::lock_guard lock(mutex_);
    failed_.push_back({record, delivery.error()});
  }
  // Last: take_delivered sees every failure of an epoch that has nothing in flight.
  epoch.in_flight.fetch_sub(1, std::memory_order_release);
}

void SentRecords::close_epoch(std::vector<SourceOffset> positions) {
  open_->positions = std::move(positions);
  closed_.push_back(std::exchange(open_, std::make_shared<Epoch>()));
}

std::optional<std::vector<SourceOffset>> SentRecords::take_delivered() {
  std::optional<std::vector<SourceOffset>> positions;
  while (!closed_.empty() && closed_.front()->in_flight.load(std::memory_order_acquire) == 0) {
    std::lock_guard lock(mutex_);
    if (!failed_.empty()) break;
    positions = std::move(closed_.front()->positions);
    closed_.pop_front();
  }
  return positions;
}

std::vector<FailedRecord> SentRecords::take_failed() {
  std::lock_guard lock(mutex_);
  return std::exchange(failed_, {});
}

std::optional<UtcTime> SentRecords::unsettled_since() const {
  for (const auto& epoch : closed_)
    if (epoch->records > 0) return epoch->since;
  if (has_open_records()) return open_->since;
  return {};
}

void SentRecords::drop_positions(uint32_t source) {
  for (const auto& epoch : closed_)
    std::erase_if(epoch->positions,
                  [&](const SourceOffset& position) { return position.source == source; });
}

}  // namespace efd::sink
