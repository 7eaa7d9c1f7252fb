// SPDX-License-Identifier: MIT
// Which handler answers which request.
//
//   router.add("GET", "/subjects/{subject}/versions", [&](const Request& request, Response&
//   response) {
//     response.send(200, kJson, list(request.capture("subject")));
//   });
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.h"
#include "http/request.h"
#include "http/response.h"
#include "net/pool.h"

namespace efd::http {

// Returns when the answer has ended, or is kept (Response::defer). A handler that leaves without
// either gives 500.
using Handler = std::function<void(const Request&, Response&)>;

// What the caller must be allowed to do, see Authorizer.
struct Need {
  Action action = Action::describe;
  std::string resource = "cluster";
};

struct RouteOptions {
  // The server asks the authorizer before the handler runs; a refusal is 403. Nothing: the handler
  // asks, once it knows what about; or it gives nothing away (what browsers ask before a request).
  std::optional<Need> need = Need{};
  // Without a need: whether the handler must know who asks.
  bool authenticates = true;
  // Runs there instead of on the server's pool, so that slow handlers of one kind do not hold up
  // others; outlives the server.
  net::Pool* pool = nullptr;
  // Runs on the event loop, without a change of thread: only for what never waits and takes
  // microseconds, and answers with send.
  bool inline_on_loop = false;
  // The handler's work is for the client alone: it is not begun when the client has gone by then,
  // and a client that ends its side of the connection has gone.
  bool only_if_awaited = false;
  // Of a handler on a pool, see net::PoolTask. Thread-safe. The answer of a small one gathers in
  // memory, so that it waits for no client; where that has no room for it, all of it is handled
  // anew among the large ones.
  std::function<bool(const Request&)> is_small = {};
};

// How a product writes an error that the server itself finds (404, 405, 413, 503 ...).
struct ErrorBody {
  std::string content_type;
  std::string body;
};
// Returns the principal of the client that sends the request. An error is answered with 401.
using Authenticator = std::function<Result<std::string>(const Request&)>;
using ErrorFormat = std::function<ErrorBody(int status, std::string_view message)>;

// Set up before it serves, and not changed afterwards. Then thread-safe.
class Router {
 public:
  struct Route;
  Router();
  ~Router();
  Router(Router&&) noexcept;

  // `pattern`: segments that are text or a {name}; text wins over a name, then earlier over later.
  // GET routes answer HEAD as well.
  void add(std::string method, std::string_view pattern, Handler handler,
           RouteOptions options = {});
  // A header field of every answer ("X-Influxdb-Version").
  void add_header(std::string name, std::string value);
  // Without one everybody is anonymous. `challenge` is the WWW-Authenticate of a 401. It is asked
  // where the handler runs, for every request. Thread-safe.
  void set_authenticator(Authenticator authenticator, std::string challenge);
  void set_error_format(ErrorFormat format);  // default: text/plain, the message
  // Paths may end in a slash that their pattern has not ("/subjects/"). By default they are others.
  void ignore_last_slash() { ignores_last_slash_ = true; }

  // The route of a request, its captures filled in; null, and `allowed` says which methods the path
  // has ("GET, POST"; empty: no such path).
  const Route* find(Request& request, std::string& allowed) const;
  const Handler& handler(const Route& route) const;
  const RouteOptions& options(const Route& route) const;
  const Headers& headers() const { return headers_; }
  const Authenticator& authenticator() const { return authenticator_; }
  const std::string& challenge() const { return challenge_; }
  ErrorBody error_body(int status, std::string_view message) const;

 private:
  std::vector<std::unique_ptr<Route>> routes_;
  Headers headers_;
  ErrorFormat error_format_;
  Authenticator authenticator_;
  std::string challenge_;
  bool ignores_last_slash_ = false;
};

}  // namespace efd::http
