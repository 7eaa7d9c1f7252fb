// SPDX-License-Identifier: MIT
#include "demo/report.h"

#include <chrono>
#include <cmath>

#include <fmt/core.h>

#include "demo/child.h"

namespace efd::demo {
namespace {

constexpr std::chrono::seconds kQueryWait{60};

// Nearest rank.
double quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return std::nan("");
  auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(sorted.size())));
  return sorted[std::min(sorted.size() - 1, rank ? rank - 1 : 0)];
}

void print_process(const char* name, const system::ProcessFigures& figures, double load_seconds) {
  fmt::print("  {:<14} {:8.1f} s CPU   {:5.2f} core   {:6.0f} MiB at most\n", name,
             figures.cpu_seconds, figures.cpu_seconds / load_seconds,
             static_cast<double>(figures.memory_high_kb) / 1024);
}

}  // namespace

bool Figures::agree() const {
  return produced == in_log && produced == by_queries && dead_letters == 0 &&
         latencies_ms.size() == probes_sent && produced > 0;
}

void print_report(const Figures& figures) {
  fmt::print("\nMessages over {:.1f} s (wanted {}/s, achieved {:.0f}/s)\n", figures.load_seconds,
             figures.wanted_per_second, figures.achieved_per_second);
  fmt::print(
      "  produced         {:12}\n  of it SAL's text {:12}\n  in the log       {:12}\n  counted by "
      "query {:12}\n"
      "  dead letters     {:12}\n  => {}\n",
      figures.produced, figures.texts, figures.in_log, figures.by_queries, figures.dead_letters,
      figures.agree() ? "all counts agree" : "THE COUNTS DO NOT AGREE");
  fmt::print("\nFrom produce to queryable ({} of {} probes, {} a second, polled every {} ms)\n",
             figures.latencies_ms.size(), figures.probes_sent, 20, 2);
  fmt::print("  p50 {:.1f} ms   p99 {:.1f} ms   p99.9 {:.1f} ms\n",
             quantile(figures.latencies_ms, 0.5), quantile(figures.latencies_ms, 0.99),
             quantile(figures.latencies_ms, 0.999));
  // What is on a cluster's disk when is the cluster's affair.
  fmt::print("  settings: acks 1, linger 5 ms, {}\n",
             figures.is_on_cluster
                 ? "so a record counts when its partition's leader has it in memory; replicas and "
                   "fsync are the cluster's"
                 : "durability sync (group commit every 5 ms)");
  fmt::print("\nProcesses over the load, probes included\n");
  print_process("efd serve", figures.server, figures.load_seconds);
  print_process("efd salmock", figures.producer, figures.load_seconds);
  fmt::print("  {:<14} {:8.1f} s CPU   {:5.2f} core\n", "efd demo", figures.demo_cpu_seconds,
             figures.demo_cpu_seconds / figures.load_seconds);
  if (figures.values_on_disk > 0)
    fmt::print(
        "\nOn disk: {} values in {:.1f} MiB = {:.3f} bytes per value\n", figures.values_on_disk,
        static_cast<double>(figures.bytes_on_disk) / (1 << 20),
        static_cast<double>(figures.bytes_on_disk) / static_cast<double>(figures.values_on_disk));
}

void print_examples(const std::string& program, const Endpoints& endpoints) {
  const char* queries[] = {
      "SELECT mean(\"sensor1XAcceleration0\") FROM \"lsst.sal.MTVMS_M1M3\" WHERE time > now() - 5m "
      "GROUP BY "
      "time(10s) fill(none) LIMIT 5",
      "SELECT \"sal_sequence\", \"sal_revcode\", \"sal_created\" FROM "
      "\"lsst.sal.MTM1M3_forceActuatorData\" ORDER BY time DESC LIMIT 3",
      "SELECT count(\"kafka_timestamp\"), min(\"sal_sequence\"), max(\"sal_sequence\") FROM "
      "\"lsst.sal.MTM2_rawTelemetry\"",
  };
  fmt::print("\nThree queries\n");
  for (const char* text : queries) {
    fmt::print("\n> {}\n", text);
    std::fflush(stdout);
    auto query = Child::start({program, "query", "--influx-url", endpoints.influx_url, text});
    if (!query) continue;  // what it is about has been shown
    while (auto line = (*query)->read_line(kQueryWait)) fmt::print("{}\n", *line);
  }
}

void print_goodbye(const std::string& program, const std::string& folder) {
  fmt::print(
      "The data stay in {0}. To keep it running:\n\n"
      "  {1} serve --data {0}\n\n"
      "and to ask it, with whatever you already use:\n\n"
      "  curl -G http://127.0.0.1:8086/query --data-urlencode db=efd "
      "--data-urlencode 'q=SHOW MEASUREMENTS LIMIT 5'\n"
      "  influx -host 127.0.0.1 -port 8086 -database efd -execute 'SHOW FIELD KEYS FROM "
      "\"lsst.sal.MTM2_rawTelemetry\"'\n"
      "  python3 -c 'import influxdb; print(influxdb.InfluxDBClient(port=8086, "
      "database=\"efd\").query(\"SHOW MEASUREMENTS LIMIT 5\"))'\n"
      "  {1} query 'SELECT last(*) FROM \"lsst.sal.MTM1M3_accelerometerData\"'\n",
      folder, program);
}

}  // namespace efd::demo
