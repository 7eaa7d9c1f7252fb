// SPDX-License-Identifier: MIT
#include "pipeline/own_positions.h"

#include "observe/log.h"

namespace efd::pipeline {
namespace {

// How long the look at the records that were read last may take before it is begun anew.
constexpr std::chrono::milliseconds kRecognitionWait{30'000};

}  // namespace

// ------------------------------------------------------------------------------------- the store

std::vector<StoredPosition> StorePositions::all() const {
  std::vector<StoredPosition> own;
  for (StoredPosition& kept : store_.positions())
    if (kept.connector == connector_) own.push_back(std::move(kept));
  return own;
}

std::optional<StoredPosition> StorePositions::find(const TopicPartition& partition) const {
  for (StoredPosition& kept : store_.positions())
    if (kept.connector == connector_ && kept.position.topic == partition.topic &&
        kept.position.partition == partition.partition)
      return std::move(kept);
  return std::nullopt;
}

Result<> StorePositions::set(const Position& position, std::vector<Fingerprint> fingerprints) {
  return store_.set_position({connector_, position, std::move(fingerprints)});
}

// ------------------------------------------------------------------------------------ the intake

OwnPositions::OwnPositions(OwnPositionsOptions options, broker::TopicMatcher matcher,
                           broker::Broker& broker, std::unique_ptr<PositionKeeper> keeper,
                           IntakeEvents& events, system::Clock& clock)
    : options_(std::move(options)),
      matcher_(std::move(matcher)),
      broker_(broker),
      keeper_(std::move(keeper)),
      events_(events),
      clock_(clock) {}

Result<std::unique_ptr<Intake>> OwnPositions::open(OwnPositionsOptions options,
                                                   broker::Broker& broker,
                                                   std::unique_ptr<PositionKeeper> keeper,
                                                   IntakeEvents& events, system::Clock& clock) {
  EFD_ASSIGN(auto matcher, broker::TopicMatcher::compile(options.pattern));
  std::unique_ptr<OwnPositions> intake(new OwnPositions(std::move(options), std::move(matcher),
                                                        broker, std::move(keeper), events, clock));
  EFD_TRY(intake->open_reader());
  return intake;
}

Result<> OwnPositions::open_reader() {
  broker::ReaderOptions options{.pattern = options_.pattern,
                                .see = options_.see,
                                .hold = options_.hold,
                                .batch_bytes_max = options_.batch_bytes_max};
  options.start = [this](const broker::Source& source, const broker::LogRange& range) {
    return begin(source, range);
  };
  options.on_rotten = [this](const broker::Source& source, const broker::RottenRecords& rotten) {
    events_.on_rotten(source, rotten);
  };
  EFD_ASSIGN(reader_, broker_.reader(std::move(options)));
  return {};
}

Result<> OwnPositions::poll(std::chrono::milliseconds wait, broker::Batch& into) {
  EFD_TRY(recognize_topics());
  return reader_->poll(wait, into);
}

// Before the first poll, where the broker has no ids: is what was read still there?
Result<> OwnPositions::recognize_topics() {
  if (are_topics_recognized_) return {};
  std::vector<StoredPosition> kept = keeper_->all();
  EFD_ASSIGN(auto topics, broker_.topics());
  bool has_ids = topics.empty() || !topics.front().id.value().is_zero();
  std::erase_if(kept, [&](const StoredPosition& each) {
    return has_ids || !matcher_.matches(each.position.topic);
  });
  EFD_ASSIGN(recognized_, recognize(broker_, options_.pattern, kept, clock_, kRecognitionWait));
  are_topics_recognized_ = true;
  return {};
}

StartPosition OwnPositions::start_of(const std::optional<StoredPosition>& kept,
                                     const broker::Source& source, const broker::LogRange& range) {
  if (!source.id.value().is_zero()) return start_position(kept, source.id, range);
  auto found = recognized_.extract({source.topic, source.partition});
  return start_position(kept, found ? std::optional(found.mapped()) : std::nullopt, range);
}

Offset OwnPositions::begin(const broker::Source& source, const broker::LogRange& range) {
  std::optional<StoredPosition> kept = keeper_->find({source.topic, source.partition});
  StartPosition start = start_of(kept, source, range);
  bool discontinuous =
      start.continuity != Continuity::fresh && start.continuity != Continuity::continues;
  if (discontinuous) {
    events_.on_gap(source, start.continuity, kept->position.next, start.next);
    if (start.continuity == Continuity::made_anew) kept->fingerprints.clear();
    std::erase_if(kept->fingerprints,
                  [&](const Fingerprint& each) { return each.offset >= start.next; });
    auto set = keeper_->set({source.topic, source.id, source.partition, start.next},
                            std::move(kept->fingerprints));
    if (!set) observe::error("pipeline", "{}", set.error().message);
  }
  events_.on_begin(source, start.next, range.end);
  return start.next;
}

Result<> OwnPositions::seek(const broker::Source& source, Offset next) {
  return reader_->seek(source, next);
}

Result<broker::LogRange> OwnPositions::range(const broker::Source& source) {
  return reader_->range(source);
}

Result<> OwnPositions::release(std::span<const Position> durable) {
  return reader_->release(durable);
}

Result<> OwnPositions::await_durable(std::span<const Position> positions, std::stop_token stop) {
  return reader_->await_durable(positions, std::move(stop));
}

}  // namespace efd::pipeline
