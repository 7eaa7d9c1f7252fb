// SPDX-License-Identifier: MIT
#include "simulation/run.h"

#include <fmt/core.h>

#include "avro/binary.h"
#include "avro/wire.h"
#include "codec/checksum.h"

namespace efd::simulation {
namespace {

constexpr int kLives = 3;
constexpr int kStepsMax = 90;  // of a life
constexpr int kStartsMax = 40;
constexpr int kRoundsMax = 60;  // of a drain
constexpr uint64_t kNever = 1ull << 40;

// Syncs that fail now and then, each once.
const char* const kSyncs[] = {".wal",    "/log/wal$", ".log$",      "-0$",        "checkpoint.new$",
                              "/log$",   ".seg",      "/segments$", "/manifest$", "/manifest.new",
                              "/store$", "gaps.jsonl"};

std::string schema_text(const std::string& topic, size_t version) {
  std::string extra =
      version < 2 ? ""
                  : fmt::format(R"(,{{"name":"extra{}","type":"double","default":0}})", version);
  return fmt::format(
      R"({{"type":"record","name":"{}","namespace":"lsst.sal","fields":[)"
      R"({{"name":"private_efdStamp","type":"double"}},{{"name":"number","type":"long"}}{}]}})",
      topic.substr(topic.rfind('.') + 1), extra);
}

std::string text_schema(const std::string& sal_topic) {
  return fmt::format(R"({{"type":"record","name":"{}","namespace":"lsst.sal","fields":[)"
                     R"({{"name":"number","type":"int"}}]}})",
                     sal_topic);
}

}  // namespace

Run::Run(uint64_t seed)
    : seed_(seed),
      random_(seed),
      plain_(world_, model_, [this](const std::string& what) { tell(what); }),
      texts_(world_, model_, [this](const std::string& what) { tell(what); }) {
  for (int i = 0; i < 2; ++i)
    idempotent_.push_back(std::make_unique<IdempotentProducer>(
        world_, model_, [this](const std::string& what) { tell(what); }));
  topics_ = {{"lsst.sal.A", 1, {}}, {"lsst.sal.B", 2, {}}};
}

void Run::tell(std::string what) {
  report_.story.push_back(
      fmt::format("{:>8} ms  {}", world_.clock.now().ms() - 1'700'000'000'000, what));
}

void Run::fail_if(bool is_wrong, const std::string& what) {
  if (!is_wrong || !report_.failure.empty()) return;
  report_.failure = fmt::format("seed {}: {}", seed_, what);
  tell("FAILURE: " + what);
}

Report Run::run() {
  start(false);
  if (report_.failure.empty()) set_up();
  for (int life = 0; life < kLives && report_.failure.empty(); ++life) {
    live();
    end();
    if (report_.failure.empty()) start(true);
    if (report_.failure.empty()) compare();
  }
  world_.kill();
  report_.messages = model_.size();
  report_.acknowledged = model_.count(Told::durable);
  std::string all;
  for (const std::string& line : report_.story) all += line + "\n";
  report_.hash = codec::crc32c(all);
  return std::move(report_);
}

// ----------------------------------------------------------------------------- a life of the
// program

// The power may go and syncs may fail while it starts, too.
void Run::start(bool with_faults) {
  for (int i = 0; i < kStartsMax && report_.failure.empty(); ++i) {
    if (with_faults && chance(4)) world_.files.cut_power_after(1 + pick(25));
    Result<> started = world_.start();
    world_.files.cut_power_after(kNever);
    const bool has_power = world_.files.has_power();
    if (started && has_power) return tell("started");
    tell("does not start: " + (started ? "power cut" : started.error().message));
    fail_if(has_power && i + 1 == kStartsMax, "it does not start: " + started.error().message);
    world_.kill();
    if (!has_power) restore_power();
  }
}

void Run::set_up() {
  for (AvroTopic& topic : topics_) {
    broker::NewTopic wanted{.name = TopicName(topic.name),
                            .partitions = topic.partitions,
                            .config = {{"retention.ms", "3000"}}};
    fail_if(!world_.broker->create_topic(wanted), "no topic can be made");
    register_schema(topic);
  }
  fail_if(!world_.broker->create_topic({.name = TopicName("T_telemetry")}), "no topic is made");
  for (const std::string& topic : text_topics_)
    fail_if(!world_.registry->add(Subject("lsst.sal." + topic), text_schema(topic)),
            "no schema can be registered");
}

void Run::live() {
  has_faults_ = chance(2);
  const bool has_cut = !chance(4);
  if (has_cut) world_.files.cut_power_after(1 + pick(chance(2) ? 150 : 900));
  for (int i = 0; i < kStepsMax && world_.files.has_power() && report_.failure.empty(); ++i) {
    step();
    if (!world_.is_running()) return;
  }
}

// A disk that has failed may have lost what was written and not synced.
void Run::kill() {
  if (world_.stopped_for_good()) model_.lose_what_was_only_written();
  world_.kill();
}

void Run::end() {
  if (!world_.is_running()) return free_disk();
  if (world_.stopped_for_good()) model_.lose_what_was_only_written();
  if (chance(2)) free_disk();
  if (world_.files.has_power() && chance(2)) {
    Result<> stopped = world_.stop();
    tell(stopped ? "stopped" : "stopped: " + stopped.error().message);
  } else {
    kill();
    tell(world_.files.has_power() ? "killed" : "power cut");
  }
  free_disk();
  if (world_.files.has_power() && chance(2)) return put_old_manifest_back();
  restore_power();
}

void Run::restore_power() {
  world_.files.restore_power(random_());
  model_.lose_what_was_only_written();
}

// Somebody restores yesterday's manifest, as from a copy, and takes back what it does not name.
void Run::put_old_manifest_back() {
  if (old_manifest_.empty() || world_.files.sync_failures_left() > 0) return;
  world_.files.cut_power_after(kNever);
  Result<> put = system::replace_file(world_.files, World::kManifest, old_manifest_);
  auto adopted = put ? world_.adopt_all() : Result<size_t>(fail(put.error()));
  tell(adopted ? fmt::format("an older manifest, {} files adopted", *adopted)
               : "an older manifest: " + adopted.error().message);
  fail_if(!adopted, "what an older manifest does not name cannot be adopted");
}

// ---------------------------------------------------------------------------------------------
// steps

void Run::step() {
  world_.clock.advance_ns(static_cast<int64_t>(pick(300)) * kNsPerMs);
  if (has_faults_ && chance(10)) fail_a_sync();
  if (is_disk_full_ && chance(8)) free_disk();
  if (!is_disk_full_ && chance(40)) fill_disk();
  if (auto stopped = world_.stopped_for_good()) {
    fail_if(!had_faults_ && world_.files.has_power(), "intake has stopped: " + stopped->message);
    tell("intake has stopped for good");
    kill();
    return;
  }
  const uint64_t what = pick(100);
  if (what < 35) return send_avro();
  if (what < 43) return texts_.send(text_topics_[pick(text_topics_.size())]);
  if (what < 65) return turn();
  if (what < 90) return work_on_disk(what - 65);
  if (what < 93) return register_schema(topics_[pick(topics_.size())]);
  if (what < 95) return plain_.send_refused();
  if (what < 96) return drop_measurement();
  query();
}

void Run::turn() {
  if (world_.turn() || !world_.files.has_power()) return;
  tell("a lane waits without end: killed");
  kill();
}

void Run::work_on_disk(uint64_t what) {
  if (what < 10) {
    Result<> done = world_.log->commit_now();
    tell(done ? "log committed" : "log not committed: " + done.error().message);
    return world_.client->receive();
  }
  if (what < 13) {
    Result<> done = world_.log->checkpoint_now();
    return tell(done ? "log checkpointed" : "no checkpoint: " + done.error().message);
  }
  if (what < 18) {
    Result<> done = world_.log->retain_now();
    return tell(done ? "retention" : "no retention: " + done.error().message);
  }
  Result<> done = world_.store->flush();
  tell(done ? "store flushed" : "store not flushed: " + done.error().message);
  if (!done || !(old_manifest_.empty() || chance(4))) return;
  if (auto manifest = system::read_file(world_.files, World::kManifest)) old_manifest_ = *manifest;
}

void Run::fail_a_sync() {
  system::SyncFailure failure{kSyncs[pick(std::size(kSyncs))]};
  failure.code = chance(6) ? ErrorCode::give_up : ErrorCode::overload;
  failure.drops_pages = chance(2);
  failure.after = pick(3);
  had_faults_ = true;
  tell(fmt::format("a sync of {} will fail: {}, pages {}", failure.part,
                   failure.code == ErrorCode::give_up ? "broken" : "no room",
                   failure.drops_pages ? "dropped" : "kept"));
  world_.files.fail_sync_once(std::move(failure));
}

void Run::fill_disk() {
  auto space = world_.files.space("/data");
  if (!space) return;
  is_disk_full_ = true;
  const uint64_t left = pick(3000);
  world_.files.set_capacity_bytes(space->total_bytes - space->free_bytes + left);
  tell(fmt::format("the disk has {} bytes left", left));
}

void Run::free_disk() {
  if (!std::exchange(is_disk_full_, false)) return;
  world_.files.set_capacity_bytes(kNever);
  tell("the disk has room again");
}

OneBatch Run::new_batch(AvroTopic& topic) {
  OneBatch batch{.topic = topic.name,
                 .partition = static_cast<int32_t>(pick(static_cast<uint64_t>(topic.partitions))),
                 .timestamp_ms = world_.clock.now().ms()};
  const size_t count = 1 + pick(3);
  for (size_t i = 0; i < count; ++i) {
    const int64_t time_ms = batch.timestamp_ms - static_cast<int64_t>(pick(2000));
    const int64_t number = model_.add(topic.name, time_ms);
    const size_t version = pick(topic.schemas.size());
    std::string value;
    avro::append_wire_header(topic.schemas[version], value);
    avro::write_double(static_cast<double>(time_ms) / 1000, value);
    avro::write_long(number, value);
    if (version > 0) avro::write_double(0.5, value);
    batch.numbers.push_back(number);
    batch.values.push_back(std::move(value));
  }
  return batch;
}

void Run::send_avro() {
  AvroTopic& topic = topics_[pick(topics_.size())];
  if (topic.schemas.empty()) return;
  if (chance(3)) {
    const size_t which = pick(idempotent_.size());
    IdempotentProducer& producer = *idempotent_[which];
    if (!producer.is_idle()) return producer.send_again();
    OneBatch batch = new_batch(topics_[which % topics_.size()]);
    batch.partition = 0;
    return producer.send(std::move(batch));
  }
  plain_.send(new_batch(topic), chance(3) ? 1 : -1);
}

void Run::register_schema(AvroTopic& topic) {
  if (topic.schemas.size() >= 4) return;
  auto id =
      world_.registry->add(Subject(topic.name), schema_text(topic.name, topic.schemas.size() + 1));
  tell(id ? fmt::format("schema {} of {}", id->value(), topic.name)
          : "no schema: " + id.error().message);
  if (id) topic.schemas.push_back(*id);
}

// What is put before it goes, what is put later stays. Copies of the manifest that are older would
// name files that are gone.
void Run::drop_measurement() {
  const std::vector<std::string> all = measurements();
  const std::string& measurement = all[pick(all.size())];
  auto rows = world_.rows(measurement);
  if (!rows) return;
  Result<> dropped = world_.store->drop_measurement("efd", measurement);
  tell(fmt::format("{} with {} rows: {}", measurement, rows->size(),
                   dropped ? "dropped" : "not dropped: " + dropped.error().message));
  model_.note_drop(*rows, !dropped);
  old_manifest_.clear();
}

void Run::query() {
  const std::vector<std::string> all = measurements();
  const std::string& measurement = all[pick(all.size())];
  auto rows = world_.rows(measurement);
  if (!rows) return tell("query: " + rows.error().message);
  tell(fmt::format("{} has {} rows", measurement, rows->size()));
  const std::string wrong = model_.check_some(measurement, *rows);
  fail_if(!wrong.empty(), wrong);
  compare_aggregates(measurement, *rows);
}

// ---------------------------------------------------------------------------------------
// comparisons

std::vector<std::string> Run::measurements() const {
  std::vector<std::string> names;
  for (const AvroTopic& topic : topics_) names.push_back(topic.name);
  for (const std::string& topic : text_topics_) names.push_back("lsst.sal." + topic);
  return names;
}

std::vector<AnsweredRow> Run::rows_of(const std::string& measurement) {
  auto rows = world_.rows(measurement);
  fail_if(!rows, "cannot be queried: " + (rows ? "" : rows.error().message));
  return rows.value_or(std::vector<AnsweredRow>());
}

std::string Run::find_missing() {
  for (const std::string& measurement : measurements())
    if (std::string wrong = model_.check_all(measurement, rows_of(measurement)); !wrong.empty())
      return wrong;
  return {};
}

// Until all that was promised can be queried. Faults that are still to come may end the program.
void Run::drain() {
  std::string missing;
  for (int round = 0; round < kRoundsMax && report_.failure.empty(); ++round) {
    if (world_.stopped_for_good()) {
      kill();
      tell("intake has stopped for good: started again");
      start(false);
      if (!report_.failure.empty()) return;
    }
    if (world_.log->intake_error()) static_cast<void>(world_.log->retain_now());
    if (!world_.turn()) {
      kill();
      start(false);
      continue;
    }
    missing = find_missing();
    if (missing.empty()) return;
    world_.clock.advance_ns(kNsPerSecond / 2);
  }
  fail_if(true, missing);
}

void Run::compare() {
  drain();
  for (const std::string& measurement : measurements()) {
    if (!report_.failure.empty()) return;
    const std::vector<AnsweredRow> rows = rows_of(measurement);
    tell(fmt::format("{} has {} rows after a start", measurement, rows.size()));
    compare_aggregates(measurement, rows);
    model_.note_recovered(rows);
  }
  for (auto& producer : idempotent_) producer->send_again();
  plain_.send_refused();
}

void Run::compare_aggregates(const std::string& measurement, const std::vector<AnsweredRow>& rows) {
  if (rows.empty()) return;
  const int64_t from_ms = rows[pick(rows.size())].time_ms;
  const int64_t to_ms = from_ms + 1 + static_cast<int64_t>(pick(5000));
  int64_t count = 0, sum = 0;
  for (const AnsweredRow& row : rows) {
    if (row.time_ms < from_ms || row.time_ms >= to_ms) continue;
    ++count;
    sum += row.number;
  }
  auto counted = world_.aggregate("count", measurement, from_ms, to_ms);
  auto summed = world_.aggregate("sum", measurement, from_ms, to_ms);
  fail_if(!counted || *counted != count, measurement + ": another count than its rows");
  fail_if(!summed || *summed != sum, measurement + ": another sum than its rows");
}

std::string to_text(const Report& report) {
  return fmt::format("{:08x}  {} messages, {} acknowledged as durable{}", report.hash,
                     report.messages, report.acknowledged,
                     report.failure.empty() ? "" : "\n" + report.failure);
}

}  // namespace efd::simulation
