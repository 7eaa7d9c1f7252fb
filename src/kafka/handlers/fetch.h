// SPDX-License-Identifier: MIT
// Fetch: one request for record batches, from its decoding to its encoded answer. It may be read
// for several times before it is answered: when to do so is FetchWait's business (fetch_wait.h).
// Not thread-safe, but may be handed from thread to thread.
#pragma once

#include <string>
#include <vector>

#include "kafka/fetch_sessions.h"
#include "kafka/messages/fetch.h"
#include "kafka/service.h"

namespace efd::kafka {

class Fetch {
 public:
  // `frame` is the whole request, `version` and `correlation_id` its own.
  Fetch(Service& service, Caller caller, std::string frame);

  // False: malformed. Call first.
  bool decode();

  // Reads what is in memory, anew each time. `rotation` says which partition is served first.
  void read(size_t rotation);
  // Something that was asked for lies on the disk only: call read_cold() where that may block.
  bool needs_disk() const { return needs_disk_; }
  void read_cold();
  // The answer need not wait: enough bytes, an error, or nothing to wait for.
  bool is_satisfied() const;

  int32_t max_wait_ms() const { return request_.max_wait_ms; }
  // Appends the whole answer. Once: what a session's client knows is noted.
  void encode(std::string& out);

  // Of those that have no error.
  std::vector<broker::PartitionHandle> partitions() const;

 private:
  struct Part {
    const FetchPartition* asked;
    PartitionData* answer;
    broker::PartitionHandle partition;
    broker::FetchedBatches found;
  };

  void find_session();
  void add_topic(const FetchTopic& asked, FetchableTopicResponse& answer);
  KafkaError find(const FetchTopic& topic, const FetchPartition& asked, Part& part) const;
  size_t bytes_max() const;
  size_t room_for(const Part& part) const;
  void read(Part& part);
  void take(Part& part, Result<broker::FetchedBatches> found, size_t room);
  void refuse(Part& part, KafkaError error);

  Service& service_;
  const Caller caller_;
  const std::string frame_;
  int16_t version_ = 0;
  int32_t correlation_id_ = 0;
  Arena arena_;
  FetchRequest request_;
  FetchResponse response_;
  FetchSessionPointer session_;  // null: this request is for itself
  std::vector<Part> parts_;
  size_t bytes_max_ = 0;
  size_t bytes_ = 0;  // found by this round
  bool has_error_ = false;
  bool needs_disk_ = false;
};

}  // namespace efd::kafka
