// SPDX-License-Identifier: MIT
// A blocking HTTP client: one kept connection to one server.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace efd::http {

struct ClientOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds request_timeout{60'000};  // from the first byte out to the last one in
  size_t body_bytes_max = 256u << 20;                 // of an answer
};

struct Answer {
  int status = 0;
  Headers headers;
  std::string body;
  bool is_ok() const { return status >= 200 && status < 300; }
};

// Takes an answer as it comes. An error that it returns ends the request, and closes the
// connection.
class AnswerReceiver {
 public:
  virtual ~AnswerReceiver() = default;
  virtual Result<> begin(int status, const Headers& headers) = 0;
  virtual Result<> body(std::string_view bytes) = 0;
};

// Thread-safe: requests of several threads wait for each other.
class Client {
 public:
  // "http://HOST[:PORT][/PREFIX]"; bad_input for anything else. Does not connect yet.
  static Result<Client> open(std::string_view url, ClientOptions options = {});
  ~Client();
  Client(Client&&) noexcept;

  // `target` ("/subjects?deleted=true") goes behind the prefix. Any status is an Answer; an Error
  // (`retry`) means that there was none: "cannot reach http://...: Connection refused; is it
  // running?". A kept connection that the server closed meanwhile is replaced without a word.
  Result<Answer> get(std::string_view target, const Headers& headers = {});
  Result<Answer> post(std::string_view target, std::string_view body, const Headers& headers = {});
  Result<Answer> put(std::string_view target, std::string_view body, const Headers& headers = {});
  Result<Answer> remove(std::string_view target, const Headers& headers = {});  // DELETE
  // `cancelled` as soon as `stop` is requested.
  Result<Answer> request(std::string_view method, std::string_view target, std::string_view body,
                         const Headers& headers = {}, std::stop_token stop = {});
  // As request, with a body of any length.
  Result<> stream(std::string_view method, std::string_view target, std::string_view body,
                  const Headers& headers, AnswerReceiver& receiver, std::stop_token stop = {});

  const std::string& url() const;

 private:
  struct Channel;
  explicit Client(std::unique_ptr<Channel> channel);
  std::unique_ptr<Channel> channel_;
};

}  // namespace efd::http
