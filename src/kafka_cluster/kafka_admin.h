// SPDX-License-Identifier: MIT
// What requests to librdkafka's admin interface have in common. For this module's .cc files.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include <librdkafka/rdkafka.h>

#include "kafka_cluster/kafka_client.h"

namespace efd::kafka_cluster {

template <auto kDestroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const {
    kDestroy(object);
  }
};
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;

// Both the request and what the broker does upon it may take `timeout`.
inline AdminOptions admin_options(KafkaClient& client, std::chrono::milliseconds timeout) {
  AdminOptions options(rd_kafka_AdminOptions_new(client.handle(), RD_KAFKA_ADMIN_OP_ANY));
  char text[kErrorTextMax];
  int timeout_ms = static_cast<int>(timeout.count());
  rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, text, sizeof text);
  return options;
}

inline Result<Event> await_event(const Queue& queue, std::chrono::milliseconds timeout,
                                 std::string_view what) {
  Event event(rd_kafka_queue_poll(queue.get(), static_cast<int>(timeout.count())));
  if (!event) return fail(ErrorCode::retry, "{}: no answer within {} ms", what, timeout.count());
  auto number = rd_kafka_event_error(event.get());
  if (number == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
  return fail(kafka_error_code(number), "{}: {}", what, rd_kafka_event_error_string(event.get()));
}

}  // namespace efd::kafka_cluster
