// SPDX-License-Identifier: MIT
#include <cstdio>

#include <fmt/core.h>

#include "app/commands.h"
#include "app/print_error.h"
#include "broker/commit_log.h"
#include "broker/internal_topics.h"
#include "system/file_system.h"

namespace efd::app {
namespace {

// What it means that records of a topic of the program's own are gone.
const char* consequence(const TopicName& topic) {
  if (topic.value() == broker::kOffsetsTopic)
    return "\n  groups that committed there go on from an earlier commit, or where "
           "auto.offset.reset says";
  if (topic.value() == broker::kSchemasTopic)
    return "\n  schemas that were registered there are to be registered again; their ids are not "
           "given again";
  return "";
}

void print(const broker::LogDamage& damage, bool is_done) {
  std::string what = damage.is_mendable ? (is_done ? "mended, nothing is lost" : "can be mended")
                                        : (is_done ? "dropped" : "is to be dropped");
  if (damage.topic.value().empty()) {
    fmt::print("{} bytes: {}\n  {}\n", damage.bytes, what, damage.message);
    return;
  }
  fmt::print("{}-{}: offsets {} to {}, {} bytes: {}\n  {}{}\n", damage.topic.value(),
             damage.partition.value(), damage.from.value(), damage.next.value() - 1, damage.bytes,
             what, damage.message, damage.is_mendable ? "" : consequence(damage.topic));
}

void print_sum(const std::vector<broker::LogDamage>& damages, bool is_done) {
  size_t mendable = 0;
  int64_t offsets = 0;
  uint64_t bytes = 0;
  for (const broker::LogDamage& damage : damages) {
    mendable += damage.is_mendable;
    if (damage.is_mendable) continue;
    offsets += damage.next.value() - damage.from.value();
    bytes += damage.bytes;
  }
  fmt::print("{} damaged places: {} {}, {} {} ({} offsets, {} bytes)\n", damages.size(), mendable,
             is_done ? "mended" : "can be mended", damages.size() - mendable,
             is_done ? "dropped" : "are to be dropped", offsets, bytes);
  if (!is_done)
    fmt::print(
        "nothing was changed: restore the files from a copy, or run this again with "
        "--drop\n");
}

}  // namespace

int run_log_repair(const LogRepairOptions& options) {
  auto& files = system::posix_file_system();
  broker::CommitLogOptions log;
  log.path = options.data + "/log";
  log.disk_reserve_bytes = 0;
  auto is_there = files.exists(log.path + "/wal");
  if (!is_there || !*is_there)
    return print_error(
        fmt::format("{}: there is no log: --data names the folder that `efd serve "
                    "--data` does",
                    log.path));
  auto how = options.drop ? broker::Repair::drop : broker::Repair::look;
  auto damages = broker::CommitLog::repair(files, system::real_clock(), log, how);
  if (!damages) return print_error(damages.error().message);
  if (damages->empty()) {
    fmt::print("{}: everything can be read\n", log.path);
    return kOk;
  }
  for (const broker::LogDamage& damage : *damages) print(damage, options.drop);
  print_sum(*damages, options.drop);
  return options.drop ? kOk : kFailed;
}

}  // namespace efd::app
