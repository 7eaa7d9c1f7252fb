// SPDX-License-Identifier: MIT
#include "simulation/kafka_client.h"

#include <future>

#include "base/check.h"
#include "kafka/messages/produce.h"
#include "kafka/protocol/frame.h"
#include "kafka/session.h"
#include "net/connection_gate.h"
#include "net/loop.h"

namespace efd::simulation {
namespace {

constexpr int16_t kVersion = 9;
// Longer than a simulation takes: the server's timer runs by the machine's clock.
constexpr int32_t kTimeoutMs = 600'000;

struct LoopThread {
  net::MemoryBudget memory{1u << 30};
  net::Loop loop{"simulation", memory};
};

net::Loop& loop() {
  static LoopThread thread;
  return thread.loop;
}

// Runs it on the loop, and what it has posted there behind it.
void run_on_loop(const std::function<void()>& task) {
  std::promise<void> done;
  loop().post([&] {
    if (task) task();
    loop().post([&] { done.set_value(); });
  });
  done.get_future().wait();
}

}  // namespace

// The server's side of it, on the loop but for what is called under run_on_loop.
class KafkaClient::Connection : public net::Connection {
 public:
  explicit Connection(kafka::Service& service)
      : gate_(std::make_shared<net::ConnectionGate>(*this, size_t{1} << 30)) {
    run_on_loop([&] {
      session_ = std::make_unique<kafka::Session>(service, *this, net::Address{"localhost", 9092});
    });
  }
  ~Connection() override {
    run_on_loop([&] {
      session_->on_closed();
      session_.reset();
      gate_->close();
    });
  }

  void receive(std::string_view bytes) {
    run_on_loop([&] {
      received_ += bytes;
      hand_over();
    });
  }
  // What has been sent since it was asked last.
  std::string take_sent() {
    run_on_loop({});
    return std::exchange(sent_, {});
  }
  bool is_closed() const { return is_closed_; }

  void send(std::string bytes) override { sent_ += bytes; }
  void send(std::string_view bytes, std::shared_ptr<const void>) override { sent_ += bytes; }
  size_t queued_bytes() const override { return 0; }
  Result<> expect(size_t) override { return {}; }
  void pause() override { is_paused_ = true; }
  void resume() override {
    is_paused_ = false;
    hand_over();
  }
  void close() override { is_closed_ = true; }
  void close_after_send() override { is_closed_ = true; }
  void set_deadline(std::chrono::milliseconds) override {}
  void clear_deadline() override {}
  void note_request() override {}
  void reset_on_close(bool) override {}
  net::Loop& loop() override { return simulation::loop(); }
  const Caller& caller() const override { return caller_; }
  net::Address local_address() const override { return {"localhost", 9092}; }
  net::ConnectionHandle handle() override { return net::ConnectionHandle(gate_); }
  std::stop_token stop_token() const override { return {}; }

 private:
  void hand_over() {
    if (is_paused_ || is_closed_ || received_.empty()) return;
    received_.erase(0, session_->on_receive(received_));
  }

  const Caller caller_;
  const std::shared_ptr<net::ConnectionGate> gate_;
  std::unique_ptr<kafka::Session> session_;
  std::string received_;
  std::string sent_;
  bool is_paused_ = false;
  bool is_closed_ = false;
};

KafkaClient::KafkaClient(kafka::Service& service)
    : service_(service), connection_(std::make_unique<Connection>(service)) {}

KafkaClient::~KafkaClient() {
  receive();
  lose_connection();
}

void KafkaClient::produce(const std::string& topic, int32_t partition, std::string batch,
                          int16_t acks, OnProduced on_produced) {
  using Api = kafka::ProduceApi;
  kafka::PartitionProduceData data{.index = partition, .records = kafka::Bytes{batch}};
  kafka::TopicProduceData of_topic{.name = topic, .partition_data = {&data, 1}};
  kafka::ProduceRequest request{
      .acks = acks, .timeout_ms = kTimeoutMs, .topic_data = {&of_topic, 1}};
  kafka::RequestHeader header{.request_api_key = Api::kDescription.key,
                              .request_api_version = kVersion,
                              .correlation_id = ++last_correlation_id_};
  std::string frame(kafka::kFrameSizeBytes, '\0');
  bool is_flexible = Api::kDescription.is_flexible(kVersion);
  kafka::Encoder(frame, is_flexible ? 2 : 1, is_flexible).message(header);
  kafka::Encoder(frame, kVersion, is_flexible).message(request);
  store_big<int32_t>(frame.data(), static_cast<int32_t>(frame.size() - kafka::kFrameSizeBytes));
  awaited_[last_correlation_id_] = std::move(on_produced);
  connection_->receive(frame);
  receive();
}

void KafkaClient::receive() {
  std::string bytes = connection_->take_sent();
  std::string_view rest = bytes;
  while (!rest.empty()) {
    size_t size = kafka::kFrameSizeBytes + static_cast<size_t>(load_big<int32_t>(rest.data()));
    take_answer(std::string(rest.substr(0, size)));
    rest.remove_prefix(size);
  }
  if (!connection_->is_closed()) return;
  lose_connection();
  connection_ = std::make_unique<Connection>(service_);
}

void KafkaClient::take_answer(const std::string& frame) {
  using Api = kafka::ProduceApi;
  bool is_flexible = Api::kDescription.is_flexible(kVersion);
  kafka::Arena arena;
  kafka::Decoder head(std::string_view(frame).substr(kafka::kFrameSizeBytes), is_flexible ? 1 : 0,
                      is_flexible, arena);
  kafka::ResponseHeader header;
  kafka::ProduceResponse response;
  EFD_CHECK(head.message(header));
  EFD_CHECK(kafka::decode_answer<Api>(head.rest(), kVersion, arena, response));
  const auto& partition = response.responses[0].partition_responses[0];
  auto waiting = awaited_.extract(header.correlation_id);
  EFD_CHECK(!waiting.empty());
  waiting.mapped()(ProduceAnswer{partition.error_code, partition.base_offset});
}

void KafkaClient::lose_connection() {
  connection_.reset();
  for (auto& [id, on_produced] : std::exchange(awaited_, {})) on_produced(std::nullopt);
}

}  // namespace efd::simulation
