// SPDX-License-Identifier: MIT
// Session: one client's connection. A turn handles every complete request that has been received,
// writes the log out once for all that they appended, and lets the answers leave with one write.
// Answers leave in the order of the requests, whatever each of them waits for.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kafka/awaited_answers.h"
#include "kafka/dispatch.h"
#include "kafka/fetch_wait.h"
#include "kafka/outbox.h"
#include "kafka/partition_cache.h"
#include "kafka/pool_request.h"
#include "kafka/protocol/frame.h"
#include "net/session.h"

namespace efd::kafka {

// A turn with more bytes is worth its wake-up already.
constexpr size_t kGatheredBytesMax = 64u << 10;
// A producer that once sent several requests in a turn is taken to do so for as many turns.
constexpr int kGatheringTurns = 16;

class Session final : public net::Session {
 public:
  // `advertised`: what Metadata tells this client to connect to. The service outlives the session.
  Session(Service& service, net::Connection& connection, net::Address advertised);
  ~Session() override;

  size_t on_receive(std::string_view bytes) override;
  void on_writable() override { resume_when_room(); }
  void on_closed() override;

 private:
  // How the loop over the received frames goes on after a request.
  enum class Next {
    go_on,
    hold,         // leave this frame for later
    hold_behind,  // this frame is done, leave those behind it
    close,
  };

  // The appends of one turn of the loop, until the log is written out.
  struct TurnAppends {
    std::vector<AwaitedAnswer> answers;
    std::vector<BatchPlace> places;
    std::unique_ptr<Arena> arena;  // of the answers
    bool has_appended = false;
    bool has_unanswered = false;  // acks=0: an error can only be told by closing
  };

  // Frames
  size_t handle_frames(std::string_view bytes);
  void gather_if_pipelined(size_t received_bytes);
  std::optional<std::string_view> next_frame(std::string_view bytes);
  bool has_room() const;
  Next handle_frame(std::string_view frame);
  Next refuse_version(const RequestKey& key);
  Next handle_known(const Route& route, const RequestKey& key, std::string_view frame);
  void pause();
  void resume_when_room();
  // Says what is refused in the program's log, and closes.
  template <class... Args>
  Next refuse(fmt::format_string<Args...> what, Args&&... args);
  void close();
  void end_connection();

  // Kinds of requests
  Next answer_here(const Route& route, Call& call, std::string_view body);
  Next answer_on_pool(std::string_view frame);
  void submit(std::shared_ptr<PoolRequest> request);
  void on_pool_done(const PoolRequest& request);
  Next produce(Call& call, std::string_view body);
  Next hold_for_log();
  Next fetch(std::string_view frame);
  Next begin_later(const Route& route, std::string_view frame);
  void on_later_answer(Outbox::Ticket ticket, std::string answer);

  // The end of a turn
  void finish_turn();
  void encode(const AwaitedAnswer& answer);
  void await_durable(AwaitedAnswers::Waiting waiting);
  void on_durable(AwaitedAnswers::WaitingId id, const Result<>& durable);
  void end_patience_at(AwaitedAnswers::Time time);
  void on_patience_end();
  void flush();
  void count_held_bytes();

  Service& service_;
  net::Connection& connection_;
  Caller caller_;  // who the client is, see Call::caller
  const net::Address advertised_;
  PartitionCache partitions_;
  Arena arena_;
  Outbox outbox_;
  TurnAppends turn_appends_;
  AwaitedAnswers awaited_;
  std::map<Outbox::Ticket, std::shared_ptr<FetchWait>> fetches_;
  size_t rotation_ = 0;
  size_t produces_in_turn_ = 0;
  int gathering_turns_ = 0;  // turns left in which the producer is taken to be pipelining
  bool is_in_turn_ = false;
  bool is_pool_busy_ = false;
  bool awaits_log_ = false;   // to have room
  bool is_held_ = false;      // frames wait for room, for the pool or for the log
  bool is_closing_ = false;   // no further request is handled
  bool is_ended_ = false;     // nothing more is sent
  size_t counted_bytes_ = 0;  // of the outbox, in Service::unsent_bytes
  net::Timer retry_;
  net::Timer patience_;  // set for patience_end_, or later than any answer waits
  AwaitedAnswers::Time patience_end_ = AwaitedAnswers::Time::max();
};

}  // namespace efd::kafka
