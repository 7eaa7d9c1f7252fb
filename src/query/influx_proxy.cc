// SPDX-License-Identifier: MIT
#include "query/influx_proxy.h"

#include <algorithm>

namespace efd::query {
namespace {

// The InfluxDB ends a query that takes too long, not we; this ends a hang.
constexpr std::chrono::hours kAnswerTimeMax{24};

// Fields that are between two neighbours (RFC 9110, 7.6.1), and what the client and our own side
// write themselves. Without Accept-Encoding the answer comes plain; our side compresses.
constexpr std::string_view kOfTheConnection[] = {"Host",
                                                 "Connection",
                                                 "Keep-Alive",
                                                 "Proxy-Connection",
                                                 "Content-Length",
                                                 "Transfer-Encoding",
                                                 "Trailer",
                                                 "TE",
                                                 "Upgrade",
                                                 "Expect",
                                                 "Accept-Encoding",
                                                 "Proxy-Authorization"};

http::Headers handed_on(const http::Headers& headers) {
  const std::string_view named = headers.find("Connection");
  http::Headers kept;
  for (const auto& [name, value] : headers) {
    const bool is_ours = std::any_of(
        std::begin(kOfTheConnection), std::end(kOfTheConnection),
        [&name = name](std::string_view ours) { return http::equal_ignoring_case(ours, name); });
    if (!is_ours && !http::names_token(named, name)) kept.add(name, value);
  }
  return kept;
}

// An answer on its way back. It begins with its first bytes, or at its end if it has none.
class Relay : public http::AnswerReceiver {
 public:
  explicit Relay(http::Response& response) : response_(response) {}

  Result<> begin(int status, const http::Headers& headers) override {
    status_ = status;
    headers_ = handed_on(headers);
    return {};
  }
  Result<> body(std::string_view bytes) override {
    if (!response_.has_begun()) EFD_TRY(response_.begin(status_, headers_));
    EFD_TRY(response_.write(bytes));
    return response_.flush();
  }
  Result<> end() {
    if (response_.has_begun()) return response_.end();
    response_.send(status_, headers_, "");
    return {};
  }

 private:
  http::Response& response_;
  int status_ = 0;
  http::Headers headers_;
};

}  // namespace

InfluxProxy::InfluxProxy(std::string url, http::Client first) : url_(std::move(url)) {
  idle_.push_back(std::move(first));
}

Result<std::unique_ptr<InfluxProxy>> InfluxProxy::open(std::string_view url) {
  EFD_ASSIGN(auto client, http::Client::open(url, {.request_timeout = kAnswerTimeMax}));
  return std::unique_ptr<InfluxProxy>(new InfluxProxy(std::string(url), std::move(client)));
}

Result<http::Client> InfluxProxy::take_client() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return http::Client::open(url_, {.request_timeout = kAnswerTimeMax});
  http::Client client = std::move(idle_.back());
  idle_.pop_back();
  return client;
}

void InfluxProxy::keep_client(http::Client client) {
  std::lock_guard lock(mutex_);
  if (idle_.size() < kProxyConnectionsKeptMax) idle_.push_back(std::move(client));
}

Result<> InfluxProxy::forward(const http::Request& request, http::Response& response) {
  EFD_ASSIGN(auto client, take_client());
  Relay relay(response);
  Result<> answered = client.stream(request.method, request.target, request.body,
                                    handed_on(request.headers), relay, request.stop);
  keep_client(std::move(client));
  if (answered) return relay.end();
  if (response.has_begun()) response.abort();
  return answered;
}

// Over a connection of its own: those of queries may all wait for answers.
Result<> InfluxProxy::ping() const {
  EFD_ASSIGN(auto client, http::Client::open(url_, {.connect_timeout = kPingTimeMax,
                                                    .request_timeout = kPingTimeMax}));
  EFD_ASSIGN(const http::Answer answer, client.get("/ping"));
  if (answer.status < 500) return {};
  return fail(ErrorCode::retry, "{}: /ping is answered with HTTP {}", url_, answer.status);
}

}  // namespace efd::query
