// SPDX-License-Identifier: MIT
#include "kafka/handlers/produce.h"

#include "base/bytes.h"
#include "broker/internal_topics.h"

namespace efd::kafka {
namespace {

using broker::Appended;
using broker::AppendError;

// Of the v2 record batch, as far as the protocol's version has a say in it; the log checks the
// rest. Record batches: src/broker/record_batch.h.
constexpr size_t kLengthPosition = 8;
constexpr size_t kLengthEnd = 12;  // the length counts from here
constexpr size_t kAttributesPosition = 21;
constexpr int16_t kCompressionBits = 7;
constexpr int16_t kZstd = 4;
constexpr int16_t kZstdSince = 7;  // version of Produce

struct Fault {
  KafkaError error = KafkaError::none;
  std::string_view message;
};

Fault check_request(const ProduceRequest& request) {
  if (request.transactional_id) {
    return {KafkaError::transactional_id_authorization_failed, "this broker has no transactions"};
  }
  if (request.acks < -1 || request.acks > 1) {
    return {KafkaError::invalid_required_acks, "acks is 0, 1 or -1"};
  }
  return {};
}

Fault check_batch(std::string_view records, int16_t version) {
  constexpr Fault kNotOneBatch{KafkaError::invalid_record,
                               "a partition takes exactly one record batch per request"};
  if (records.empty()) return kNotOneBatch;
  if (records.size() < kAttributesPosition + 2) return {};  // corrupt; the log says how
  int64_t length = load_big<int32_t>(records.data() + kLengthPosition);
  if (length > 0 && length + int64_t{kLengthEnd} < static_cast<int64_t>(records.size())) {
    return kNotOneBatch;
  }
  int16_t attributes = load_big<int16_t>(records.data() + kAttributesPosition);
  if ((attributes & kCompressionBits) == kZstd && version < kZstdSince) {
    return {KafkaError::unsupported_compression_type, "zstd needs version 7 of Produce"};
  }
  return {};
}

Appended unknown_partition() {
  Appended appended;
  appended.error = AppendError::unknown_topic_or_partition;
  return appended;
}

class Appender {
 public:
  Appender(Call& call, PartitionCache& partitions, const ProduceRequest& request, Appends& appends,
           std::vector<BatchPlace>& places)
      : call_(call),
        partitions_(partitions),
        request_(request),
        appends_(appends),
        places_(places) {}

  TopicProduceResponse append_topic(const TopicProduceData& topic, Fault of_request) {
    TopicProduceResponse answer{.name = call_.arena.copy(topic.name)};
    answer.partition_responses =
        call_.arena.array<PartitionProduceResponse>(topic.partition_data.size());
    if (of_request.error == KafkaError::none && !may(call_.caller, Action::write, topic.name)) {
      of_request = {KafkaError::topic_authorization_failed, "not allowed"};
    }
    if (of_request.error == KafkaError::none && broker::is_internal_topic(topic.name)) {
      of_request = {KafkaError::invalid_topic, "the topic is the broker's own"};
    }
    for (size_t i = 0; i < topic.partition_data.size(); ++i) {
      answer.partition_responses[i] = answer_for(topic, topic.partition_data[i], of_request);
    }
    return answer;
  }

 private:
  PartitionProduceResponse answer_for(const TopicProduceData& topic,
                                      const PartitionProduceData& data, Fault fault) {
    places_.emplace_back();
    std::string_view batch = data.records ? data.records->view : std::string_view();
    if (fault.error == KafkaError::none) fault = check_batch(batch, call_.version);
    PartitionProduceResponse answer = fault.error == KafkaError::none
                                          ? taken(append(topic.name, data.index, batch))
                                          : refused(fault);
    answer.index = data.index;
    appends_.any_failed |= answer.error_code != KafkaError::none;
    return answer;
  }

  // A partition that was deleted may have been made anew: it is looked up once more.
  Appended append(std::string_view topic, int32_t index, std::string_view batch) {
    Appended appended = append_to(partitions_.find(topic, index), batch);
    if (appended.error != AppendError::unknown_topic_or_partition) return appended;
    partitions_.forget(topic, index);
    return append_to(partitions_.find(topic, index), batch);
  }
  Appended append_to(broker::LogPartition* partition, std::string_view batch) {
    if (!partition) return unknown_partition();
    bool waits = Acks(request_.acks) == Acks::all && call_.log().waits_for_sync(*partition);
    Appended appended = call_.log().append(*partition, batch, waits);
    if (appended.error != AppendError::none) return appended;
    appends_.any = true;  // what a batch repeats need not be written either
    places_.back() = {appended.sequence, waits};
    return appended;
  }

  PartitionProduceResponse taken(const Appended& appended) {
    PartitionProduceResponse answer{.error_code = kafka_error(appended.error),
                                    .base_offset = appended.base_offset.value(),
                                    .log_append_time_ms = appended.log_append_time_ms,
                                    .log_start_offset = appended.log_start_offset.value()};
    if (!appended.message.empty()) answer.error_message = call_.arena.copy(appended.message);
    return answer;
  }
  PartitionProduceResponse refused(const Fault& fault) {
    return {.error_code = fault.error, .base_offset = -1, .error_message = fault.message};
  }

  Call& call_;
  PartitionCache& partitions_;
  const ProduceRequest& request_;
  Appends& appends_;
  std::vector<BatchPlace>& places_;
};

}  // namespace

ProduceResponse produce(Call& call, PartitionCache& partitions, const ProduceRequest& request,
                        Appends& appends, std::vector<BatchPlace>& places) {
  ProduceResponse response;
  Fault fault = check_request(request);
  Appender appender(call, partitions, request, appends, places);
  response.responses = call.arena.array<TopicProduceResponse>(request.topic_data.size());
  for (size_t i = 0; i < request.topic_data.size(); ++i) {
    response.responses[i] = appender.append_topic(request.topic_data[i], fault);
  }
  return response;
}

void mark_timed_out(const ProduceResponse& response, std::span<const BatchPlace> places,
                    uint64_t durable) {
  auto place = places.begin();
  for (const TopicProduceResponse& topic : response.responses) {
    for (PartitionProduceResponse& partition : topic.partition_responses) {
      const BatchPlace& batch = *place++;
      if (!batch.waits || batch.sequence <= durable) continue;
      partition.error_code = KafkaError::request_timed_out;
      partition.error_message = "in the log, but not durable in time: it may become so yet";
      partition.base_offset = -1;
    }
  }
}

}  // namespace efd::kafka
