// SPDX-License-Identifier: MIT
// InitProducerId: gives an idempotent producer its id (KIP-98).
#pragma once

#include "kafka/error_code.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

struct InitProducerIdRequest {
  std::optional<std::string_view> transactional_id{};
  int32_t transaction_timeout_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("transactional_id", self.transactional_id, {.null_since = 0});
    visit("transaction_timeout_ms", self.transaction_timeout_ms);
    visit("producer_id", self.producer_id, {.since = 3});
    visit("producer_epoch", self.producer_epoch, {.since = 3});
  }
};

struct InitProducerIdResponse {
  int32_t throttle_time_ms = 0;
  KafkaError error_code = KafkaError::none;
  int64_t producer_id = -1;
  int16_t producer_epoch = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("throttle_time_ms", self.throttle_time_ms);
    visit("error_code", self.error_code);
    visit("producer_id", self.producer_id);
    visit("producer_epoch", self.producer_epoch);
  }
};

struct InitProducerIdApi {
  using Request = InitProducerIdRequest;
  using Response = InitProducerIdResponse;
  static constexpr ApiDescription kDescription{
      .key = 22, .name = "InitProducerId", .first = 0, .last = 4, .flexible_since = 2};
};

}  // namespace efd::kafka
