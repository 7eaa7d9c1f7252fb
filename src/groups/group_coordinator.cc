// SPDX-License-Identifier: MIT
#include "groups/group_coordinator.h"

#include "groups/coordinator_state.h"

namespace efd::groups {
namespace {
constexpr GroupError kUnreadable = GroupError::coordinator_not_available;
}  // namespace

GroupCoordinator::GroupCoordinator(std::shared_ptr<State> state) : state_(std::move(state)) {}

GroupCoordinator::~GroupCoordinator() {
  state_->stop_thread();
}

Result<std::unique_ptr<GroupCoordinator>> GroupCoordinator::open(broker::CommitLog& log,
                                                                 system::Clock& clock,
                                                                 GroupOptions options) {
  if (options.session_timeout_min_ms > options.session_timeout_max_ms)
    return fail(ErrorCode::bad_input,
                "the least session timeout of a group's members, {} ms, lies above the longest, {} "
                "ms",
                options.session_timeout_min_ms, options.session_timeout_max_ms);
  auto state = std::make_shared<State>(log, clock, options);
  EFD_TRY(state->open());
  if (options.start_thread && !state->unreadable) state->start_thread();
  return std::unique_ptr<GroupCoordinator>(new GroupCoordinator(std::move(state)));
}

const std::optional<Error>& GroupCoordinator::unreadable() const {
  return state_->unreadable;
}

Result<> GroupCoordinator::make_topic() {
  return state_->make_topic();
}

void GroupCoordinator::join(JoinGroup request, OnJoined done) {
  if (state_->unreadable) {
    Joined refused;
    refused.error = kUnreadable;
    refused.member = request.member;
    return done(std::move(refused));
  }
  state_->join(std::move(request), std::move(done));
}

void GroupCoordinator::sync(SyncGroup request, OnSynced done) {
  if (state_->unreadable) return done({kUnreadable, std::nullopt, std::nullopt, {}});
  state_->sync(std::move(request), std::move(done));
}

GroupError GroupCoordinator::heartbeat(const GroupMember& member) {
  if (state_->unreadable) return kUnreadable;
  return state_->heartbeat(member, 0);
}

GroupError GroupCoordinator::keep_alive(const GroupMember& member, int64_t patience_ms) {
  if (state_->unreadable) return kUnreadable;
  return state_->heartbeat(member, patience_ms);
}

void GroupCoordinator::leave(const std::string& group, const std::vector<Leaver>& leavers,
                             OnLeft done) {
  if (state_->unreadable) return done(std::vector(leavers.size(), kUnreadable));
  state_->leave(group, leavers, std::move(done));
}

void GroupCoordinator::commit(const GroupMember& member, std::vector<OffsetToCommit> offsets,
                              OnCommitted done) {
  if (state_->unreadable) return done(std::vector(offsets.size(), kUnreadable));
  state_->commit(member, std::move(offsets), std::move(done));
}

void GroupCoordinator::fetch(const std::string& group,
                             std::optional<std::vector<TopicPartition>> partitions,
                             OnOffsets done) {
  if (state_->unreadable) return done({kUnreadable, {}});
  state_->fetch(group, std::move(partitions), std::move(done));
}

void GroupCoordinator::delete_offsets(const std::string& group,
                                      const std::vector<TopicPartition>& partitions,
                                      OnDeleted done) {
  if (state_->unreadable) return done(kUnreadable, {});
  state_->delete_offsets(group, partitions, std::move(done));
}

std::vector<GroupListing> GroupCoordinator::list() const {
  return state_->list();
}

GroupDescription GroupCoordinator::describe(const std::string& group) const {
  return state_->describe(group);
}

void GroupCoordinator::delete_groups(const std::vector<std::string>& groups, OnGroupsDeleted done) {
  if (state_->unreadable) return done(std::vector(groups.size(), kUnreadable));
  state_->delete_groups(groups, std::move(done));
}

void GroupCoordinator::run_due() {
  state_->run_due();
}

const GroupOptions& GroupCoordinator::options() const {
  return state_->options;
}

int64_t GroupCoordinator::now_ms() const {
  return state_->clock.now().ms();
}

int64_t GroupCoordinator::next_due_ns() const {
  std::lock_guard lock(state_->mutex);
  return state_->next_due_ns();
}

const char* to_string(GroupError error) {
  switch (error) {
    case GroupError::none:
      return "none";
    case GroupError::coordinator_not_available:
      return "the log takes nothing in, or what the groups have cannot be read";
    case GroupError::illegal_generation:
      return "the group has another generation";
    case GroupError::inconsistent_group_protocol:
      return "no protocol that all members support";
    case GroupError::invalid_group_id:
      return "the group's name is empty or too long";
    case GroupError::unknown_member_id:
      return "the group does not know the member";
    case GroupError::invalid_session_timeout:
      return "the session timeout is out of bounds";
    case GroupError::rebalance_in_progress:
      return "the group is being rebalanced";
    case GroupError::invalid_commit_offset_size:
      return "there is no room for more offsets";
    case GroupError::offset_metadata_too_large:
      return "the offset's metadata are too large";
    case GroupError::unknown_topic_or_partition:
      return "the topic or partition does not exist";
    case GroupError::non_empty_group:
      return "the group has members";
    case GroupError::group_id_not_found:
      return "the group does not exist";
    case GroupError::member_id_required:
      return "the member is to join again with its id";
    case GroupError::group_max_size_reached:
      return "there is no room for another group or member, or for all that its members say";
    case GroupError::fenced_instance_id:
      return "another member has taken the static member's name";
    case GroupError::group_subscribed_to_topic:
      return "the group is subscribed to the topic";
  }
  return "unlisted error";
}

const char* to_string(GroupState state) {
  switch (state) {
    case GroupState::empty:
      return "Empty";
    case GroupState::preparing_rebalance:
      return "PreparingRebalance";
    case GroupState::completing_rebalance:
      return "CompletingRebalance";
    case GroupState::stable:
      return "Stable";
    case GroupState::dead:
      return "Dead";
  }
  return "Dead";
}

}  // namespace efd::groups
