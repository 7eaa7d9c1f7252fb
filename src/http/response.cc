// SPDX-License-Identifier: MIT
#include "http/response.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "codec/gzip_stream.h"
#include "system/clock.h"

namespace efd::http {

namespace {

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

// A line end in a value would start a header field of the caller's making.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (char c : value) {
    if (c != '\r' && c != '\n') out += c;
  }
  out += "\r\n";
}

}  // namespace

Result<std::shared_ptr<Response>> ResponseSink::defer() {
  return fail(ErrorCode::give_up, "this answer cannot come later");
}

Response::Response(ResponseSink& sink, const ResponseForm& form)
    : sink_(sink), form_(form), keep_alive_(form.keep_alive) {}

Response::~Response() {
  if (state_ == State::gathering || state_ == State::streaming) abort();
}

bool Response::will_gzip(const Headers& headers) const {
  return form_.accepts_gzip && !headers.has("Content-Encoding") && has_body(status_);
}

// Status line and fields, without the empty line behind them.
std::string Response::head(const Headers& headers, bool gzipped) const {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", status_, reason_phrase(status_));
  if (form_.fixed_headers) {
    for (const auto& [name, value] : *form_.fixed_headers) append_field(out, name, value);
  }
  for (const auto& [name, value] : headers) append_field(out, name, value);
  if (gzipped) out += "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n";
  if (!keep_alive_) out += "Connection: close\r\n";
  if (keep_alive_ && !form_.may_chunk) out += "Connection: keep-alive\r\n";
  return out;
}

void Response::send(int status, const Headers& headers, std::string body) {
  EFD_CHECK(state_ == State::fresh);
  state_ = State::ended;
  status_ = status;
  bool gzipped = body.size() >= form_.gzip_bytes_min && will_gzip(headers);
  if (gzipped) {
    std::string compressed;
    codec::GzipStream stream;
    stream.write(body, compressed);
    stream.finish(compressed);
    body = std::move(compressed);
  }
  std::string out = head(headers, gzipped);
  if (has_body(status)) out += fmt::format("Content-Length: {}\r\n", body.size());
  out += "\r\n";
  if (has_body(status) && !form_.is_head) out += body;
  sink_.finish(std::move(out), keep_alive_);
}

Result<> Response::begin(int status, Headers headers) {
  EFD_CHECK(state_ == State::fresh);
  state_ = State::gathering;
  status_ = status;
  headers_ = std::move(headers);
  return {};
}

Result<> Response::write(std::string_view bytes) {
  if (form_.room) return keep(bytes);
  EFD_CHECK(state_ == State::gathering || state_ == State::streaming);
  while (!bytes.empty()) {
    size_t size = std::min(bytes.size(), kGatheredBytesMax);
    gather(bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (gathered_.size() >= kGatheredBytesMax) EFD_TRY(send_gathered());
  }
  return {};
}

Result<> Response::keep(std::string_view bytes) {
  EFD_CHECK(state_ == State::gathering || state_ == State::outgrown);
  if (form_.room->holds(gathered_.size() + bytes.size())) {
    gathered_.append(bytes);
    return {};
  }
  state_ = State::outgrown;
  gathered_ = {};
  return fail(ErrorCode::cancelled, "the answer is larger than the room that it has");
}

void Response::gather(std::string_view bytes) {
  gzip_ ? gzip_->write(bytes, gathered_) : void(gathered_.append(bytes));
}

// The head of a stream. What is gathered and what follows is gzipped if the client likes that.
std::string Response::begin_stream() {
  state_ = State::streaming;
  bool gzipped = will_gzip(headers_);
  keep_alive_ = keep_alive_ && form_.may_chunk;
  std::string out = head(headers_, gzipped);
  if (form_.may_chunk) out += "Transfer-Encoding: chunked\r\n";
  out += "\r\n";
  if (gzipped) {
    gzip_ = std::make_unique<codec::GzipStream>();
    gzip_->write(std::exchange(gathered_, {}), gathered_);
    gzip_->flush(gathered_);
  }
  return out;
}

// Sends what is gathered; the first time with the head before it.
Result<> Response::send_gathered() {
  std::string out;
  if (state_ == State::gathering) out = begin_stream();
  out += framed(std::exchange(gathered_, {}));
  if (out.empty()) return {};
  const int64_t begin_ns = system::real_clock().monotonic_ns();
  Result<> sent = sink_.send(std::move(out));
  waited_ns_ += system::real_clock().monotonic_ns() - begin_ns;
  return sent;
}

// As a chunk (RFC 9112, 7.1). None is empty: that would be the end.
std::string Response::framed(std::string_view bytes) const {
  if (bytes.empty() || form_.is_head) return {};
  if (!form_.may_chunk) return std::string(bytes);
  std::string out = fmt::format("{:x}\r\n", bytes.size());
  return out.append(bytes).append("\r\n");
}

Result<> Response::flush() {
  if (form_.room) {
    is_stream_ = true;
    return {};
  }
  EFD_CHECK(state_ == State::gathering || state_ == State::streaming);
  if (state_ == State::gathering && gathered_.empty()) return {};
  if (gzip_) gzip_->flush(gathered_);
  return send_gathered();
}

Result<> Response::end() {
  if (state_ == State::outgrown) return {};
  EFD_CHECK(state_ == State::gathering || state_ == State::streaming);
  if (state_ == State::gathering && !is_stream_) {
    state_ = State::fresh;
    send(status_, headers_, std::move(gathered_));
    return {};
  }
  std::string out;
  if (state_ == State::gathering) out = begin_stream();
  state_ = State::ended;
  if (gzip_) gzip_->finish(gathered_);
  out += framed(gathered_);
  if (form_.may_chunk && !form_.is_head) out += "0\r\n\r\n";
  sink_.finish(std::move(out), keep_alive_);
  return {};
}

void Response::abort() {
  if (state_ == State::outgrown) return;
  EFD_CHECK(state_ != State::ended);
  if (state_ != State::streaming) {
    state_ = State::fresh;
    keep_alive_ = false;
    return send(500, {{"Content-Type", "text/plain"}}, "the answer could not be made\n");
  }
  state_ = State::ended;
  sink_.abort();
}

void Response::restart() {
  EFD_CHECK(!has_left());
  state_ = State::fresh;
  gathered_.clear();
}

}  // namespace efd::http
