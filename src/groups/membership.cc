// SPDX-License-Identifier: MIT
#include "groups/membership.h"

#include <algorithm>
#include <future>

#include "groups/assignors.h"
#include "groups/consumer_protocol.h"

namespace efd::groups {

Membership::Membership(broker::CommitLog& log, GroupCoordinator& groups, MembershipOptions options,
                       std::function<void()> wake)
    : log_(log), groups_(groups), options_(std::move(options)), inbox_(std::make_shared<Inbox>()) {
  who_.group = options_.group;
  if (!options_.instance.empty()) who_.instance = options_.instance;
  inbox_->wake = std::move(wake);
}

Membership::~Membership() {
  {
    std::lock_guard lock(inbox_->mutex);
    inbox_->wake = nullptr;
    ++inbox_->join_number;
  }
  if (who_.member.empty()) return;
  if (who_.instance) {
    groups_.keep_alive(who_, 0);
  } else {
    groups_.leave(who_.group, {{who_.member, std::nullopt}}, [](const auto&) {});
  }
}

void Membership::join(std::string subscription) {
  JoinGroup request;
  request.group = who_.group;
  request.member = who_.member;
  request.instance = who_.instance;
  request.client_id = "efd";
  request.client_host = "/127.0.0.1";
  request.protocol_type = kConsumerProtocolType;
  request.protocols = {{std::string(kRoundRobinAssignor), subscription},
                       {std::string(kRangeAssignor), subscription}};
  const GroupOptions& limits = groups_.options();
  request.session_timeout_ms =
      std::clamp(static_cast<int32_t>(options_.session_timeout.count()),
                 limits.session_timeout_min_ms, limits.session_timeout_max_ms);
  request.rebalance_timeout_ms = static_cast<int32_t>(kPollInterval.count());
  request.knows_skip_assignment = true;
  std::unique_lock lock(inbox_->mutex);
  uint64_t number = ++inbox_->join_number;
  inbox_->joined.reset();
  inbox_->synced.reset();
  inbox_->is_called = false;
  lock.unlock();
  request.on_rebalance = [inbox = inbox_, number] {
    std::lock_guard held(inbox->mutex);
    if (number != inbox->join_number) return;
    inbox->is_called = true;
    if (inbox->wake) inbox->wake();
  };
  groups_.join(std::move(request), [inbox = inbox_, number](Joined joined) {
    std::lock_guard held(inbox->mutex);
    if (number != inbox->join_number) return;
    inbox->joined = std::move(joined);
    if (inbox->wake) inbox->wake();
  });
  make_durable();
}

std::optional<Joined> Membership::take_joined() {
  std::optional<Joined> joined;
  {
    std::lock_guard lock(inbox_->mutex);
    joined.swap(inbox_->joined);
  }
  if (joined && joined->error == GroupError::none) {
    joined_ = *joined;
    who_.member = joined->member;
    who_.generation = joined->generation;
  }
  return joined;
}

void Membership::sync(std::map<std::string, std::string> assignments) {
  SyncGroup request{who_, joined_.protocol_type, joined_.protocol, std::move(assignments)};
  uint64_t number = 0;
  {
    std::lock_guard lock(inbox_->mutex);
    number = inbox_->join_number;
  }
  groups_.sync(std::move(request), [inbox = inbox_, number](Synced synced) {
    std::lock_guard held(inbox->mutex);
    if (number != inbox->join_number) return;
    inbox->synced = std::move(synced);
    if (inbox->wake) inbox->wake();
  });
  make_durable();
}

std::optional<Synced> Membership::take_synced() {
  std::optional<Synced> synced;
  std::lock_guard lock(inbox_->mutex);
  synced.swap(inbox_->synced);
  return synced;
}

bool Membership::is_called() const {
  std::lock_guard lock(inbox_->mutex);
  return inbox_->is_called;
}

GroupError Membership::keep_alive() {
  return groups_.keep_alive(who_, kPollInterval.count());
}

std::vector<GroupError> Membership::commit(std::vector<OffsetToCommit> offsets) {
  auto done = std::make_shared<std::promise<std::vector<GroupError>>>();
  auto errors = done->get_future();
  groups_.commit(who_, std::move(offsets), [done](auto all) { done->set_value(std::move(all)); });
  make_durable();
  return errors.get();
}

FetchedOffsets Membership::fetch(std::vector<TopicPartition> partitions) {
  auto done = std::make_shared<std::promise<FetchedOffsets>>();
  auto fetched = done->get_future();
  groups_.fetch(who_.group, std::move(partitions),
                [done](FetchedOffsets all) { done->set_value(std::move(all)); });
  make_durable();
  return fetched.get();
}

// A log without threads makes nothing durable by itself.
void Membership::make_durable() {
  if (!log_.has_threads()) static_cast<void>(log_.commit_now());
}

}  // namespace efd::groups
