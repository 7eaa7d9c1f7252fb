// SPDX-License-Identifier: MIT
// What members of groups say to each other, and the records of `__consumer_offsets`: any bytes. The
// first byte says as what the rest is read; what can be read must survive being written again.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "groups/consumer_protocol.h"
#include "groups/offsets_record.h"

namespace efd::broker {
namespace {

void check_subscription(std::string_view bytes) {
  auto read = groups::decode_subscription(bytes);
  if (!read) return;
  std::string written = groups::encode(*read, groups::kConsumerProtocolVersionMax);
  auto again = groups::decode_subscription(written);
  EFD_CHECK(again && *again == *read);
  EFD_CHECK(groups::wants_same_topics(bytes, written));
}

void check_assignment(std::string_view bytes) {
  auto read = groups::decode_assignment(bytes);
  if (!read) return;
  auto again = groups::decode_assignment(groups::encode(*read));
  EFD_CHECK(again && *again == *read);
}

void check_key(std::string_view bytes) {
  auto read = groups::decode_key(bytes);
  if (!read) return;
  auto again = groups::decode_key(groups::encode_key(*read));
  EFD_CHECK(again && *again == *read);
}

void check_offset(std::string_view bytes) {
  HeaderView header{groups::kTopicIdHeader, bytes.substr(0, 16)};
  auto read = groups::decode_offset(bytes, std::span(&header, 1));
  if (!read) return;
  auto again = groups::decode_offset(groups::encode_value(*read), std::span(&header, 1));
  EFD_CHECK(again && groups::encode_value(*again) == groups::encode_value(*read) &&
            again->topic == read->topic);
}

void check_group(std::string_view bytes) {
  auto read = groups::decode_group(bytes);
  if (!read) return;
  auto again = groups::decode_group(groups::encode_value(*read));
  EFD_CHECK(again && groups::encode_value(*again) == groups::encode_value(*read));
}

}  // namespace
}  // namespace efd::broker

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace efd::broker;
  if (size < 1) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      return check_subscription(rest), 0;
    case 1:
      return check_assignment(rest), 0;
    case 2:
      return check_key(rest), 0;
    case 3:
      return check_offset(rest), 0;
    default:
      return check_group(rest), 0;
  }
}
