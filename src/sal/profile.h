// SPDX-License-Identifier: MIT
// Profile: which topics a mock SAL sends, how often, and what they look like.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sal/conversion.h"
#include "sal/shape.h"

namespace efd::sal {

// Of the designed experiment: commands 1 Hz, events 10 Hz, telemetry 100 Hz.
int experiment_rate_hz(Kind kind);

struct ProfileTopic {
  TopicShape shape;
  // One producer each: a topic that is listed twice is sent by both. Never empty.
  std::vector<int> rates_hz;
  SalTypes sal_types = {};  // as far as the schema does not tell and they are known
  bool is_keyed = false;    // as ConvertedTopic's

  int rate_hz() const;  // of all its producers
};

struct Profile {
  std::string name;
  std::vector<ProfileTopic> topics;  // by name, each once

  size_t entries() const;  // producers: a topic listed twice counts twice
  int64_t messages_per_second() const;
  int64_t values_per_second() const;  // header fields and every array element counted
  const ProfileTopic* find(std::string_view efdb_topic) const;
};

// The experiment of SQR-029 as it was designed (kafka-efd-demo, 2019-01-08, over the SAL XML of
// 2019-01-10): 1,051 entries, 1,049 topics of 64 subsystems, 29,284 messages and 1,285,796 values a
// second. Its two topics that are listed twice are events that are in the list of commands, too.
// Built once; lives as long as the program; thread-safe.
const Profile& sqr029();

// Every converted topic once, at the experiment's rate of its kind.
Profile profile_from(const Conversion& conversion);

// The entries of sqr029 with the schemas of a conversion. Fails (not_found) naming the first topics
// that it lacks.
Result<Profile> sqr029_from(const Conversion& conversion);

// Reads a profile from its text form (the README has it). Fails with the line that is wrong.
Result<Profile> parse_profile(std::string name, std::string_view text);

}  // namespace efd::sal
