// SPDX-License-Identifier: MIT
#include "http/server.h"

#include <array>

#include "http/request_parser.h"
#include "system/clock.h"

namespace efd::http {

namespace {

int64_t monotonic_ns() {
  return system::real_clock().monotonic_ns();
}

// What all connections of one server count; nothing without metrics.
class RequestMetrics {
 public:
  RequestMetrics(observe::Metrics* metrics, const std::string& listener) {
    if (!metrics) return;
    for (size_t i = 0; i < classes_.size(); ++i) {
      classes_[i] =
          &metrics->counter("efd_http_requests_total", "Answered requests.",
                            {{"listener", listener}, {"status", fmt::format("{}xx", i + 1)}});
    }
    seconds_ = &metrics->summary("efd_http_request_seconds", "Time in handlers.",
                                 {{"listener", listener}});
  }
  void count(int status, int64_t begin_ns) const {
    if (!seconds_ || status < 100 || status > 599) return;
    classes_[static_cast<size_t>(status / 100 - 1)]->add();
    seconds_->observe_ns(monotonic_ns() - begin_ns);
  }

 private:
  std::array<observe::Counter*, 5> classes_{};
  observe::Summary* seconds_ = nullptr;
};

// What all connections of one server share.
struct ServerShare {
  ServerShare(net::Pool& pool, const Router& router, const ServerOptions& options)
      : pool(pool),
        router(router),
        options(options),
        limits{options.header_bytes_max, options.target_bytes_max, options.body_bytes_max},
        bodies(options.bodies_total_bytes_max),
        small_answers(options.small_answers_total_bytes_max),
        metrics(options.metrics, options.name) {}

  net::Pool& pool;
  const Router& router;
  const ServerOptions options;
  const RequestLimits limits;
  net::MemoryBudget bodies;
  net::MemoryBudget small_answers;
  const RequestMetrics metrics;
};

class HttpSession;

// Answers of handlers that run on the loop.
class LoopSink final : public ResponseSink {
 public:
  LoopSink(net::Connection& connection, HttpSession& session)
      : connection_(connection), session_(session) {}
  Result<> send(std::string bytes) override {
    connection_.send(std::move(bytes));
    return {};
  }
  void finish(std::string bytes, bool keep_alive) override;
  void abort() override;

 private:
  net::Connection& connection_;
  HttpSession& session_;
};

// Answers of handlers that run on the pool. The session is touched on its loop only, by tasks that
// are dropped when the connection has gone.
class PoolSink final : public ResponseSink {
 public:
  // `room`: what the answer gathers in, kept until the client has taken it; null: nothing.
  PoolSink(net::ConnectionHandle handle, HttpSession& session,
           std::shared_ptr<AnswerRoom> room = nullptr)
      : handle_(std::move(handle)), session_(session), room_(std::move(room)) {}
  Result<> send(std::string bytes) override { return handle_.send(std::move(bytes)); }
  void finish(std::string bytes, bool keep_alive) override;
  void abort() override;

 private:
  net::ConnectionHandle handle_;
  HttpSession& session_;
  std::shared_ptr<AnswerRoom> room_;
};

// One request on its way through the pool.
struct Exchange {
  std::shared_ptr<ServerShare> share;
  const Router::Route& route;
  Request request;
  ResponseForm form;
  net::ConnectionHandle handle;
  HttpSession& session;  // see PoolSink
  net::MemoryClaim claim;
};

void run_handler(const ServerShare& share, const Router::Route& route, const Request& request,
                 Response& response) {
  int64_t begin_ns = monotonic_ns();
  share.router.handler(route)(request, response);
  if (!response.has_begun()) {
    ErrorBody error = share.router.error_body(500, "the request was not answered");
    response.send(500, {{"Content-Type", error.content_type}}, std::move(error.body));
  }
  if (!response.has_outgrown()) share.metrics.count(response.status(), begin_ns);
}

void run(const Exchange& exchange) {
  PoolSink sink(exchange.handle, exchange.session);
  Response response(sink, exchange.form);
  run_handler(*exchange.share, exchange.route, exchange.request, response);
}

// Waits for no client. False: the answer is too large for that.
bool run_small(const Exchange& exchange) {
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
  PoolSink sink(exchange.handle, exchange.session, {held, &held->room});
  Response response(sink, form);
  run_handler(*exchange.share, exchange.route, exchange.request, response);
  return !response.has_outgrown();
}

// Overload is never a 4xx, which clients do not try again.
void send_busy(const ServerShare& share, ResponseSink& sink, const ResponseForm& form,
               const std::string& why) {
  ErrorBody error = share.router.error_body(503, "the server is busy: " + why);
  share.metrics.count(503, monotonic_ns());
  Response(sink, form)
      .send(503, {{"Content-Type", error.content_type}, {"Retry-After", "1"}},
            std::move(error.body));
}

net::PoolTask task_of(std::shared_ptr<const Exchange> exchange, const RouteOptions& options) {
  net::PoolTask task{.run = [exchange] { run(*exchange); }};
  if (options.only_if_awaited) task.stop = exchange->request.stop;
  if (options.is_small) {
    task.is_small = [exchange, &options] { return options.is_small(exchange->request); };
    task.run_small = [exchange] { return run_small(*exchange); };
  }
  task.refuse = [exchange] {
    PoolSink sink(exchange->handle, exchange->session);
    send_busy(*exchange->share, sink, exchange->form, "too many requests like it wait");
  };
  return task;
}

class HttpSession final : public net::Session {
 public:
  HttpSession(net::Connection& connection, std::shared_ptr<ServerShare> share)
      : connection_(connection), share_(std::move(share)) {}

  size_t on_receive(std::string_view bytes) override;
  void on_end_of_input(net::Connection& connection) override;
  void on_deadline(net::Connection& connection) override;

  // The answer to the request in work has left.
  void on_answered(bool keep_alive);
  // It has been broken off.
  void on_aborted();

 private:
  size_t parse(std::string_view bytes);
  void begin_request();
  void after_header();
  void dispatch();
  void dispatch(Request request);
  void run_inline(const Router::Route& route, const Request& request);
  void run_on_pool(const Router::Route& route, Request request);
  ResponseForm form(const Request& request) const;
  void answer_error(const Request& request, int status, std::string_view message,
                    Headers headers = {});
  void refuse(int status, std::string_view message);

  net::Connection& connection_;
  std::shared_ptr<ServerShare> share_;
  std::unique_ptr<RequestParser> parser_;  // while a request is being received
  bool said_continue_ = false;
  bool busy_ = false;              // a request is being answered on the pool
  bool goes_with_client_ = false;  // and not when the client has ended its side
  bool ends_by_closing_ = false;   // a streamed answer has no other end (HTTP/1.0)
  bool input_ended_ = false;       // close behind the answer in work
  bool finished_ = false;          // the last answer is queued
};

void LoopSink::finish(std::string bytes, bool keep_alive) {
  connection_.send(std::move(bytes));
  session_.on_answered(keep_alive);
}

void PoolSink::finish(std::string bytes, bool keep_alive) {
  struct Last {
    std::string bytes;
    std::shared_ptr<AnswerRoom> room;
  };
  auto last = std::make_shared<const Last>(Last{std::move(bytes), room_});
  auto deliver = [session = &session_, last = std::move(last),
                  keep_alive](net::Connection& connection) {
    connection.send(last->bytes, last);
    session->on_answered(keep_alive);
  };
  (void)handle_.post(std::move(deliver));  // a client that has gone needs no answer
}

void LoopSink::abort() {
  session_.on_aborted();
}

void PoolSink::abort() {
  (void)handle_.post([session = &session_](net::Connection&) { session->on_aborted(); });
}

// -------------------------------------------------------------------------------------- receiving

size_t HttpSession::on_receive(std::string_view bytes) {
  size_t used = 0;
  while (!busy_ && !finished_ && used < bytes.size()) {
    size_t step = parse(bytes.substr(used));
    used += step;
    if (step == 0) break;
  }
  return finished_ ? bytes.size() : used;
}

// Returns 0 when more bytes are needed, or when the connection ends.
size_t HttpSession::parse(std::string_view bytes) {
  if (!parser_) {
    // RFC 9112, 2.2: an empty line before the request is ignored.
    if (bytes.front() == '\r' || bytes.front() == '\n') return 1;
    begin_request();
  }
  size_t used = parser_->put(bytes);
  if (parser_->failed_status() != 0) return refuse(parser_->failed_status(), parser_->failure()), 0;
  if (parser_->is_header_done()) after_header();
  if (parser_->is_done()) dispatch();
  return used;
}

void HttpSession::begin_request() {
  parser_ = std::make_unique<RequestParser>(share_->limits, share_->bodies);
  said_continue_ = false;
  connection_.set_deadline(share_->options.request_timeout);
}

void HttpSession::after_header() {
  if (said_continue_ || parser_->is_done() || !parser_->expects_continue()) return;
  said_continue_ = true;
  connection_.send("HTTP/1.1 100 Continue\r\n\r\n");
}

void HttpSession::on_deadline(net::Connection&) {
  refuse(408, "the request took too long to arrive");
}

void HttpSession::on_end_of_input(net::Connection& connection) {
  input_ended_ = true;
  if (busy_ && goes_with_client_) return connection.close();
  if (!busy_) connection.close_after_send();
}

// ------------------------------------------------------------------------------------- dispatching

void HttpSession::dispatch() {
  connection_.clear_deadline();
  connection_.note_request();
  Result<Request> request = parser_->take();
  if (!request) return refuse(400, request.error().message);
  request->caller = connection_.caller();
  request->stop = connection_.stop_token();
  dispatch(std::move(*request));
  if (!busy_) parser_.reset();
}

void HttpSession::dispatch(Request request) {
  std::string allowed;
  const Router::Route* route = share_->router.find(request, allowed);
  if (route && share_->router.options(*route).inline_on_loop) return run_inline(*route, request);
  if (route) return run_on_pool(*route, std::move(request));
  if (allowed.empty()) return answer_error(request, 404, "not found");
  answer_error(request, 405, "method not allowed", {{"Allow", allowed}});
}

void HttpSession::run_inline(const Router::Route& route, const Request& request) {
  LoopSink sink(connection_, *this);
  Response response(sink, form(request));
  run_handler(*share_, route, request, response);
}

void HttpSession::run_on_pool(const Router::Route& route, Request request) {
  ResponseForm request_form = form(request);
  auto exchange =
      std::make_shared<Exchange>(Exchange{share_, route, std::move(request), request_form,
                                          connection_.handle(), *this, parser_->take_claim()});
  const RouteOptions& options = share_->router.options(route);
  Result<> submitted =
      (options.pool ? *options.pool : share_->pool).submit(task_of(std::move(exchange), options));
  if (!submitted) {
    LoopSink sink(connection_, *this);
    return send_busy(*share_, sink, request_form, submitted.error().message);
  }
  busy_ = true;
  goes_with_client_ = options.only_if_awaited;
  ends_by_closing_ = !request_form.may_chunk;
  connection_.reset_on_close(ends_by_closing_);
  connection_.pause();
}

ResponseForm HttpSession::form(const Request& request) const {
  ResponseForm form;
  form.is_head = request.method == "HEAD";
  form.may_chunk = parser_->is_http_1_1();
  form.keep_alive = parser_->keep_alive();
  form.accepts_gzip = names_token(request.headers.find("Accept-Encoding"), "gzip");
  form.gzip_bytes_min = share_->options.gzip_bytes_min;
  form.fixed_headers = &share_->router.headers();
  return form;
}

// ----------------------------------------------------------------------------------------
// answering

void HttpSession::on_answered(bool keep_alive) {
  bool was_busy = std::exchange(busy_, false);
  if (was_busy) parser_.reset();
  if (!keep_alive || input_ended_) {
    finished_ = true;
    return connection_.close_after_send();
  }
  connection_.reset_on_close(false);
  if (was_busy) connection_.resume();
}

// What has been sent may be of use to the client; only where an orderly end would make it whole is
// it thrown away.
void HttpSession::on_aborted() {
  if (ends_by_closing_) return connection_.close();
  on_answered(false);
}

void HttpSession::answer_error(const Request& request, int status, std::string_view message,
                               Headers headers) {
  ErrorBody error = share_->router.error_body(status, message);
  headers.add("Content-Type", std::move(error.content_type));
  LoopSink sink(connection_, *this);
  share_->metrics.count(status, monotonic_ns());
  Response(sink, form(request)).send(status, headers, std::move(error.body));
}

// For requests that never became one: the connection cannot go on behind them.
void HttpSession::refuse(int status, std::string_view message) {
  ErrorBody error = share_->router.error_body(status, message);
  ResponseForm last;
  last.keep_alive = false;
  last.fixed_headers = &share_->router.headers();
  LoopSink sink(connection_, *this);
  share_->metrics.count(status, monotonic_ns());
  Response(sink, last).send(status, {{"Content-Type", error.content_type}}, std::move(error.body));
}

net::ListenerOptions listener_options(const ServerOptions& options) {
  net::ListenerOptions out;
  out.name = options.name;
  out.connections_max = options.connections_max;
  if (options.metrics) out.refused = &net::refused_connections(*options.metrics, options.name);
  out.receive_bytes_max = options.header_bytes_max;
  out.unexpected_bytes_max = options.header_bytes_max;
  out.send_queue_bytes_max = options.send_queue_bytes_max;
  if (options.metrics) out.displaced = &net::displaced_connections(*options.metrics, options.name);
  out.first_request_timeout = options.first_request_timeout;
  out.idle_timeout = options.idle_timeout;
  out.send_timeout = options.send_timeout;
  return out;
}

}  // namespace

Result<std::unique_ptr<net::Listener>> serve(net::Loops& loops, net::Pool& pool,
                                             const Router& router, std::string_view address,
                                             ServerOptions options) {
  auto share = std::make_shared<ServerShare>(pool, router, options);
  auto factory = [share](net::Connection& connection) {
    return std::make_unique<HttpSession>(connection, share);
  };
  return net::listen(loops, address, std::move(factory), listener_options(options));
}

}  // namespace efd::http
