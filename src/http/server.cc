// SPDX-License-Identifier: MIT
#include "http/server.h"

#include "http/exchange.h"

namespace efd::http {

namespace {

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

class HttpSession final : public net::Session, public AnswerEnd {
 public:
  HttpSession(net::Connection& connection, std::shared_ptr<ServerShare> share)
      : connection_(connection), share_(std::move(share)), caller_(connection.caller()) {}

  size_t on_receive(std::string_view bytes) override;
  void on_end_of_input(net::Connection& connection) override;
  void on_deadline(net::Connection& connection) override;

  void on_answered(bool keep_alive) override;
  void on_aborted() override;

 private:
  size_t parse(std::string_view bytes);
  void begin_request();
  void after_header();
  void dispatch();
  void dispatch(Request request);
  void run_inline(const Router::Route& route, Request request);
  void run_on_pool(const Router::Route& route, Request request);
  ResponseForm form(const Request& request) const;
  void answer_error(const Request& request, int status, std::string_view message,
                    Headers headers = {});
  void refuse(int status, std::string_view message);

  net::Connection& connection_;
  std::shared_ptr<ServerShare> share_;
  const Caller caller_;                    // before a request says who sends it
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

void LoopSink::abort() {
  session_.on_aborted();
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
  request->caller = caller_;
  request->stop = connection_.stop_token();
  dispatch(std::move(*request));
  if (!busy_) parser_.reset();
}

void HttpSession::dispatch(Request request) {
  std::string allowed;
  const Router::Route* route = share_->router.find(request, allowed);
  if (route && share_->router.options(*route).inline_on_loop)
    return run_inline(*route, std::move(request));
  if (route) return run_on_pool(*route, std::move(request));
  if (allowed.empty()) return answer_error(request, 404, "not found");
  answer_error(request, 405, "method not allowed", {{"Allow", allowed}});
}

void HttpSession::run_inline(const Router::Route& route, Request request) {
  LoopSink sink(connection_, *this);
  Response response(sink, form(request));
  net::MemoryClaim claim = parser_->take_claim();
  if (auto refusal = admit(*share_, route, request, claim)) {
    share_->metrics.count(refusal->status, monotonic_ns());
    return send_refusal(*share_, response, *refusal);
  }
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
  out.authorizer = options.authorizer;
  out.bounds = options.connections;
  if (options.metrics) out.refused = &net::refused_connections(*options.metrics, options.name);
  out.receive_bytes_max = options.header_bytes_max;
  out.unexpected_bytes_max = options.header_bytes_max;
  out.send_queue_bytes_max = options.send_queue_bytes_max;
  if (options.metrics) out.displaced = &net::displaced_connections(*options.metrics, options.name);
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
