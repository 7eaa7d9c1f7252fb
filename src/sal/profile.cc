// SPDX-License-Identifier: MIT
#include "sal/profile.h"

#include <algorithm>
#include <numeric>

#include <fmt/core.h>

#include "base/check.h"
#include "sal/sqr029_text.h"

namespace efd::sal {
namespace {

constexpr const char* kSqr029 = "sqr-029";
constexpr size_t kMissingNamed = 5;

void sort_by_name(Profile& profile) {
  std::sort(
      profile.topics.begin(), profile.topics.end(),
      [](const ProfileTopic& a, const ProfileTopic& b) { return a.shape.name < b.shape.name; });
}

Profile build_sqr029() {
  auto profile = parse_profile(kSqr029, kSqr029Text);
  EFD_CHECK(profile.has_value());
  return std::move(*profile);
}

}  // namespace

int experiment_rate_hz(Kind kind) {
  switch (kind) {
    case Kind::command:
      return 1;
    case Kind::event:
      return 10;
    case Kind::telemetry:
      break;
  }
  return 100;
}

int ProfileTopic::rate_hz() const {
  return std::accumulate(rates_hz.begin(), rates_hz.end(), 0);
}

size_t Profile::entries() const {
  size_t sum = 0;
  for (const ProfileTopic& topic : topics) sum += topic.rates_hz.size();
  return sum;
}

int64_t Profile::messages_per_second() const {
  int64_t sum = 0;
  for (const ProfileTopic& topic : topics) sum += topic.rate_hz();
  return sum;
}

int64_t Profile::values_per_second() const {
  int64_t sum = 0;
  for (const ProfileTopic& topic : topics) {
    sum += topic.rate_hz() * static_cast<int64_t>(topic.shape.values());
  }
  return sum;
}

const ProfileTopic* Profile::find(std::string_view efdb_topic) const {
  const auto found = std::lower_bound(
      topics.begin(), topics.end(), efdb_topic,
      [](const ProfileTopic& topic, std::string_view name) { return topic.shape.name < name; });
  return found == topics.end() || found->shape.name != efdb_topic ? nullptr : &*found;
}

const Profile& sqr029() {
  static const Profile profile = build_sqr029();
  return profile;
}

Profile profile_from(const Conversion& conversion) {
  Profile profile{"xml", {}};
  for (const ConvertedTopic& topic : conversion.topics) {
    profile.topics.push_back(
        {topic.shape, {experiment_rate_hz(topic.kind())}, topic.sal_types, topic.is_keyed});
  }
  sort_by_name(profile);
  return profile;
}

Result<Profile> sqr029_from(const Conversion& conversion) {
  const Profile available = profile_from(conversion);
  Profile profile{kSqr029, {}};
  std::vector<std::string> missing;
  for (const ProfileTopic& entry : sqr029().topics) {
    const ProfileTopic* topic = available.find(entry.shape.name);
    if (topic == nullptr) {
      missing.push_back(entry.shape.name);
    } else {
      profile.topics.push_back({topic->shape, entry.rates_hz, topic->sal_types, topic->is_keyed});
    }
  }
  if (missing.empty()) return profile;
  std::string names = missing[0];
  for (size_t i = 1; i < std::min(missing.size(), kMissingNamed); ++i) names += ", " + missing[i];
  return fail(ErrorCode::not_found, "the SAL XML lacks {} of the {} topics of profile {}: {}{}",
              missing.size(), sqr029().topics.size(), kSqr029, names,
              missing.size() > kMissingNamed ? " ..." : "");
}

}  // namespace efd::sal
