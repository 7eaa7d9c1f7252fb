// SPDX-License-Identifier: MIT
// How the registry follows its topic: what it, another registry or a replica has written there is
// read in order, each record once.
#include <algorithm>

#include "observe/log.h"
#include "registry/embedded_registry.h"

namespace efd::registry {
namespace {

bool is_missing(const Result<broker::TopicDescription>& topic) {
  return !topic && topic.error().code == ErrorCode::not_found;
}

}  // namespace

Result<> EmbeddedRegistry::open_reader() {
  broker::ReaderOptions options;
  options.pattern.regex = fmt::format("\\Q{}\\E", options_.topic.value());
  options.start = [](const broker::Source&, const broker::LogRange& range) { return range.start; };
  options.on_rotten = [this](const broker::Source&, const broker::RottenRecords& rotten) {
    pass_over(rotten);
  };
  EFD_ASSIGN(reader_, broker_.reader(std::move(options)));
  return {};
}

void EmbeddedRegistry::run(const std::stop_token& stop) {
  while (true) {
    clock_.sleep(options_.follow_interval, stop);
    if (stop.stop_requested()) return;
    static_cast<void>(follow());  // what goes wrong is told there
  }
}

Result<> EmbeddedRegistry::follow() {
  std::lock_guard lock(follow_mutex_);
  Result<> read = read_to_end();
  note_trouble(read);
  return read;
}

// What lies behind is known all the same. What a repair has dropped is over, but for the ids that
// its records may have given: each at most one, and none is given again.
void EmbeddedRegistry::pass_over(const broker::RottenRecords& rotten) {
  std::lock_guard lock(table_mutex_);
  known_end_ = std::max(known_end_, rotten.next);
  if (rotten.is_dropped) return table_.reserve_ids(rotten.next.value() - rotten.from.value());
  if (rot_.empty())
    rot_ = fmt::format("topic {} from offset {} on: {}", options_.topic.value(),
                       rotten.from.value(), rotten.what);
}

// It is tried again and again: what is another than before goes to the log.
void EmbeddedRegistry::note_trouble(const Result<>& followed) {
  std::string trouble = followed ? "" : followed.error().message;
  {
    std::lock_guard lock(table_mutex_);
    if (follow_trouble_ == trouble) return;
    follow_trouble_ = trouble;
  }
  if (trouble.empty()) {
    observe::info("registry", "topic {} is read to its end again", options_.topic.value());
  } else {
    observe::error("registry", "{}", trouble);
  }
}

Result<> EmbeddedRegistry::read_to_end() {
  const bool is_not_made_yet = known_end_ == Offset(0) && is_missing(broker_.topic(options_.topic));
  if (is_not_made_yet) return {};
  EFD_ASSIGN(Offset end, broker_.offset({options_.topic, Partition(0)}, broker::At::latest));
  if (end > known_end_) EFD_TRY(read_until(end));
  if (end >= known_end_) return rot_.empty() ? Result<>() : fail(ErrorCode::give_up, "{}", rot_);
  return fail(ErrorCode::give_up,
              "topic {} ends at {}, and had records up to {}: its ids mean nothing any more; "
              "restore it from a copy",
              options_.topic.value(), end.value(), known_end_.value());
}

Result<> EmbeddedRegistry::read_until(Offset end) {
  constexpr std::chrono::milliseconds kWait{100};
  const int64_t deadline_ns = clock_.monotonic_ns_in(options_.read_timeout);
  broker::Batch batch;
  while (known_end_ < end) {
    if (clock_.monotonic_ns() > deadline_ns) {
      return fail(ErrorCode::retry, "topic {} could not be read to its end: at {} of {}",
                  options_.topic.value(), known_end_.value(), end.value());
    }
    EFD_TRY(reader_->poll(kWait, batch));
    for (const broker::Slice& slice : batch.slices()) apply(slice);
  }
  return {};
}

// What is not durable is in no table: its id could be given again after a power cut, while somebody
// has it.
Result<> EmbeddedRegistry::check_all_is_read() {
  auto end = broker_.offset({options_.topic, Partition(0)}, broker::At::end);
  if (!end && end.error().code == ErrorCode::not_found) return {};
  if (!end) return fail(end.error());
  std::lock_guard lock(table_mutex_);
  if (known_end_ >= *end) return {};
  return fail(ErrorCode::retry, "records {} to {} of topic {} are not durable yet: try again",
              known_end_.value(), end->value() - 1, options_.topic.value());
}

void EmbeddedRegistry::apply(const broker::Slice& slice) {
  std::lock_guard lock(table_mutex_);
  for (const broker::RecordView& view : slice.records) {
    Result<SchemaRecord> record = parse_record(view.key.value_or(""), view.value);
    Result<> applied = record ? table_.apply(*record) : fail(record.error());
    if (!applied) {
      observe::warn("registry", "{} at {}: passed over: {}", options_.topic.value(),
                    view.offset.value(), applied.error().message);
    }
  }
  known_end_ = std::max(known_end_, slice.next);
}

bool EmbeddedRegistry::is_rotten() const {
  std::lock_guard lock(table_mutex_);
  return !rot_.empty();
}

std::string EmbeddedRegistry::trouble() const {
  std::lock_guard lock(table_mutex_);
  if (!follow_trouble_.empty() || table_.conflicts().empty()) return follow_trouble_;
  const SchemaValue& first = table_.conflicts().begin()->second;
  return fmt::format(
      "topic {}: {} versions are ignored because another schema has their id; the first is "
      "version {} of subject '{}' with id {}: write its tombstone, and register it anew",
      options_.topic.value(), table_.conflicts().size(), first.version, first.subject, first.id);
}

size_t EmbeddedRegistry::id_conflicts() const {
  std::lock_guard lock(table_mutex_);
  return table_.conflicts().size();
}

}  // namespace efd::registry
