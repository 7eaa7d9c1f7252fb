// SPDX-License-Identifier: MIT
#include "kafka_cluster/kafka_client.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include <librdkafka/rdkafka.h>

#include "observe/log.h"
#include "system/clock.h"

namespace efd::kafka_cluster {
namespace {

// A name may have several addresses, of which the first refuses and another one answers.
constexpr std::chrono::milliseconds kRefusedPatience{1'000};
constexpr std::chrono::milliseconds kFirstAsk{100};
// An end takes a second at most, when all is well.
constexpr std::chrono::milliseconds kEndWait{3'000};

// "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms ...)"
// without its frame: "Connection refused".
std::string reason_of(std::string_view text) {
  text = text.substr(0, text.find(" (after "));
  if (size_t at = text.find("bootstrap: "); at != std::string_view::npos)
    text.remove_prefix(at + std::string_view("bootstrap: ").size());
  constexpr std::string_view kConnectFailed = " failed: ";
  if (size_t at = text.find(kConnectFailed); text.starts_with("Connect to ") && at != text.npos)
    text.remove_prefix(at + kConnectFailed.size());
  // The first bytes of another protocol, taken for a length.
  if (text.find("Invalid response size") != text.npos) return "what answers there is not Kafka";
  return std::string(text);
}

}  // namespace

ErrorCode kafka_error_code(int number) {
  switch (number) {
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return ErrorCode::overload;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return ErrorCode::not_found;
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return ErrorCode::conflict;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
      return ErrorCode::bad_input;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR__FATAL:
      return ErrorCode::give_up;
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
    case RD_KAFKA_RESP_ERR__DESTROY:
      return ErrorCode::cancelled;
    default:
      return ErrorCode::retry;
  }
}

Error kafka_error(int number, std::string_view where) {
  const char* text = rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(number));
  return {kafka_error_code(number), fmt::format("{}: {}", where, text)};
}

struct KafkaClient::State {
  Handlers handlers;
  std::mutex mutex;
  std::string trouble;
  bool all_are_down = false;
  bool has_answered = false;
  bool is_left_behind = false;
  bool has_ended = false;
  std::condition_variable_any ended;
};

// What librdkafka calls, with the state as its opaque.
struct KafkaClient::CallBacks {
  static void log(const rd_kafka_t* handle, int syslog_level, const char* facility,
                  const char* text) {
    constexpr int kWarning = 4;
    auto& state = *static_cast<State*>(rd_kafka_opaque(handle));
    std::unique_lock lock(state.mutex);
    if (state.is_left_behind) return;
    // Before the first answer await_broker says what is wrong.
    bool matters = syslog_level <= kWarning && state.has_answered;
    lock.unlock();
    auto level = matters ? observe::Level::warning : observe::Level::debug;
    if (observe::logs(level)) observe::log(level, "kafka", fmt::format("{}: {}", facility, text));
  }

  static void error(rd_kafka_t*, int number, const char* reason, void* opaque) {
    auto& state = *static_cast<State*>(opaque);
    std::lock_guard lock(state.mutex);
    if (number == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
      state.all_are_down = true;
    } else {
      state.trouble = reason_of(reason);
    }
  }

  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    auto& state = *static_cast<State*>(opaque);
    if (state.handlers.on_delivered) state.handlers.on_delivered(*message);
  }

  static void rebalanced(rd_kafka_t*, rd_kafka_resp_err_t what,
                         rd_kafka_topic_partition_list_t* partitions, void* opaque) {
    auto& state = *static_cast<State*>(opaque);
    state.handlers.on_rebalance(what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, *partitions);
  }
};

Result<std::shared_ptr<KafkaClient>> KafkaClient::open(Kind kind, const Settings& settings,
                                                       Handlers handlers) {
  std::shared_ptr<KafkaClient> client(new KafkaClient());
  client->state_->handlers = std::move(handlers);
  char text[kErrorTextMax];
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(rd_kafka_conf_new(),
                                                                          rd_kafka_conf_destroy);
  for (const auto& [name, value] : settings) {
    auto set = rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text, sizeof text);
    if (set != RD_KAFKA_CONF_OK) return fail(ErrorCode::bad_input, "librdkafka: {}", text);
  }
  rd_kafka_conf_set_opaque(conf.get(), client->state_.get());
  rd_kafka_conf_set_log_cb(conf.get(), CallBacks::log);
  rd_kafka_conf_set_error_cb(conf.get(), CallBacks::error);
  if (kind == Kind::producer) rd_kafka_conf_set_dr_msg_cb(conf.get(), CallBacks::delivered);
  if (client->state_->handlers.on_rebalance)
    rd_kafka_conf_set_rebalance_cb(conf.get(), CallBacks::rebalanced);
  auto type = kind == Kind::producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
  client->handle_ = rd_kafka_new(type, conf.get(), text, sizeof text);
  if (!client->handle_) return fail(ErrorCode::bad_input, "librdkafka: {}", text);
  (void)conf.release();  // the handle's now
  return client;
}

KafkaClient::KafkaClient() : state_(std::make_shared<State>()) {}

// librdkafka 2.0 may wait for itself for ever when a broker goes away while a member leaves.
KafkaClient::~KafkaClient() {
  if (!handle_) return;
  std::thread destroyer([handle = handle_, state = state_] {
    rd_kafka_destroy(handle);
    std::lock_guard lock(state->mutex);
    state->has_ended = true;
    state->ended.notify_all();
  });
  system::Clock& clock = system::real_clock();
  std::unique_lock lock(state_->mutex);
  if (clock.wait_until(lock, state_->ended, clock.monotonic_ns_in(kEndWait),
                       [&] { return state_->has_ended; })) {
    lock.unlock();
    destroyer.join();
    return;
  }
  destroyer.detach();
  state_->is_left_behind = true;
  observe::warn("kafka", "a client of librdkafka does not end: it is left behind");
}

bool KafkaClient::is_refused() const {
  std::lock_guard lock(state_->mutex);
  return state_->all_are_down;
}

std::string KafkaClient::last_trouble() const {
  std::lock_guard lock(state_->mutex);
  return state_->trouble;
}

Result<> KafkaClient::check() const {
  char text[kErrorTextMax];
  auto number = rd_kafka_fatal_error(handle_, text, sizeof text);
  if (number == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return fail(kafka_error_code(number), "{}", text);
}

// Asks again and again, each time with more patience: librdkafka does not tell before the time is
// over that a connection is refused.
Result<> KafkaClient::await_broker(std::string_view bootstrap, std::chrono::milliseconds timeout) {
  using Clock = std::chrono::steady_clock;
  auto begin = Clock::now();
  for (auto ask = kFirstAsk; Clock::now() - begin < timeout; ask *= 2) {
    const rd_kafka_metadata_t* metadata = nullptr;
    int wait_ms = static_cast<int>(std::min(ask, timeout).count());
    auto number = rd_kafka_metadata(handle_, 0, nullptr, &metadata, wait_ms);
    if (metadata) rd_kafka_metadata_destroy(metadata);
    rd_kafka_poll(handle_, 0);
    if (number == RD_KAFKA_RESP_ERR_NO_ERROR) {
      std::lock_guard lock(state_->mutex);
      state_->has_answered = true;
      return {};
    }
    if (is_refused() && Clock::now() - begin >= kRefusedPatience) break;
  }
  std::string why = last_trouble();
  return fail(ErrorCode::retry, "cannot reach Kafka at {}: {}; is it running?", bootstrap,
              why.empty() ? "no answer" : why);
}

}  // namespace efd::kafka_cluster
