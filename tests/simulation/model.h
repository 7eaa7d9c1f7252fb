// SPDX-License-Identifier: MIT
// What the producers know of the messages that they have sent, and what must hence be answered.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simulation/world.h"

namespace efd::simulation {

// What a producer was told of a message.
enum class Told {
  nothing,  // it may come out, or not
  refused,  // it is not in the log: whoever sends it again sends it once
  written,  // acks=1: a power cut or a failed disk may take it, the process's end not
  durable,  // acks=all
};
const char* to_string(Told told);

struct Message {
  std::string measurement;
  int64_t time_ms = 0;  // of its row; 0: the time at which it was transformed
  Told told = Told::nothing;
  bool is_known = false;        // a comparison after a restart has found it: it is durable
  bool may_be_dropped = false;  // its measurement was, or that failed
  bool is_dropped = false;      // with its measurement: it must not come back
};

// Not thread-safe.
class Model {
 public:
  // Messages are numbered from 1.
  int64_t add(const std::string& measurement, int64_t time_ms);
  Message& operator[](int64_t number) { return messages_.at(static_cast<size_t>(number - 1)); }
  void tell(int64_t number, Told told);
  size_t size() const { return messages_.size(); }
  size_t count(Told told) const;

  // What a start has found is durable.
  void note_recovered(const std::vector<AnsweredRow>& rows);
  // These rows were dropped; or, where that failed, may have been.
  void note_drop(const std::vector<AnsweredRow>& rows, bool has_failed);
  // The power has gone.
  void lose_what_was_only_written();

  // Rows may be there that are not durable yet; none may be there twice, or changed, or refused.
  // Empty: all is well.
  std::string check_some(const std::string& measurement,
                         const std::vector<AnsweredRow>& rows) const;
  // All that was promised must be there, too.
  std::string check_all(const std::string& measurement, const std::vector<AnsweredRow>& rows) const;

 private:
  std::vector<Message> messages_;
};

}  // namespace efd::simulation
