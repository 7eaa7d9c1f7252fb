// SPDX-License-Identifier: MIT
// Who has records kept until it has stored them, whatever retention says. For this module.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "broker/log/partition.h"
#include "broker/log/topic_table.h"

namespace efd::broker {

// Guarded by the log's lock, as are the partitions in which each holder's place is kept.
class Holds {
 public:
  // A holder of all that match, from their start on; one of that name is changed.
  void set(const std::string& name, std::function<bool(const TopicName&)> matches,
           const TopicTable& topics);
  // By all holders that match and hold nothing of it yet.
  void extend(LogPartition& partition) const;
  // It needs nothing below that any more.
  void release(const std::string& name, LogPartition& partition, Offset below) const;
  // It holds nothing any more.
  void drop(const std::string& name, const TopicTable& topics);
  // Who keeps most bytes of segments; "": nobody.
  std::string name_of_slowest(const TopicTable& topics) const;

 private:
  struct Holder {
    std::string name;  // empty: dropped
    std::function<bool(const TopicName&)> matches;
  };
  std::vector<Holder> holders_;  // a holder's number is its index
};

}  // namespace efd::broker
