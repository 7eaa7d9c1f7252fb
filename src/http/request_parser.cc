// SPDX-License-Identifier: MIT
#include "http/request_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/chunked_rest.h"
#include "http/uri.h"

namespace efd::http {

namespace beast = boost::beast;
using beast::error_code;
using BeastError = beast::http::error;

namespace {

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

// Takes what Beast finds. An error that Beast has no word for is noted here, and any error of
// Beast's ends the parsing.
class RequestParser::Parser final : public beast::http::basic_parser<true> {
 public:
  Parser(const RequestLimits& limits, net::MemoryBudget& bodies) : limits_(limits), claim_(bodies) {
    header_limit(static_cast<uint32_t>(limits.header_bytes_max));
    body_limit(limits.body_bytes_max);
    eager(true);
  }

  Request request;
  std::string_view own_failure;
  int own_status = 0;
  net::MemoryClaim& claim() { return claim_; }
  int version() const { return version_; }

 private:
  void refuse(int status, std::string_view why, error_code& error) {
    own_status = status;
    own_failure = why;
    error = BeastError::bad_value;
  }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code& error) override {
    version_ = version;
    if (target.size() > limits_.target_bytes_max) return refuse(414, "URI too long", error);
    request.method = view(method);
    request.target = view(target);
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value,
                     error_code& error) override {
    // RFC 9112, 3.2: or a proxy and the server behind it could take it for different hosts.
    if (field == beast::http::field::host && hosts_++)
      return refuse(400, "malformed request: more than one Host", error);
    request.headers.add(std::string(view(name)), std::string(view(value)));
  }
  void on_header_impl(error_code& error) override {
    std::string_view coding = request.headers.find("Transfer-Encoding");
    if (!coding.empty() && !equal_ignoring_case(coding, "chunked")) {
      refuse(501, "transfer codings other than chunked are not known", error);
    }
  }
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  size_t on_body_impl(beast::string_view bytes, error_code& error) override {
    if (!claim_.grow(bytes.size())) {
      refuse(503, "too many request bodies at once", error);
      return 0;
    }
    request.body.append(view(bytes));
    return bytes.size();
  }
  void on_chunk_header_impl(uint64_t, beast::string_view, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, beast::string_view bytes, error_code& error) override {
    return on_body_impl(bytes, error);
  }
  void on_finish_impl(error_code&) override {}

  const RequestLimits& limits_;
  net::MemoryClaim claim_;
  int version_ = 0;
  int hosts_ = 0;
};

RequestParser::RequestParser(const RequestLimits& limits, net::MemoryBudget& bodies)
    : parser_(std::make_unique<Parser>(limits, bodies)) {}

RequestParser::~RequestParser() = default;

size_t RequestParser::put(std::string_view bytes) {
  if (needs_more_of_chunk(*parser_, bytes.size())) return 0;
  error_code error;
  size_t used = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (!error || error == BeastError::need_more) return used;
  failed_status_ = 400;
  failure_ = "malformed request: " + error.message();
  if (error == BeastError::bad_version) failed_status_ = 505;
  if (error == BeastError::header_limit) failed_status_ = 431;
  if (error == BeastError::body_limit) failed_status_ = 413;
  if (parser_->own_status != 0) {
    failed_status_ = parser_->own_status;
    failure_ = parser_->own_failure;
  }
  return used;
}

bool RequestParser::is_header_done() const {
  return parser_->is_header_done();
}

bool RequestParser::is_done() const {
  return parser_->is_done();
}

bool RequestParser::keep_alive() const {
  return parser_->keep_alive();
}

bool RequestParser::is_http_1_1() const {
  return parser_->version() == 11;
}

bool RequestParser::expects_continue() const {
  return is_http_1_1() &&
         equal_ignoring_case(parser_->request.headers.find("Expect"), "100-continue");
}

Result<Request> RequestParser::take() {
  Request request = std::move(parser_->request);
  std::string_view target = request.target;
  if (target.substr(0, 7) == "http://") {  // the absolute form, as to a proxy
    target.remove_prefix(std::min(target.find('/', 7), target.size()));
    if (target.empty()) target = "/";
  }
  if (target.empty() || target.front() != '/') {
    return fail(ErrorCode::bad_input, "malformed request: the target is not a path");
  }
  target = target.substr(0, target.find('#'));
  size_t question = std::min(target.find('?'), target.size());
  EFD_ASSIGN(request.segments, split_path(target.substr(0, question)));
  if (question < target.size()) {
    EFD_ASSIGN(request.query, parse_form(target.substr(question + 1)));
  }
  return request;
}

net::MemoryClaim RequestParser::take_claim() {
  return std::move(parser_->claim());
}

}  // namespace efd::http
