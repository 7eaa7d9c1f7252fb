// SPDX-License-Identifier: MIT
#include "http/exchange.h"

#include "http/content_coding.h"

namespace efd::http {
namespace {

// Answers of handlers that run on the pool. The session is touched on its loop only, by tasks that
// are dropped when the connection has gone.
class PoolSink : public ResponseSink {
 public:
  // `room`: what the answer gathers in, kept until the client has taken it; null: nothing.
  PoolSink(net::ConnectionHandle handle, AnswerEnd& end, std::shared_ptr<AnswerRoom> room = nullptr)
      : handle_(std::move(handle)), end_(end), room_(std::move(room)) {}
  Result<> send(std::string bytes) override { return handle_.send(std::move(bytes)); }
  void finish(std::string bytes, bool keep_alive) override;
  void abort() override;

 private:
  net::ConnectionHandle handle_;
  AnswerEnd& end_;
  std::shared_ptr<AnswerRoom> room_;
};

void PoolSink::finish(std::string bytes, bool keep_alive) {
  struct Last {
    std::string bytes;
    std::shared_ptr<AnswerRoom> room;
  };
  auto last = std::make_shared<const Last>(Last{std::move(bytes), room_});
  auto deliver = [end = &end_, last = std::move(last), keep_alive](net::Connection& connection) {
    connection.send(last->bytes, last);
    end->on_answered(keep_alive);
  };
  (void)handle_.post(std::move(deliver));  // a client that has gone needs no answer
}

void PoolSink::abort() {
  (void)handle_.post([end = &end_](net::Connection&) { end->on_aborted(); });
}

// An answer that the route may keep. What nobody keeps any more ends.
class KeptAnswer : public std::enable_shared_from_this<KeptAnswer> {
 public:
  explicit KeptAnswer(std::shared_ptr<Exchange> exchange)
      : exchange_(std::move(exchange)), sink_(*this), response_(sink_, exchange_->form) {}
  ~KeptAnswer() {
    if (!response_.has_begun()) send_refusal(share(), response_, kNotAnswered);
    if (!response_.has_ended()) response_.abort();
    share().metrics.count(response_.status(), begin_ns_);
    if (is_kept_) --share().kept_answers;
  }

  void run() {
    if (exchange_->refusal) return send_refusal(share(), response_, *exchange_->refusal);
    share().router.handler(exchange_->route)(exchange_->request, response_);
  }

 private:
  static inline const Refusal kNotAnswered{500, "the request was not answered"};

  class Sink final : public PoolSink {
   public:
    explicit Sink(KeptAnswer& answer)
        : PoolSink(answer.exchange_->handle, answer.exchange_->end), answer_(answer) {}
    Result<std::shared_ptr<Response>> defer() override { return answer_.keep(); }

   private:
    KeptAnswer& answer_;
  };

  ServerShare& share() const { return *exchange_->share; }

  Result<std::shared_ptr<Response>> keep() {
    if (!is_kept_ && ++share().kept_answers > share().options.kept_answers_max) {
      --share().kept_answers;
      return fail(ErrorCode::overload, "{} answers are waited for already",
                  share().options.kept_answers_max);
    }
    is_kept_ = true;
    return std::shared_ptr<Response>(shared_from_this(), &response_);
  }

  const std::shared_ptr<Exchange> exchange_;
  const int64_t begin_ns_ = monotonic_ns();
  bool is_kept_ = false;
  Sink sink_;
  Response response_;
};

// Whether the handler may run.
bool is_admitted(Exchange& exchange) {
  if (!std::exchange(exchange.is_admitted, true))
    exchange.refusal = admit(*exchange.share, exchange.route, exchange.request, exchange.claim);
  return !exchange.refusal;
}

void run(const std::shared_ptr<Exchange>& exchange) {
  is_admitted(*exchange);
  std::make_shared<KeptAnswer>(exchange)->run();
}

// Waits for no client. False: the answer is too large for that.
bool run_small(Exchange& exchange) {
  const ServerOptions& options = exchange.share->options;
  struct Held {
    std::shared_ptr<ServerShare> share;  // has the budget
    AnswerRoom room;
  };
  auto held = std::make_shared<Held>(
      Held{exchange.share, AnswerRoom(exchange.share->small_answers, options.send_queue_bytes_max,
                                      options.small_answer_bytes_max)});
  ResponseForm form = exchange.form;
  form.room = &held->room;
  PoolSink sink(exchange.handle, exchange.end, {held, &held->room});
  Response response(sink, form);
  if (is_admitted(exchange)) {
    run_handler(*exchange.share, exchange.route, exchange.request, response);
  } else {
    send_refusal(*exchange.share, response, *exchange.refusal);
    exchange.share->metrics.count(response.status(), monotonic_ns());
  }
  return !response.has_outgrown();
}

std::optional<Refusal> authenticate(const Router& router, Request& request) {
  if (!router.authenticator()) return {};
  auto principal = router.authenticator()(request);
  if (!principal)
    return Refusal{401, principal.error().message, {{"WWW-Authenticate", router.challenge()}}};
  request.caller.principal = std::move(*principal);
  return {};
}

}  // namespace

std::optional<Refusal> admit(const ServerShare& share, const Router::Route& route, Request& request,
                             net::MemoryClaim& claim) {
  const std::optional<Need>& need = share.router.options(route).need;
  if (need || share.router.options(route).authenticates)
    if (auto refusal = authenticate(share.router, request)) return refusal;
  if (need)
    if (auto allowed = authorize(request.caller, need->action, need->resource); !allowed)
      return Refusal{403, allowed.error().message};
  return unpack_body(request, share.options.body_bytes_max, claim);
}

void send_refusal(const ServerShare& share, Response& response, const Refusal& refusal) {
  ErrorBody error = share.router.error_body(refusal.status, refusal.message);
  Headers headers = refusal.headers;
  headers.add("Content-Type", std::move(error.content_type));
  response.send(refusal.status, headers, std::move(error.body));
}

void run_handler(const ServerShare& share, const Router::Route& route, const Request& request,
                 Response& response) {
  int64_t begin_ns = monotonic_ns();
  share.router.handler(route)(request, response);
  if (!response.has_begun()) send_refusal(share, response, {500, "the request was not answered"});
  if (!response.has_outgrown()) share.metrics.count(response.status(), begin_ns);
}

void send_busy(const ServerShare& share, ResponseSink& sink, const ResponseForm& form,
               const std::string& why) {
  share.metrics.count(503, monotonic_ns());
  Response response(sink, form);
  send_refusal(share, response, {503, "the server is busy: " + why, {{"Retry-After", "1"}}});
}

net::PoolTask task_of(std::shared_ptr<Exchange> exchange, const RouteOptions& options) {
  net::PoolTask task{.run = [exchange] { run(exchange); }};
  if (options.only_if_awaited) task.stop = exchange->request.stop;
  if (options.is_small) {
    task.is_small = [exchange, &options] {
      return !is_admitted(*exchange) || options.is_small(exchange->request);
    };
    task.run_small = [exchange] { return run_small(*exchange); };
  }
  task.refuse = [exchange] {
    PoolSink sink(exchange->handle, exchange->end);
    send_busy(*exchange->share, sink, exchange->form, "too many requests like it wait");
  };
  return task;
}

}  // namespace efd::http
