// SPDX-License-Identifier: MIT
// One run of the simulation: what a seed makes of the whole job. The same seed gives the same run.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "simulation/model.h"
#include "simulation/producers.h"
#include "simulation/world.h"

namespace efd::simulation {

struct Report {
  std::string failure;             // empty: all was well
  std::vector<std::string> story;  // what happened, in order
  uint32_t hash = 0;               // of the story
  size_t messages = 0;
  size_t acknowledged = 0;
};

// Single use, one thread.
class Run {
 public:
  explicit Run(uint64_t seed);
  Report run();

 private:
  uint64_t pick(uint64_t below) { return random_() % below; }
  bool chance(uint64_t of) { return pick(of) == 0; }
  void tell(std::string what);
  void fail_if(bool is_wrong, const std::string& what);

  // --- a life of the program
  void start(bool with_faults);
  void set_up();
  void live();
  void end();
  void kill();
  void restore_power();
  void put_old_manifest_back();

  // --- steps
  void step();
  OneBatch new_batch(AvroTopic& topic);
  void send_avro();
  void register_schema(AvroTopic& topic);
  void turn();
  void fail_a_sync();
  void fill_disk();
  void free_disk();
  void work_on_disk(uint64_t what);
  void query();
  void drop_measurement();

  // --- comparisons
  std::vector<std::string> measurements() const;
  std::vector<AnsweredRow> rows_of(const std::string& measurement);
  void drain();
  std::string find_missing();
  void compare();
  void compare_aggregates(const std::string& measurement, const std::vector<AnsweredRow>& rows);

  const uint64_t seed_;
  std::mt19937_64 random_;
  Report report_;
  Model model_;
  World world_;
  bool has_faults_ = false;  // syncs fail in this life
  bool had_faults_ = false;  // in this life or an earlier one: some are still to come
  bool is_disk_full_ = false;
  std::vector<AvroTopic> topics_;
  std::vector<std::string> text_topics_{"T_a", "T_b"};
  PlainProducer plain_;
  TextProducer texts_;
  std::vector<std::unique_ptr<IdempotentProducer>> idempotent_;
  std::string old_manifest_;
};

// As a program prints it.
std::string to_text(const Report& report);

}  // namespace efd::simulation
