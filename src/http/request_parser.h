// SPDX-License-Identifier: MIT
// Bytes of a connection -> one request. For http's own .cc files.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/request.h"
#include "net/memory_budget.h"

namespace efd::http {

struct RequestLimits {
  size_t header_bytes_max;
  size_t target_bytes_max;
  size_t body_bytes_max;
};

// Parses one request; made anew for the next. What Beast accepts and RFC 9112 leaves open is
// refused: other versions than 1.0 and 1.1, targets that are no path, other codings than chunked.
class RequestParser {
 public:
  // The body's memory is charged to `bodies` for as long as the claim from take() lives.
  RequestParser(const RequestLimits& limits, net::MemoryBudget& bodies);
  ~RequestParser();

  // Returns how many of `bytes` it is done with; the rest is to come again with more behind it.
  size_t put(std::string_view bytes);

  bool is_header_done() const;
  bool is_done() const;
  // 0, or the status to answer: 400, 413, 414, 431, 501, 503, 505. Nothing can be put any more.
  int failed_status() const { return failed_status_; }
  const std::string& failure() const { return failure_; }

  // Once the header is done.
  bool keep_alive() const;
  bool is_http_1_1() const;
  bool expects_continue() const;

  // Once it is done: without caller, stop and captures. A target that cannot be decoded is
  // bad_input.
  Result<Request> take();
  net::MemoryClaim take_claim();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  int failed_status_ = 0;
  std::string failure_;
};

}  // namespace efd::http
