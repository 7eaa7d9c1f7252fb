// SPDX-License-Identifier: MIT
#include "http/response_parser.h"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/chunked_rest.h"

namespace efd::http {

namespace beast = boost::beast;
using beast::error_code;

namespace {

constexpr uint32_t kHeaderBytesMax = 64u << 10;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

class ResponseParser::Parser final : public beast::http::basic_parser<false> {
 public:
  Parser(size_t body_bytes_max, bool to_head) {
    header_limit(kHeaderBytesMax);
    body_limit(body_bytes_max);
    eager(true);
    skip(to_head);
  }

  Answer answer;

 private:
  void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int,
                       error_code&) override {}
  void on_response_impl(int status, beast::string_view, int, error_code&) override {
    answer.status = status;
  }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error_code&) override {
    answer.headers.add(std::string(view(name)), std::string(view(value)));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  size_t on_body_impl(beast::string_view bytes, error_code&) override {
    answer.body.append(view(bytes));
    return bytes.size();
  }
  void on_chunk_header_impl(uint64_t, beast::string_view, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, beast::string_view bytes, error_code& error) override {
    return on_body_impl(bytes, error);
  }
  void on_finish_impl(error_code&) override {}
};

ResponseParser::ResponseParser(size_t body_bytes_max, bool to_head)
    : parser_(std::make_unique<Parser>(body_bytes_max, to_head)) {}

ResponseParser::~ResponseParser() = default;

Result<size_t> ResponseParser::put(std::string_view bytes) {
  if (needs_more_of_chunk(*parser_, bytes.size())) return 0;
  error_code error;
  size_t used = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error && error != beast::http::error::need_more) {
    return fail(ErrorCode::retry, "malformed answer: {}", error.message());
  }
  return used;
}

Result<> ResponseParser::put_end() {
  error_code error = beast::http::error::partial_message;
  if (parser_->got_some()) parser_->put_eof(error);
  if (error) return fail(ErrorCode::retry, "the connection was closed within the answer");
  return {};
}

bool ResponseParser::is_header_done() const {
  return parser_->is_header_done();
}

const Answer& ResponseParser::answer() const {
  return parser_->answer;
}

std::string ResponseParser::take_body() {
  return std::exchange(parser_->answer.body, {});
}

bool ResponseParser::is_done() const {
  return parser_->is_done();
}

bool ResponseParser::keep_alive() const {
  return parser_->keep_alive();
}

Answer ResponseParser::take() {
  return std::move(parser_->answer);
}

}  // namespace efd::http
