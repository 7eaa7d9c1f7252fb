// SPDX-License-Identifier: MIT
// Answers in InfluxDB's formats, written as they are computed.
//
//   auto writer = make_answer_writer({.epoch = Epoch::ms}, [&](std::string_view bytes) {
//     return response.write(bytes);
//   });
//   EFD_TRY(engine->run(query, *writer, stop));
//   EFD_TRY(writer->finish());
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/result_sink.h"

namespace efd::query {

enum class Format { json, csv, msgpack };

// How times are given: RFC 3339 text (CSV: nanoseconds, MessagePack: an extension), or a count of
// units since 1970, the rest cut off.
enum class Epoch { none, ns, us, ms, s, m, h };
// From the parameter `epoch`: "" gives none, an unknown value gives ns, as in InfluxDB.
Epoch parse_epoch(std::string_view text);

struct AnswerOptions {
  Format format = Format::json;
  Epoch epoch = Epoch::none;
  bool pretty = false;  // JSON with line ends and 4 blanks a level
  // A document for each series and each chunk_rows rows of it, and for fewer where they would pass
  // chunk_bytes_max; a row that is larger by itself has a document of its own.
  bool chunked = false;
  int64_t chunk_rows = 10'000;
  size_t chunk_bytes_max = 8u << 20;
  // MessagePack says lengths before contents, so a document is kept whole; a larger one fails.
  size_t msgpack_bytes_max = 64u << 20;
};

// Takes some of the answer's bytes on their way; fails when the client is gone.
using Output = std::function<Result<>(std::string_view bytes)>;

class AnswerWriter : public ResultSink {
 public:
  // Ends the answer. Not called when the query was cancelled.
  virtual Result<> finish() = 0;
};

// Calls `output` with pieces of some 64 KiB.
std::unique_ptr<AnswerWriter> make_answer_writer(const AnswerOptions& options, Output output);

// The body of a request that failed as a whole: {"error":"..."}.
std::string error_answer(Format format, bool pretty, std::string_view message);

}  // namespace efd::query
