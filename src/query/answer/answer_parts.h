// SPDX-License-Identifier: MIT
// What the writers of answers share.
#pragma once

#include <string>
#include <utility>

#include "query/answer.h"

namespace efd::query {

// Nanoseconds of one unit; 1 for none.
int64_t unit_ns(Epoch epoch);

// What a chunk's document needs behind its rows: brackets, and messages.
constexpr size_t kChunkEndBytesMax = 64u << 10;

// Gathers text and hands it on in pieces.
class Pieces {
 public:
  explicit Pieces(Output output) : output_(std::move(output)) {}

  std::string& text() { return text_; }
  // Hands on when enough has gathered.
  Result<> flush_if_full() {
    if (text_.size() < kPieceBytes) return {};
    return flush();
  }
  Result<> flush() {
    if (text_.empty()) return {};
    Result<> sent = output_(text_);
    handed_on_ += text_.size();
    text_.clear();
    return sent;
  }
  // Bytes of all text so far.
  uint64_t size() const { return handed_on_ + text_.size(); }

 private:
  static constexpr size_t kPieceBytes = 64u << 10;
  Output output_;
  std::string text_;
  uint64_t handed_on_ = 0;
};

std::unique_ptr<AnswerWriter> make_json_writer(const AnswerOptions& options, Output output);
std::unique_ptr<AnswerWriter> make_csv_writer(const AnswerOptions& options, Output output);
std::unique_ptr<AnswerWriter> make_msgpack_writer(const AnswerOptions& options, Output output);
std::string csv_error(std::string_view message);
std::string msgpack_error(std::string_view message);

}  // namespace efd::query
