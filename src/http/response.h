// SPDX-License-Identifier: MIT
// The answer, written by a handler: in one piece by send, or streamed by begin, write ..., end.
//
//   response.send(200, {{"Content-Type", "application/json"}}, body);
//
//   EFD_TRY(response.begin(200, {{"Content-Type", "application/json"}}));
//   while (more) EFD_TRY(response.write(bytes));
//   EFD_TRY(response.end());
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/answer_room.h"
#include "http/message.h"

namespace efd::codec {
class GzipStream;
}

namespace efd::http {

// Streamed bytes are gathered up to this many before they leave.
constexpr size_t kGatheredBytesMax = 16u << 10;

class Response;

// Where an answer goes: the server's connection. (A test may have its own.)
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;
  // Blocks while the client takes nothing; `cancelled` when it has gone.
  virtual Result<> send(std::string bytes) = 0;
  // The last bytes; does not wait. Called once for each answer that has begun.
  virtual void finish(std::string bytes, bool keep_alive) = 0;
  // See Response::defer.
  virtual Result<std::shared_ptr<Response>> defer();
  // Called instead of finish when the answer stays behind what it promised: the connection ends so
  // that the client notices.
  virtual void abort() = 0;
};

// What the request decides about the form of the answer.
struct ResponseForm {
  bool is_head = false;       // no body leaves
  bool may_chunk = true;      // HTTP/1.1; otherwise a stream ends with the connection
  bool keep_alive = true;     // asked for by the client
  bool accepts_gzip = false;  // the client said so
  size_t gzip_bytes_min = 1400;
  const Headers* fixed_headers = nullptr;  // of the router, put on every answer
  // The whole answer gathers there, and nobody is waited for; null: it is streamed.
  AnswerRoom* room = nullptr;
};

// Used by one thread at a time. Content-Length, Transfer-Encoding, Content-Encoding, Vary and
// Connection are written here; `headers` hold the rest. Line ends in header values are left out.
class Response {
 public:
  Response(ResponseSink& sink, const ResponseForm& form);
  ~Response();
  Response(const Response&) = delete;

  // The whole answer. Never blocks.
  void send(int status, const Headers& headers, std::string body);

  // Streamed: bytes leave when 16 KiB are gathered, at flush and at end. Each of these blocks while
  // the client is slow, and fails with `cancelled` once it has gone: stop working then. With a room
  // of the form bytes leave at end alone (as a stream's where flush was called), nothing blocks,
  // and `cancelled` is also that the answer has outgrown the room.
  Result<> begin(int status, Headers headers);
  Result<> write(std::string_view bytes);
  Result<> flush();
  Result<> end();

  // The answer comes later, from any thread: the route keeps what this returns, may leave, and the
  // request stays as long as that does. The one that lets go of it without an end gives a 500, or
  // breaks the stream off. request.stop tells when the client has gone. Long polls, and streams of
  // events ("text/event-stream", each event flushed), wait so without a thread of their own.
  // `overload`: ServerOptions::kept_answers_max wait already; `give_up`: this route answers at once
  // (it is inline, or runs as a small one).
  Result<std::shared_ptr<Response>> defer() { return sink_.defer(); }

  bool has_begun() const { return state_ != State::fresh; }
  bool has_ended() const { return state_ == State::ended; }
  // Has a part of it left, so that nothing else can be said instead?
  bool has_left() const { return state_ != State::fresh && state_ != State::gathering; }
  // It has no room: what is written is dropped, and the request is to be handled anew without one.
  bool has_outgrown() const { return state_ == State::outgrown; }
  int status() const { return status_; }  // 0 before it has begun
  // How long write and flush have waited for a slow client so far.
  int64_t waited_ns() const { return waited_ns_; }
  // The connection is closed behind this answer. Before begin or send.
  void close_connection() { keep_alive_ = false; }
  // Breaks a streamed answer off, so that the client sees that it is not whole. One of which
  // nothing has left yet becomes a 500 that says no more: where has_left() is false, restart() and
  // send tell the client why.
  void abort();
  // Forgets what was begun. Only while has_left() is false.
  void restart();

 private:
  enum class State { fresh, gathering, streaming, ended, outgrown };

  bool will_gzip(const Headers& headers) const;
  std::string head(const Headers& headers, bool gzipped) const;
  std::string framed(std::string_view bytes) const;
  void gather(std::string_view bytes);
  Result<> keep(std::string_view bytes);
  std::string begin_stream();
  Result<> send_gathered();

  ResponseSink& sink_;
  const ResponseForm form_;
  State state_ = State::fresh;
  int status_ = 0;
  int64_t waited_ns_ = 0;
  bool keep_alive_;
  bool is_stream_ = false;  // flush was asked for: its form is a stream's though it gathers
  Headers headers_;         // of a stream
  std::string gathered_;    // of a stream: not yet sent
  std::unique_ptr<codec::GzipStream> gzip_;
};

}  // namespace efd::http
