// SPDX-License-Identifier: MIT
// Transformer: SAL's texts to Avro records. One lane for each input topic, which is a member of the
// group of that topic's name; input topics are found as they appear.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "broker/broker.h"
#include "observe/metrics.h"
#include "pipeline/dead_letters.h"
#include "pipeline/gaps.h"
#include "pipeline/lane.h"
#include "registry/registry.h"
#include "sink/topic_sink.h"
#include "system/clock.h"

namespace efd::pipeline {

struct TransformerOptions {
  std::vector<std::string> subsystems;  // only these components; empty: all
  // Where to begin when a group has committed nothing: in topics that exist at start. Others are
  // read from their start.
  broker::At reset = broker::At::earliest;
  bool rewinds = false;  // read everything once more: each partition, when it is first taken
  sal::TextOptions text;
  std::shared_ptr<const transform::SalTypesByTopic> sal_types;  // as far as known; may be null
  std::string
      instance;  // of the static member: the same after a restart, another for another process
  std::chrono::milliseconds session_timeout{6'000};
  std::chrono::milliseconds find_interval{2'000};
  // False: it does nothing by itself; turn is called instead (simulations).
  bool start_threads = true;
};

// Input topics of one process: each has a lane, with a thread and a consumer.
constexpr size_t kTransformLanesMax = 1'000;

// Thread-safe. `broker`, `registry`, `metrics` and `clock` outlive it.
class Transformer {
 public:
  static Result<std::unique_ptr<Transformer>> open(TransformerOptions options,
                                                   broker::Broker& broker,
                                                   registry::SchemaRegistry& registry,
                                                   observe::Metrics& metrics, system::Clock& clock);
  ~Transformer();
  // One round of what its thread and its lanes do, where they have none.
  void turn(std::stop_token stop);
  // Delivers and commits what was read.
  void stop();

  size_t lane_count() const;
  std::string trouble() const;  // "" when all is well

 private:
  Transformer(TransformerOptions options, broker::Broker& broker,
              registry::SchemaRegistry& registry, observe::Metrics& metrics, system::Clock& clock);
  void run(std::stop_token stop);
  void look_after_topics();
  Result<> find_topics(broker::At reset);
  Result<> begin_anew();
  void close_lanes();
  bool takes(const TopicName& topic) const;
  Result<> add_lane(const TopicName& topic, broker::At reset);
  void note_trouble(const Result<>& found);

  const TransformerOptions options_;
  broker::Broker& broker_;
  registry::SchemaRegistry& registry_;
  observe::Metrics& metrics_;
  system::Clock& clock_;
  GapWarnings gaps_;
  const std::shared_ptr<sink::Rewinds> rewinds_;  // null: none
  std::shared_ptr<DeadLetters> dead_letters_;
  std::shared_ptr<broker::Producer> producer_;

  mutable std::mutex mutex_;
  std::map<TopicName, std::unique_ptr<Lane>> lanes_;
  std::string trouble_;  // of finding topics
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace efd::pipeline
