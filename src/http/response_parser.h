// SPDX-License-Identifier: MIT
// Bytes of a connection -> one answer. For http's own .cc files.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "http/client.h"

namespace efd::http {

class ResponseParser {
 public:
  // `to_head`: of an answer to HEAD, which has no body whatever its header says.
  ResponseParser(size_t body_bytes_max, bool to_head);
  ~ResponseParser();

  // Returns how many of `bytes` it is done with; the rest is to come again with more behind it.
  // retry: no HTTP, or a body beyond the bound.
  Result<size_t> put(std::string_view bytes);
  // The connection was closed: that may be the end of the answer. Otherwise as in put.
  Result<> put_end();

  bool is_header_done() const;
  bool is_done() const;
  bool keep_alive() const;
  // Once the header is done: with so much of the body as has come.
  const Answer& answer() const;
  // What has come of the body since the last call.
  std::string take_body();
  Answer take();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace efd::http
