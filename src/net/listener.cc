// SPDX-License-Identifier: MIT
#include "net/listener.h"

#include <cerrno>
#include <cstring>
#include <future>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/listener_share.h"
#include "net/readiness.h"
#include "net/resolve.h"

namespace efd::net {

namespace {

constexpr int kBacklog = 511;
constexpr int kAcceptsPerWakeup = 64;  // then other connections have their turn
// When the process is out of descriptors or memory, accepting rests so long.
constexpr std::chrono::milliseconds kAcceptRest{100};

// Lives on loop 0; kept by the listener and by the wait that is under way.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(Loops& loops, Descriptor socket, std::shared_ptr<ListenerShare> share)
      : loops_(loops),
        share_(std::move(share)),
        socket_(loops.at(0).reactor(), std::move(socket)) {}

  Loop& loop() { return loops_.at(0); }
  size_t refused() const { return refused_; }

  void await_connection() {
    socket_.await_input([self = shared_from_this()](bool ready) {
      if (ready && !self->closed_) self->accept_some();
    });
  }

  void close() {
    closed_ = true;
    socket_.close();
  }

 private:
  void accept_some() {
    for (int i = 0; i < kAcceptsPerWakeup; ++i) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      Descriptor socket(::accept4(socket_.socket(), reinterpret_cast<sockaddr*>(&peer), &size,
                                  SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket.is_open() && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
      if (!socket.is_open() && errno != ECONNABORTED && errno != EINTR) return rest();
      if (socket.is_open()) admit(std::move(socket), to_address(peer).to_string());
    }
    await_connection();
  }

  void rest() {
    rest_ = loop().after(kAcceptRest, [self = shared_from_this()] {
      if (!self->closed_) self->await_connection();
    });
  }

  void refuse() {
    ++refused_;
    if (share_->options.refused) share_->options.refused->add();
  }

  // The one that goes is still counted until its loop has closed it, and so, for a moment, there is
  // one more.
  bool make_room() {
    const auto patience = std::chrono::nanoseconds(share_->options.bounds.first_request_timeout);
    if (!share_->newcomers.close_oldest(monotonic_ns() - patience.count())) return false;
    if (share_->options.displaced) share_->options.displaced->add();
    return true;
  }

  void admit(Descriptor socket, std::string peer) {
    if (share_->connections >= share_->options.bounds.connections_max && !make_room())
      return refuse();
    ++share_->connections;
    int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Loop& loop = loops_.next();
    auto shared = std::make_shared<Descriptor>(std::move(socket));
    loop.post([&loop, shared, peer = std::move(peer), share = share_] {
      serve_socket(loop, std::move(*shared), peer, share);
    });
  }

  Loops& loops_;
  std::shared_ptr<ListenerShare> share_;
  Readiness socket_;
  Timer rest_;
  bool closed_ = false;
  std::atomic<size_t> refused_{0};
};

class TcpListener final : public Listener {
 public:
  TcpListener(Loops& loops, Descriptor socket, Address address,
              std::shared_ptr<ListenerShare> share)
      : loops_(loops),
        address_(std::move(address)),
        share_(std::move(share)),
        acceptor_(std::make_shared<Acceptor>(loops, std::move(socket), share_)) {
    acceptor_->loop().post([acceptor = acceptor_] { acceptor->await_connection(); });
  }
  ~TcpListener() override {
    run_on(acceptor_->loop(), [this] { acceptor_->close(); });
    for (size_t i = 0; i < loops_.size(); ++i) {
      run_on(loops_.at(i), [this, i] { close_connections(loops_.at(i), *share_); });
    }
  }

  const Address& address() const override { return address_; }
  size_t connections() const override { return share_->connections; }
  size_t refused() const override { return acceptor_->refused(); }

 private:
  static void run_on(Loop& loop, std::function<void()> task) {
    auto done = std::make_shared<std::promise<void>>();
    std::future<void> is_done = done->get_future();
    loop.post([task = std::move(task), done = std::move(done)] {
      task();
      done->set_value();
    });
    is_done.wait();
  }

  Loops& loops_;
  const Address address_;
  std::shared_ptr<ListenerShare> share_;
  std::shared_ptr<Acceptor> acceptor_;
};

}  // namespace

observe::Counter& refused_connections(observe::Metrics& metrics, const std::string& listener) {
  return metrics.counter("efd_connections_refused_total",
                         "Connections closed as they came, beyond net.connections_max.",
                         {{"listener", listener}});
}

observe::Counter& displaced_connections(observe::Metrics& metrics, const std::string& listener) {
  return metrics.counter("efd_connections_displaced_total",
                         "Connections that sent no whole request in net.first_request_timeout_ms "
                         "and were closed for new ones at net.connections_max.",
                         {{"listener", listener}});
}

namespace {

tl::unexpected<Error> listen_error(const ListenerOptions& options, std::string_view address) {
  int error = errno;
  ErrorCode code = error == EADDRINUSE ? ErrorCode::conflict : ErrorCode::give_up;
  std::string why = std::strerror(error);
  if (error == EADDRINUSE) why = "the address is in use; stop its user or choose another port";
  if (error == EACCES) why = "not permitted; choose a port above 1023";
  return fail(code, "cannot listen for {} on {}: {}", options.name, address, why);
}

}  // namespace

Result<std::unique_ptr<Listener>> listen(Loops& loops, std::string_view address,
                                         SessionFactory factory, ListenerOptions options) {
  EFD_ASSIGN(Address wanted, parse_address(address));
  EFD_ASSIGN(std::vector<SocketAddress> found, resolve(wanted, Resolve::to_listen));
  const SocketAddress& local = found.front();
  Descriptor socket(
      ::socket(local.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!socket.is_open()) return listen_error(options, address);
  int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), local.get(), local.size) != 0 || ::listen(socket.get(), kBacklog) != 0) {
    return listen_error(options, address);
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  auto share = std::make_shared<ListenerShare>();
  share->options = std::move(options);
  share->factory = std::move(factory);
  return std::make_unique<TcpListener>(loops, std::move(socket), to_address(bound), share);
}

}  // namespace efd::net
