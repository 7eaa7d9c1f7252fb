// SPDX-License-Identifier: MIT
// Requests that anybody may send. The first byte says in which way the rest is looked at: as a
// request frame that is handled, or as a message of some API and version that is read and, if it
// can be read, must survive being written and read again.
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "kafka/dispatch.h"
#include "kafka/handlers/fetch.h"
#include "kafka/handlers/produce.h"
#include "kafka/protocol/frame.h"
#include "system/memory_file_system.h"

namespace efd::kafka {
namespace {

// Topics that requests have made pile up: after so many inputs the log is a new one.
constexpr int kInputsPerLog = 1'000;

Result<> refuse_task(std::function<void()>) {
  return fail(ErrorCode::overload, "no pool here");
}

struct World {
  World() {
    broker::CommitLogOptions options;
    options.path = "log";
    options.disk_reserve_bytes = 0;
    options.start_threads = false;
    log = *broker::CommitLog::open(files, system::real_clock(), options);
    groups = *groups::GroupCoordinator::open(*log, system::real_clock(), {.start_thread = false});
    EFD_CHECK(groups->make_topic().has_value());
    service.emplace(*log, *groups, metrics, refuse_task, ServerOptions{});
    partitions.emplace(*log);
    broker::NewTopic topic;
    topic.name = TopicName("t");
    EFD_CHECK(log->create_topic(topic).has_value());
  }

  system::MemoryFileSystem files;
  std::unique_ptr<broker::CommitLog> log;
  std::unique_ptr<groups::GroupCoordinator> groups;
  observe::Metrics metrics;
  std::optional<Service> service;
  std::optional<PartitionCache> partitions;
};

// Once for each input.
World& world() {
  static std::unique_ptr<World> world;
  static int inputs = 0;
  if (inputs++ % kInputsPerLog == 0) world = std::make_unique<World>();
  return *world;
}

void produce_body(World& world, Call& call, std::string_view body) {
  ProduceRequest request;
  if (!decode_request<ProduceApi>(body, call.version, call.arena, request)) return;
  Appends appends;
  std::vector<BatchPlace> places;
  std::string out;
  ProduceResponse response = produce(call, *world.partitions, request, appends, places);
  mark_timed_out(response, places, 0);
  append_answer<ProduceApi>(response, call.version, call.correlation_id, out);
}

void fetch_frame(World& world, std::string_view frame) {
  Fetch fetch(*world.service, Caller{}, std::string(frame));
  if (!fetch.decode()) return;
  fetch.read(0);
  std::string out;
  fetch.encode(out);
}

// Answers that wait for the disk come when the log commits; those for other members never.
void later_frame(World& world, const Route& route, std::string_view frame) {
  auto call = std::make_shared<LaterCall>(*world.service, Caller{}, frame);
  int16_t version = request_key(frame).version;
  auto body = read_header(call->frame, route.api.is_flexible(version), call->arena, call->header);
  if (!body) return;
  auto answers = std::make_shared<int>(0);
  call->on_answer = [answers](const std::string&) { EFD_CHECK(++*answers == 1); };
  route.begin(std::move(call), *body);
  EFD_CHECK(world.log->commit_now().has_value());
}

void handle_frame(std::string_view frame) {
  if (frame.size() < static_cast<size_t>(kRequestBytesMin)) return;
  RequestKey key = request_key(frame);
  const Route* route = find_route(key.api_key);
  if (!route || !route->api.takes(key.version)) return;
  World& here = world();
  if (route->where == Where::fetch) return fetch_frame(here, frame);
  if (route->where == Where::later) return later_frame(here, *route, frame);
  Arena arena;
  auto body = request_body(frame, route->api.is_flexible(key.version), arena);
  if (!body) return;
  Caller caller;
  net::Address advertised{"127.0.0.1", 9092};
  Call call{*here.service, caller, advertised, arena, key.version, key.correlation_id};
  if (route->where == Where::produce) return produce_body(here, call, *body);
  std::string out;
  route->answer(call, *body, out);
}

// What was written from a message that was read is read and written again as the same bytes.
template <class Message>
void check_rewriting(std::string_view bytes, int16_t version, bool is_flexible) {
  Arena arena;
  Message message;
  if (!Decoder(bytes, version, is_flexible, arena).message(message)) return;
  std::string once;
  Encoder(once, version, is_flexible).message(message);
  Message again;
  EFD_CHECK(Decoder(once, version, is_flexible, arena).message(again));
  std::string twice;
  Encoder(twice, version, is_flexible).message(again);
  EFD_CHECK(once == twice);
}

template <class Api>
void check_api(std::string_view bytes, int16_t version) {
  constexpr ApiDescription kApi = Api::kDescription;
  if (!kApi.takes(version)) return;
  check_rewriting<typename Api::Request>(bytes, version, kApi.is_flexible(version));
  check_rewriting<typename Api::Response>(bytes, version, kApi.is_flexible(version));
}

}  // namespace
}  // namespace efd::kafka

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (data[0] % 2 == 0) return efd::kafka::handle_frame(rest), 0;
  size_t wanted = data[0] / 2 % efd::kafka::kApiCount;
  size_t index = 0;
  efd::kafka::for_each_api([&](auto api) {
    if (index++ == wanted) efd::kafka::check_api<decltype(api)>(rest, data[1] % 32);
    return 0;
  });
  return 0;
}
