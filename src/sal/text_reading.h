// SPDX-License-Identifier: MIT
// Reading: one way to read the values of a SAL text. The parts of TextParser.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sal/text_plan.h"

namespace efd::sal::text {

// Where a reading failed; the one that came farthest explains best.
struct Failure {
  const char* at = nullptr;
  const char* what = "";
  const TextOp* op = nullptr;  // null: the preamble, or the end
  uint32_t element = 0;
};

// What stands before the fields.
struct Preamble {
  std::string_view revcode;
  double created_s = 0;
  double ingested_s = 0;
  int64_t sequence = 0;
  int64_t origin = 0;
  int64_t host = 0;
  int64_t index = 0;  // of a keyed component
};

// What the schema leaves open.
struct Form {
  bool is_keyed = false;     // the text has its component's index
  bool is_one_text = false;  // an array of texts is one text, not as many as the schema says
};

// A quoted value, from its first to its last byte.
struct Quoted {
  const char* open = nullptr;   // its first quote
  const char* close = nullptr;  // its last one
  uint32_t op = 0;              // number in the plan; kRevcode
};
constexpr uint32_t kRevcode = UINT32_MAX;

// Reads values into Avro bytes. Not thread-safe. Text as in text_scalar.h.
class Reading {
 public:
  explicit Reading(const TextPlan& plan) : plan_(plan) {}

  // Reads all of `values`. Each quoted value ends where `quoted` says, in its order; without, at
  // the next quote; then `form` says how many an array of texts has. False: failure() says why.
  // `to` has room for TextPlan::datum_bytes_max and twice the text; it becomes the end of the
  // datum.
  bool read(std::string_view values, const Form& form, UtcTime now,
            const std::vector<Quoted>* quoted, char*& to);

  // The five numbers behind revcode; of a keyed component also its index. Null: none there.
  const char* read_preamble(const char* at, bool is_keyed, Preamble& preamble);
  // op.count unquoted values, each behind its comma.
  const char* read_values(const TextOp& op, const char* at, char*& to);

  const Failure& failure() const { return failure_; }
  void forget_failure() { failure_ = {}; }
  // Quoted values of the last read.
  size_t quoted_count() const { return quoted_count_; }
  // Keeps the failure that came farthest; always null.
  const char* fail(const char* at, const char* what, const TextOp* op = nullptr,
                   uint32_t element = 0);

 private:
  bool read_fields(const char* at, const Preamble& preamble, UtcTime now, char*& to);
  bool write_header(const TextOp& op, const Preamble& preamble, UtcTime now, char*& to);
  bool write_text(const TextOp& op, std::string_view bytes, char*& to);
  const char* read_op(const TextOp& op, const char* at, char*& to);
  const char* read_quoted_op(const TextOp& op, const char* at, char*& to);
  const char* read_texts(const TextOp& op, const char* at, char*& to);
  const char* read_quoted(const char* at, const TextOp* op, std::string_view& bytes);
  const char* read_array(const TextOp& op, const char* at, char*& to);
  template <class Take>
  const char* read_each(const TextOp& op, const char* at, char*& to, const char* what, Take take);
  const char* read_symbols(const TextOp& op, const char* at, char*& to);
  const char* read_index(const TextOp& op, const char* at, char*& to);
  // How many of the texts to come are of this array.
  size_t texts_of(const TextOp& op) const;

  const TextPlan& plan_;
  Failure failure_;
  const char* end_ = nullptr;  // of the text
  const std::vector<Quoted>* quoted_ = nullptr;
  size_t quoted_count_ = 0;
  bool is_one_text_ = false;
  const int64_t* index_ = nullptr;  // of the message being read; null: it has none
};

}  // namespace efd::sal::text
