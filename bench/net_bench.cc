// SPDX-License-Identifier: MIT
// What a small frame costs on one connection, when many are under way at once as a Kafka producer
// has them: `burst` frames of 100 bytes are sent together, and their answers awaited.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/bytes.h"
#include "net/client_socket.h"
#include "net/listener.h"

namespace {

using namespace efd;

constexpr size_t kFrameBytes = 100;

// Answers each frame with as many bytes.
class Echo : public net::Session {
 public:
  explicit Echo(net::Connection& connection) : connection_(connection) {}
  size_t on_receive(std::string_view bytes) override {
    size_t used = 0;
    for (; bytes.size() - used >= kFrameBytes; used += kFrameBytes) {
      connection_.send(std::string(bytes.substr(used, kFrameBytes)));
    }
    return used;
  }

 private:
  net::Connection& connection_;
};

void frames(benchmark::State& state) {
  net::Loops loops;
  auto factory = [](net::Connection& connection) { return std::make_unique<Echo>(connection); };
  auto listener = net::listen(loops, "127.0.0.1:0", factory, {.name = "bench"});
  net::Deadline deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
  auto client = net::ClientSocket::connect((*listener)->address(), deadline);
  std::string sent(static_cast<size_t>(state.range(0)) * kFrameBytes, 'x');
  std::vector<char> received(sent.size());
  for (auto _ : state) {
    if (!client->send(sent, deadline)) return state.SkipWithError("not sent");
    for (size_t got = 0; got < sent.size();) {
      auto part = client->receive(received.data(), received.size() - got, deadline);
      if (!part || *part == 0) return state.SkipWithError("not answered");
      got += *part;
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

}  // namespace

BENCHMARK(frames)->Arg(1)->Arg(16)->Arg(256)->UseRealTime()->MeasureProcessCPUTime();
