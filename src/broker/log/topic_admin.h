// SPDX-License-Identifier: MIT
// TopicAdmin: topics are made, changed and deleted. For this module.
#pragma once

#include <mutex>
#include <vector>

#include "broker/log/log_state.h"

namespace efd::broker {

// Thread-safe. Its lock is taken before all others.
class CommitLog::State::TopicAdmin {
 public:
  explicit TopicAdmin(State& log) : log_(log) {}

  // What was done is durable when they return; where a full disk does not take it, it holds all the
  // same.
  Result<TopicDescription> create(const NewTopic& topic);
  Result<TopicDescription> change_to(const TopicName& name, const TopicEdit& edit);
  Result<> remove(const TopicName& name);
  // Of topics whose end a full disk did not take at first.
  Result<> finish_earlier_deletions();

  // What they would answer, and what recovery does, under the log's lock.
  Result<TopicSettings> check_new_topic(const NewTopic& topic) const;
  Result<TopicSettings> check_change(const TopicDescription& before,
                                     const TopicDescription& after) const;
  TopicPointer insert(const TopicDescription& description, const TopicSettings& settings);
  void change(Topic& topic, const TopicDescription& to, const TopicSettings& settings);

 private:
  Result<> finish_deletions();     // under mutex_
  Result<> remove_ended_topics();  // under mutex_
  Result<> remove_folders(const Topic& topic);
  void drop(const TopicPointer& topic);  // under mutex_ and the log's lock
  void tell_of_end(const Topic& topic);

  std::mutex mutex_;                        // one at a time
  std::vector<TopicPointer> ended_topics_;  // guarded by it: their files are still to go

  State& log_;
};

}  // namespace efd::broker
