// SPDX-License-Identifier: MIT
// What the demo has found, and how it is said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "demo/endpoints.h"
#include "system/process_figures.h"

namespace efd::demo {

struct Figures {
  bool is_on_cluster = false;
  double load_seconds = 0;  // the producer's life: its start, the load, its last acknowledgements
  int64_t wanted_per_second = 0;
  double achieved_per_second = 0;  // while it produced
  int64_t produced = 0;            // acknowledged, probes included
  int64_t texts = 0;               // of them, SAL's texts
  int64_t in_log = 0;
  int64_t by_queries = 0;
  int64_t dead_letters = 0;
  size_t probes_sent = 0;
  std::vector<double> latencies_ms;  // sorted
  system::ProcessFigures server;
  system::ProcessFigures producer;
  double demo_cpu_seconds = 0;
  uint64_t bytes_on_disk = 0;
  uint64_t values_on_disk = 0;

  // Everything produced is in the log and counted by queries, nothing was rejected, every probe
  // seen.
  bool agree() const;
};

void print_report(const Figures& figures);
// Three queries with their answers, then how to keep it running and to ask it.
void print_examples(const std::string& program, const Endpoints& endpoints);
void print_goodbye(const std::string& program, const std::string& folder);

}  // namespace efd::demo
