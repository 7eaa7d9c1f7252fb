// SPDX-License-Identifier: MIT
#include "simulation/producers.h"

#include "broker/batch_builder.h"
#include "transform/text_transform.h"

namespace efd::simulation {
namespace {

constexpr int16_t kAll = -1;

std::string batch_of(const OneBatch& batch, int64_t producer_id, int32_t sequence) {
  broker::BatchBuilder builder;
  for (const std::string& value : batch.values) builder.add({batch.timestamp_ms, {}, value});
  broker::BatchIdentity identity;
  if (producer_id >= 0) {
    identity.producer_id = producer_id;
    identity.producer_epoch = 0;
    identity.base_sequence = sequence;
  }
  return std::string(*builder.finish(identity));
}

std::string describe(const OneBatch& batch) {
  return fmt::format("messages {} to {} for {}/{}", batch.numbers.front(), batch.numbers.back(),
                     batch.topic, batch.partition);
}

std::string describe(const std::optional<ProduceAnswer>& answer) {
  if (!answer) return "no answer";
  if (answer->error == kafka::KafkaError::none)
    return fmt::format("offset {}", answer->base_offset);
  return fmt::format("error {}", static_cast<int>(answer->error));
}

// It is in the log, or may be.
bool is_open(const std::optional<ProduceAnswer>& answer) {
  return !answer || answer->error == kafka::KafkaError::request_timed_out;
}

}  // namespace

void PlainProducer::send(OneBatch batch, int16_t acks) {
  for (int64_t number : batch.numbers) model_[number].told = Told::nothing;
  std::string bytes = batch_of(batch, -1, -1);
  std::string topic = batch.topic;
  int32_t partition = batch.partition;
  auto on_produced = [this, batch = std::move(batch),
                      acks](const std::optional<ProduceAnswer>& answer) {
    tell_(fmt::format("{}, acks {}: {}", describe(batch), acks, describe(answer)));
    if (is_open(answer)) return;
    const bool is_taken = answer->error == kafka::KafkaError::none;
    const Told told = !is_taken ? Told::refused : acks == kAll ? Told::durable : Told::written;
    for (int64_t number : batch.numbers) model_.tell(number, told);
    if (!is_taken) refused_.push_back(batch);
  };
  world_.client->produce(topic, partition, std::move(bytes), acks, std::move(on_produced));
}

void PlainProducer::send_refused() {
  for (OneBatch& batch : std::exchange(refused_, {})) send(std::move(batch), kAll);
}

void IdempotentProducer::send(OneBatch batch) {
  batch_ = std::move(batch);
  send_again();
}

void IdempotentProducer::send_again() {
  if (!batch_ || is_on_its_way_) return;
  if (id_ < 0) {
    auto id = world_.log->new_producer_id();
    if (!id) return;
    id_ = id->value();
  }
  is_on_its_way_ = true;
  for (int64_t number : batch_->numbers) model_[number].told = Told::nothing;
  world_.client->produce(
      batch_->topic, batch_->partition, batch_of(*batch_, id_, next_sequence_), kAll,
      [this](const std::optional<ProduceAnswer>& answer) {
        tell_(fmt::format("{}, idempotent: {}", describe(*batch_), describe(answer)));
        is_on_its_way_ = false;
        if (is_open(answer)) return;
        const bool is_taken = answer->error == kafka::KafkaError::none;
        for (int64_t number : batch_->numbers)
          model_.tell(number, is_taken ? Told::durable : Told::refused);
        if (!is_taken) return;
        next_sequence_ += static_cast<int32_t>(batch_->numbers.size());
        batch_.reset();
      });
}

// An error leaves open whether it is in the log: it is not sent again.
void TextProducer::send(const std::string& sal_topic) {
  const int64_t number = model_.add(transform::output_topic(sal_topic), 0);
  auto producer = world_.broker->producer({.linger = std::chrono::milliseconds(0)});
  if (!producer) return;
  const std::string text =
      fmt::format("T_telemetry {}:( 'R' , 1 , 2 , 3 , 4 , 5 , {} )", sal_topic, number);
  auto on_delivery = [this, number](const Result<broker::Delivery>& delivery) {
    tell_(fmt::format(
        "text {}: {}", number,
        delivery ? fmt::format("offset {}", delivery->offset.value()) : delivery.error().message));
    if (delivery) model_.tell(number, Told::durable);
  };
  broker::NewRecord record{.topic = TopicName("T_telemetry"), .partition = Partition(0)};
  record.value = text;
  if (!(*producer)->send(record, on_delivery)) return;
  static_cast<void>((*producer)->flush(std::chrono::milliseconds(1)));
}

}  // namespace efd::simulation
