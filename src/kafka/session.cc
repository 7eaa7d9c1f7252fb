// SPDX-License-Identifier: MIT
#include "kafka/session.h"

#include <algorithm>
#include <utility>

#include "kafka/handlers/handlers.h"
#include "kafka/handlers/produce.h"
#include "kafka/pool_request.h"
#include "observe/log.h"

namespace efd::kafka {
namespace {

// The pool had no room: tried again so much later.
constexpr std::chrono::milliseconds kPoolRetry{5};
// A producer's `timeout_ms` is kept between these: a disk may take a second for one sync.
constexpr std::chrono::milliseconds kPatienceMin{1'000};
constexpr std::chrono::milliseconds kPatienceMax{600'000};

std::chrono::milliseconds patience_of(int32_t timeout_ms) {
  return std::clamp(std::chrono::milliseconds(timeout_ms), kPatienceMin, kPatienceMax);
}

// Answers on their way to the client, counted until the kernel has taken them.
struct SentBytes {
  SentBytes(std::shared_ptr<std::atomic<size_t>> count, std::string ready)
      : count(std::move(count)), bytes(std::move(ready)) {
    *this->count += bytes.size();
  }
  ~SentBytes() { *count -= bytes.size(); }

  const std::shared_ptr<std::atomic<size_t>> count;
  const std::string bytes;
};

}  // namespace

Session::Session(Service& service, net::Connection& connection, net::Address advertised)
    : service_(service),
      connection_(connection),
      caller_(connection.caller()),
      advertised_(std::move(advertised)),
      partitions_(service.log) {}

Session::~Session() = default;

template <class... Args>
Session::Next Session::refuse(fmt::format_string<Args...> what, Args&&... args) {
  service_.metrics.refused.add();
  observe::info("kafka", "{}: {} is refused, connection closed", caller_.address,
                fmt::format(what, std::forward<Args>(args)...));
  close();
  return Next::close;
}

void Session::on_closed() {
  is_closing_ = is_ended_ = true;
  *service_.unsent_bytes -= std::exchange(counted_bytes_, 0);
  retry_.cancel();
  patience_.cancel();
  for (auto& [ticket, fetch] : fetches_) fetch->cancel();
  fetches_.clear();
  partitions_.clear();
}

// ---------------------------------------------------------------------------------------- frames

size_t Session::on_receive(std::string_view bytes) {
  size_t used = 0;
  is_in_turn_ = true;
  for (bool goes_on = true; goes_on;) {
    is_held_ = false;
    size_t handled = handle_frames(bytes.substr(used));
    finish_turn();
    used += handled;
    // A turn's own answers may have filled the bounds, and have left by now.
    goes_on = is_held_ && handled > 0 && has_room();
  }
  is_in_turn_ = false;
  if (is_held_) pause();
  gather_if_pipelined(bytes.size());
  return used;
}

// A producer of many topics sends a small request for each, without waiting for answers: those of
// half a millisecond are handled together. One that waits for each answer is never made to wait
// longer.
void Session::gather_if_pipelined(size_t received_bytes) {
  if (produces_in_turn_ >= 2) {
    gathering_turns_ = kGatheringTurns;
  } else if (gathering_turns_ > 0) {
    --gathering_turns_;
  }
  bool is_small = received_bytes <= kGatheredBytesMax;
  if (produces_in_turn_ > 0 && gathering_turns_ > 0 && is_small)
    connection_.loop().rest_after_turn();
  produces_in_turn_ = 0;
}

// What this turn has sent leaves after it. If it leaves at once nobody tells: look again then.
void Session::pause() {
  connection_.pause();
  if (connection_.queued_bytes() <= service_.options.send_queue_bytes_max) return;
  connection_.handle().post([this](net::Connection&) { resume_when_room(); });
}

size_t Session::handle_frames(std::string_view bytes) {
  size_t used = 0;
  for (bool goes_on = true; goes_on;) {
    std::optional<std::string_view> frame = next_frame(bytes.substr(used));
    if (!frame) break;
    Next next = has_room() ? handle_frame(*frame) : Next::hold;
    is_held_ = next == Next::hold || next == Next::hold_behind;
    if (next != Next::hold) used += kFrameSizeBytes + frame->size();
    goes_on = next == Next::go_on;
  }
  return is_closing_ ? bytes.size() : used;
}

// What follows the size; nothing if the frame is not there in full, or is refused.
std::optional<std::string_view> Session::next_frame(std::string_view bytes) {
  if (bytes.size() < kFrameSizeBytes) return std::nullopt;
  int32_t size = load_big<int32_t>(bytes.data());
  if (size < kRequestBytesMin || static_cast<size_t>(size) > service_.options.request_bytes_max) {
    refuse("a request of {} bytes", size);
    return std::nullopt;
  }
  size_t whole = kFrameSizeBytes + static_cast<size_t>(size);
  if (bytes.size() >= whole) return bytes.substr(kFrameSizeBytes, static_cast<size_t>(size));
  if (!connection_.expect(whole)) close();
  return std::nullopt;
}

bool Session::has_room() const {
  const ServerOptions& options = service_.options;
  return !is_closing_ && !is_pool_busy_ && outbox_.waiting() < options.requests_in_flight_max &&
         outbox_.held_bytes() <= options.answers_held_bytes_max &&
         connection_.queued_bytes() <= options.send_queue_bytes_max;
}

Session::Next Session::handle_frame(std::string_view frame) {
  connection_.note_request();
  RequestKey key = request_key(frame);
  const Route* route = service_.route_of(key.api_key);
  if (route && route->api.takes(key.version)) {
    Next next = handle_known(*route, key, frame);
    if (next != Next::hold) service_.metrics.requests[route->index]->add();
    return next;
  }
  if (route && key.api_key == kApiVersionsKey) return refuse_version(key);
  return refuse("API {} in version {}", key.api_key, key.version);
}

Session::Next Session::refuse_version(const RequestKey& key) {
  arena_.reset();
  append_answer<ApiVersionsApi>(unknown_version_answer(arena_), 0, key.correlation_id,
                                outbox_.tail());
  return Next::go_on;
}

Session::Next Session::handle_known(const Route& route, const RequestKey& key,
                                    std::string_view frame) {
  if (route.where == Where::pool) return answer_on_pool(frame);
  if (route.where == Where::fetch) return fetch(frame);
  if (route.where == Where::later) return begin_later(route, frame);
  arena_.reset();
  auto body = request_body(frame, route.api.is_flexible(key.version), arena_);
  if (!body) return refuse("a malformed header of {}", route.api.name);
  Call call{service_, caller_, advertised_, arena_, key.version, key.correlation_id};
  return route.where == Where::produce ? produce(call, *body) : answer_here(route, call, *body);
}

void Session::close() {
  if (is_closing_) return;
  is_closing_ = true;
  if (!is_in_turn_) end_connection();  // else at the end of the turn
}

void Session::end_connection() {
  flush();
  connection_.close_after_send();
  is_ended_ = true;
}

// After something has made room: the frames that were left are handled.
void Session::resume_when_room() {
  if (is_in_turn_ || !is_held_ || !has_room()) return;
  is_held_ = false;
  connection_.resume();
}

// -------------------------------------------------------------------------------------- requests

Session::Next Session::answer_here(const Route& route, Call& call, std::string_view body) {
  if (route.answer(call, body, outbox_.tail())) return Next::go_on;
  return refuse("a malformed {} request", route.api.name);
}

Session::Next Session::answer_on_pool(std::string_view frame) {
  is_pool_busy_ = true;
  submit(std::make_shared<PoolRequest>(service_, caller_, advertised_, frame));
  return Next::hold_behind;
}

void Session::submit(std::shared_ptr<PoolRequest> request) {
  Result<> taken = service_.run_blocking([this, request, connection = connection_.handle()] {
    request->run();
    connection.post([this, request](net::Connection&) { on_pool_done(*request); });
  });
  if (!taken) retry_ = connection_.loop().after(kPoolRetry, [this, request] { submit(request); });
}

void Session::on_pool_done(const PoolRequest& request) {
  is_pool_busy_ = false;
  // The requests behind it have waited: they are the first that ask as whom it has made the client.
  caller_ = request.caller();
  if (request.is_malformed()) return void(refuse("a malformed request"));
  outbox_.tail() += request.answer();
  flush();
  resume_when_room();
}

Session::Next Session::produce(Call& call, std::string_view body) {
  // Behind a disk that takes nothing there is nothing to wait for.
  if (service_.log.is_full() && !service_.log.intake_error()) return hold_for_log();
  ++produces_in_turn_;
  ProduceRequest request;
  if (!decode_request<ProduceApi>(body, call.version, arena_, request)) {
    return refuse("a malformed Produce request");
  }
  Appends appends;
  size_t first = turn_appends_.places.size();
  if (!turn_appends_.arena) turn_appends_.arena = awaited_.empty_arena();
  Call in_turn{service_,           caller_, advertised_, *turn_appends_.arena, call.version,
               call.correlation_id};
  ProduceResponse response =
      kafka::produce(in_turn, partitions_, request, appends, turn_appends_.places);
  turn_appends_.has_appended |= appends.any;
  if (Acks(request.acks) == Acks::none) {
    turn_appends_.has_unanswered = true;
    return appends.any_failed ? refuse("a batch sent with acks=0") : Next::go_on;
  }
  Outbox::Ticket ticket = outbox_.defer();
  turn_appends_.answers.push_back({ticket, call.version, call.correlation_id, response, first,
                                   turn_appends_.places.size() - first, request.timeout_ms});
  return Next::go_on;
}

Session::Next Session::hold_for_log() {
  if (awaits_log_) return Next::hold;
  awaits_log_ = true;
  service_.log.when_room([this, connection = connection_.handle()] {
    connection.post([this](net::Connection&) {
      awaits_log_ = false;
      resume_when_room();
    });
  });
  return Next::hold;
}

Session::Next Session::fetch(std::string_view frame) {
  auto fetch = std::make_shared<FetchWait>(service_, connection_, caller_, std::string(frame));
  if (!fetch->decode()) return refuse("a malformed Fetch request");
  Outbox::Ticket ticket = outbox_.defer(frame.size());
  fetches_.emplace(ticket, fetch);
  fetch->start(rotation_++, [this, ticket](std::string answer) {
    outbox_.answer(ticket, std::move(answer));
    count_held_bytes();
    fetches_.erase(ticket);
    if (is_in_turn_) return;
    flush();
    resume_when_room();
  });
  return Next::go_on;
}

Session::Next Session::begin_later(const Route& route, std::string_view frame) {
  auto call = std::make_shared<LaterCall>(service_, caller_, frame);
  auto body = read_header(call->frame, route.api.is_flexible(request_key(frame).version),
                          call->arena, call->header);
  if (!body) return refuse("a malformed header of {}", route.api.name);
  Outbox::Ticket ticket = outbox_.defer(frame.size());
  call->on_answer = [this, ticket, connection = connection_.handle()](std::string answer) {
    connection.post([this, ticket, answer = std::move(answer)](net::Connection&) mutable {
      on_later_answer(ticket, std::move(answer));
    });
  };
  if (route.begin(std::move(call), *body)) return Next::go_on;
  return refuse("a malformed {} request", route.api.name);
}

void Session::on_later_answer(Outbox::Ticket ticket, std::string answer) {
  outbox_.answer(ticket, std::move(answer));
  flush();
  resume_when_room();
}

// ------------------------------------------------------------------------------ the end of a turn

void Session::finish_turn() {
  Result<> written;
  if (turn_appends_.has_appended) written = service_.log.write_out();
  // What was appended stays in the log, and is written when there is room: an error would have a
  // producer append it a second time.
  if (!written)
    for (BatchPlace& place : turn_appends_.places) place.waits = place.sequence > 0;
  std::vector<AwaitedAnswer> waiting;
  for (const AwaitedAnswer& answer : turn_appends_.answers) {
    if (answer.waits_for(turn_appends_.places) > 0) {
      waiting.push_back(answer);
    } else {
      encode(answer);
    }
  }
  if (!waiting.empty())
    await_durable({std::move(waiting), std::exchange(turn_appends_.places, {}),
                   std::move(turn_appends_.arena)});
  if (turn_appends_.arena) turn_appends_.arena->reset();
  bool is_lost = !written && written.error().code != ErrorCode::overload;
  if (is_lost && turn_appends_.has_unanswered) close();
  turn_appends_.answers.clear();
  turn_appends_.places.clear();
  turn_appends_.has_appended = turn_appends_.has_unanswered = false;
  is_closing_ && !is_ended_ ? end_connection() : flush();
}

// Once for each, when it is known what it says.
void Session::encode(const AwaitedAnswer& answer) {
  append_answer<ProduceApi>(answer.response, answer.version, answer.correlation_id,
                            outbox_.at(answer.ticket));
  outbox_.ready(answer.ticket);
}

// One call-back for all of the turn: they become durable together.
void Session::await_durable(AwaitedAnswers::Waiting waiting) {
  uint64_t sequence = 0;
  auto now = AwaitedAnswers::Clock::now(), deadline = AwaitedAnswers::Time::max();
  for (AwaitedAnswer& answer : waiting.answers) {
    sequence = std::max(sequence, answer.waits_for(waiting.places));
    answer.deadline = now + patience_of(answer.timeout_ms);
    deadline = std::min(deadline, answer.deadline);
  }
  AwaitedAnswers::WaitingId id = awaited_.add(std::move(waiting));
  end_patience_at(deadline);
  service_.log.when_durable(
      sequence, [this, id, connection = connection_.handle()](const Result<>& durable) {
        connection.post([this, id, durable](net::Connection&) { on_durable(id, durable); });
      });
}

// Behind a stop for good nobody knows whether the next start finds what was appended: no answer
// says that.
void Session::on_durable(AwaitedAnswers::WaitingId id, const Result<>& durable) {
  AwaitedAnswers::Waiting waiting = awaited_.take(id);
  if (waiting.answers.empty()) return;
  if (!durable) {
    observe::info("kafka", "{}: connection closed without an answer: {}", caller_.address,
                  durable.error().message);
    return close();
  }
  for (const AwaitedAnswer& answer : waiting.answers) encode(answer);
  awaited_.give_back(std::move(waiting.arena));
  flush();
  resume_when_room();
}

// Answers seldom wait for long: the timer is not set anew for each of them.
void Session::end_patience_at(AwaitedAnswers::Time time) {
  if (time >= patience_end_) return;
  patience_end_ = time;
  patience_ =
      connection_.loop().after(time - AwaitedAnswers::Clock::now(), [this] { on_patience_end(); });
}

void Session::on_patience_end() {
  patience_end_ = AwaitedAnswers::Time::max();
  awaited_.expire(AwaitedAnswers::Clock::now(),
                  [this](const AwaitedAnswer& answer, std::span<const BatchPlace> places) {
                    mark_timed_out(answer.response, places, service_.log.durable_sequence());
                    encode(answer);
                  });
  end_patience_at(awaited_.next_deadline());
  flush();
  resume_when_room();
}

void Session::flush() {
  std::string ready = outbox_.take_ready();
  count_held_bytes();
  if (ready.empty() || is_ended_) return;
  auto sent = std::make_shared<SentBytes>(service_.unsent_bytes, std::move(ready));
  connection_.send(sent->bytes, sent);
}

void Session::count_held_bytes() {
  size_t held = outbox_.held_bytes();
  *service_.unsent_bytes += held - std::exchange(counted_bytes_, held);
}

}  // namespace efd::kafka
