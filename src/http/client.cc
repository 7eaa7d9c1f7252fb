// SPDX-License-Identifier: MIT
#include "http/client.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "http/response_parser.h"
#include "net/client_socket.h"

namespace efd::http {

namespace {

constexpr size_t kReceiveBytes = 64u << 10;
constexpr size_t kStreamBytesMax = SIZE_MAX >> 1;  // of an answer that nobody gathers
constexpr int kInterimAnswersMax = 8;              // 100 Continue and its like, before the answer

struct Origin {
  net::Address address;
  std::string prefix;  // "/registry", or empty
};

Result<Origin> parse_url(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (url.substr(0, 8) == "https://") {
    return fail(ErrorCode::bad_input, "'{}': https is not supported, use http", url);
  }
  if (url.substr(0, kScheme.size()) != kScheme) {
    return fail(ErrorCode::bad_input, "'{}': expected http://HOST:PORT", url);
  }
  std::string_view rest = url.substr(kScheme.size());
  std::string authority(rest.substr(0, rest.find('/')));
  std::string prefix(rest.substr(authority.size()));
  while (!prefix.empty() && prefix.back() == '/') prefix.pop_back();
  bool has_port = authority.find(':', authority.rfind(']') + 1) != std::string::npos;
  Result<net::Address> address = net::parse_address(has_port ? authority : authority + ":80");
  if (!address) return fail_in(url, address.error());
  return Origin{std::move(*address), std::move(prefix)};
}

// Hands on what a parser has of an answer, as it grows.
struct Stream {
  AnswerReceiver* receiver;  // null: the parser keeps it all
  bool begun = false;

  Result<> advance(ResponseParser& parser) {
    if (!receiver || !parser.is_header_done() || parser.answer().status < 200) return {};
    if (!std::exchange(begun, true))
      EFD_TRY(receiver->begin(parser.answer().status, parser.answer().headers));
    std::string bytes = parser.take_body();
    return bytes.empty() ? Result<>() : receiver->body(bytes);
  }
};

// What comes from the server, until a parser has a whole answer.
struct Input {
  net::ClientSocket& socket;
  net::Deadline deadline;
  Stream stream;
  std::string bytes = {};  // received and not yet parsed
  bool heard = false;
  bool ended = false;

  Result<> feed(ResponseParser& parser) {
    while (true) {
      EFD_TRY(parse(parser));
      EFD_TRY(stream.advance(parser));
      if (parser.is_done()) return {};
      EFD_TRY(receive());
      if (ended) return parser.put_end();
    }
  }

 private:
  Result<> parse(ResponseParser& parser) {
    size_t used = 0;
    for (size_t step = 1; step > 0 && used < bytes.size() && !parser.is_done(); used += step) {
      EFD_ASSIGN(step, parser.put(std::string_view(bytes).substr(used)));
    }
    bytes.erase(0, used);
    return {};
  }
  Result<> receive() {
    size_t before = bytes.size();
    bytes.resize(before + kReceiveBytes);
    Result<size_t> got = socket.receive(bytes.data() + before, kReceiveBytes, deadline);
    bytes.resize(before + got.value_or(0));
    if (!got) return fail(got.error());
    ended = *got == 0;
    heard = heard || *got > 0;
    return {};
  }
};

// One request on its way.
struct Exchange {
  std::string what;  // "GET http://127.0.0.1:8081/subjects", for errors
  std::string bytes;
  bool is_head = false;
  net::Deadline deadline;
  AnswerReceiver* receiver = nullptr;
  bool heard = false;  // any of the answer has come
};

}  // namespace

struct Client::Channel {
  std::string url;
  Origin origin;
  ClientOptions options;
  std::mutex mutex;         // of one request at a time
  std::mutex socket_mutex;  // of replacing the socket, which a stop may shut down meanwhile
  std::optional<net::ClientSocket> socket;
  bool is_interrupted = false;  // the request at hand has been stopped

  Result<Answer> run(Exchange& exchange, bool repeatable);
  // One way over the connection.
  Result<Answer> attempt(Exchange& exchange);
  Result<Answer> receive(Exchange& exchange);
  Result<> connect();
  void disconnect();
  void interrupt();
  std::string format(std::string_view method, std::string_view target, std::string_view body,
                     const Headers& headers) const;
  Result<Answer> request(std::string_view method, std::string_view target, std::string_view body,
                         const Headers& headers, AnswerReceiver* receiver, std::stop_token stop);
};

Result<> Client::Channel::connect() {
  net::Deadline deadline = std::chrono::steady_clock::now() + options.connect_timeout;
  Result<net::ClientSocket> connected = net::ClientSocket::connect(origin.address, deadline);
  if (!connected) {
    return fail(connected.error().code, "cannot reach {}: {}; is it running?", url,
                connected.error().message);
  }
  std::lock_guard lock(socket_mutex);
  socket = std::move(*connected);
  if (is_interrupted) socket->shut_down();
  return {};
}

void Client::Channel::disconnect() {
  std::lock_guard lock(socket_mutex);
  socket.reset();
}

void Client::Channel::interrupt() {
  std::lock_guard lock(socket_mutex);
  is_interrupted = true;
  if (socket) socket->shut_down();
}

std::string Client::Channel::format(std::string_view method, std::string_view target,
                                    std::string_view body, const Headers& headers) const {
  std::string out = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\n", method, origin.prefix, target,
                                origin.address.to_string());
  for (const auto& [name, value] : headers) out += fmt::format("{}: {}\r\n", name, value);
  bool sends_body = !body.empty() || method == "POST" || method == "PUT";
  if (sends_body) out += fmt::format("Content-Length: {}\r\n", body.size());
  return out.append("\r\n").append(body);
}

Result<Answer> Client::Channel::attempt(Exchange& exchange) {
  Result<> sent = socket->send(exchange.bytes, exchange.deadline);
  // A server may answer and close before it has read everything (413): listen all the same.
  Result<Answer> answer = receive(exchange);
  if (answer) return answer;
  return fail_in(exchange.what, sent || exchange.heard ? answer.error() : sent.error());
}

Result<Answer> Client::Channel::receive(Exchange& exchange) {
  Input input{*socket, exchange.deadline, {exchange.receiver}};
  size_t body_bytes_max = exchange.receiver ? kStreamBytesMax : options.body_bytes_max;
  for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
    ResponseParser parser(body_bytes_max, exchange.is_head);
    Result<> complete = input.feed(parser);
    exchange.heard = exchange.heard || input.heard;
    if (complete && input.ended) complete = input.stream.advance(parser);
    if (!complete) return fail(complete.error());
    if (input.ended || !parser.keep_alive()) disconnect();
    Answer answer = parser.take();
    if (answer.status >= 200) return answer;
    if (!socket) break;
  }
  return fail(ErrorCode::retry, "no answer behind interim ones");
}

Result<Answer> Client::Channel::run(Exchange& exchange, bool repeatable) {
  if (socket && !socket->seems_open()) disconnect();
  bool was_kept = socket.has_value();
  if (!was_kept) EFD_TRY(connect());
  Result<Answer> answer = attempt(exchange);
  // The server may have closed the kept connection in this moment. Whether it has taken the request
  // nobody knows, so only what may be repeated is.
  if (!answer && was_kept && !exchange.heard && repeatable) {
    EFD_TRY(connect());
    answer = attempt(exchange);
  }
  return answer;
}

Result<Answer> Client::Channel::request(std::string_view method, std::string_view target,
                                        std::string_view body, const Headers& headers,
                                        AnswerReceiver* receiver, std::stop_token stop) {
  std::lock_guard lock(mutex);
  Exchange exchange{.what = fmt::format("{} {}{}", method, url, target),
                    .bytes = format(method, target, body, headers),
                    .is_head = method == "HEAD",
                    .deadline = std::chrono::steady_clock::now() + options.request_timeout,
                    .receiver = receiver};
  is_interrupted = false;
  Result<Answer> answer;
  {
    std::stop_callback interrupted(stop, [this] { interrupt(); });
    answer = run(exchange, method != "POST");
  }
  if (answer) return answer;
  disconnect();
  if (stop.stop_requested()) return fail(ErrorCode::cancelled, "{}: stopped", exchange.what);
  return answer;
}

Client::Client(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Result<Client> Client::open(std::string_view url, ClientOptions options) {
  auto channel = std::make_unique<Channel>();
  EFD_ASSIGN(channel->origin, parse_url(url));
  channel->url = url;
  channel->options = options;
  return Client(std::move(channel));
}

const std::string& Client::url() const {
  return channel_->url;
}

Result<Answer> Client::request(std::string_view method, std::string_view target,
                               std::string_view body, const Headers& headers,
                               std::stop_token stop) {
  return channel_->request(method, target, body, headers, nullptr, std::move(stop));
}

Result<> Client::stream(std::string_view method, std::string_view target, std::string_view body,
                        const Headers& headers, AnswerReceiver& receiver, std::stop_token stop) {
  EFD_TRY(channel_->request(method, target, body, headers, &receiver, std::move(stop)));
  return {};
}

Result<Answer> Client::get(std::string_view target, const Headers& headers) {
  return request("GET", target, {}, headers);
}

Result<Answer> Client::post(std::string_view target, std::string_view body,
                            const Headers& headers) {
  return request("POST", target, body, headers);
}

Result<Answer> Client::put(std::string_view target, std::string_view body, const Headers& headers) {
  return request("PUT", target, body, headers);
}

Result<Answer> Client::remove(std::string_view target, const Headers& headers) {
  return request("DELETE", target, {}, headers);
}

}  // namespace efd::http
