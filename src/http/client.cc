// SPDX-License-Identifier: MIT
#include "http/client.h"

#include <mutex>
#include <optional>

#include "http/response_parser.h"
#include "net/client_socket.h"

namespace efd::http {

namespace {

constexpr size_t kReceiveBytes = 64u << 10;
constexpr int kInterimAnswersMax = 8;  // 100 Continue and its like, before the answer

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

// What comes from the server, until a parser has a whole answer.
struct Input {
  net::ClientSocket& socket;
  net::Deadline deadline;
  std::string bytes = {};  // received and not yet parsed
  bool heard = false;
  bool ended = false;

  Result<> feed(ResponseParser& parser) {
    while (true) {
      EFD_TRY(parse(parser));
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

}  // namespace

struct Client::Channel {
  std::string url;
  Origin origin;
  ClientOptions options;
  std::mutex mutex;
  std::optional<net::ClientSocket> socket;

  // One way over the connection; `heard` is set when any of the answer has come.
  Result<Answer> exchange(std::string_view bytes, bool is_head, net::Deadline deadline,
                          bool& heard);
  Result<Answer> receive(bool is_head, net::Deadline deadline, bool& heard);
  Result<> connect();
  std::string format(std::string_view method, std::string_view target, std::string_view body,
                     const Headers& headers) const;
};

Result<> Client::Channel::connect() {
  net::Deadline deadline = std::chrono::steady_clock::now() + options.connect_timeout;
  Result<net::ClientSocket> connected = net::ClientSocket::connect(origin.address, deadline);
  if (!connected) {
    return fail(connected.error().code, "cannot reach {}: {}; is it running?", url,
                connected.error().message);
  }
  socket = std::move(*connected);
  return {};
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

Result<Answer> Client::Channel::exchange(std::string_view bytes, bool is_head,
                                         net::Deadline deadline, bool& heard) {
  Result<> sent = socket->send(bytes, deadline);
  // A server may answer and close before it has read everything (413): listen all the same.
  Result<Answer> answer = receive(is_head, deadline, heard);
  if (!answer && !sent && !heard) return fail(sent.error());
  return answer;
}

Result<Answer> Client::Channel::receive(bool is_head, net::Deadline deadline, bool& heard) {
  Input input{*socket, deadline};
  for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
    ResponseParser parser(options.body_bytes_max, is_head);
    Result<> complete = input.feed(parser);
    heard = heard || input.heard;
    if (!complete) return fail(complete.error());
    if (input.ended || !parser.keep_alive()) socket.reset();
    Answer answer = parser.take();
    if (answer.status >= 200) return answer;
    if (!socket) break;
  }
  return fail(ErrorCode::retry, "no answer behind interim ones");
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
                               std::string_view body, const Headers& headers) {
  Channel& channel = *channel_;
  std::lock_guard lock(channel.mutex);
  net::Deadline deadline = std::chrono::steady_clock::now() + channel.options.request_timeout;
  std::string bytes = channel.format(method, target, body, headers);
  if (channel.socket && !channel.socket->seems_open()) channel.socket.reset();
  bool was_kept = channel.socket.has_value();
  if (!was_kept) EFD_TRY(channel.connect());
  bool heard = false;
  Result<Answer> answer = channel.exchange(bytes, method == "HEAD", deadline, heard);
  // The server may have closed the kept connection in this moment. Whether it has taken the request
  // nobody knows, so only what may be repeated is.
  if (!answer && was_kept && !heard && method != "POST") {
    EFD_TRY(channel.connect());
    answer = channel.exchange(bytes, method == "HEAD", deadline, heard);
  }
  if (answer) return answer;
  channel.socket.reset();
  return fail_in(fmt::format("{} {}{}", method, channel.url, target), answer.error());
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
