// SPDX-License-Identifier: MIT
// What members of groups say to each other, and the records of `__consumer_offsets`: any bytes. The
// first byte says as what the rest is read; what can be read must survive being written again.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "broker/groups/consumer_protocol.h"
#include "broker/groups/offsets_record.h"

namespace efd::broker {
namespace {

void check_subscription(std::string_view bytes) {
  auto read = decode_subscription(bytes);
  if (!read) return;
  std::string written = encode(*read, kConsumerProtocolVersionMax);
  auto again = decode_subscription(written);
  EFD_CHECK(again && *again == *read);
  EFD_CHECK(wants_same_topics(bytes, written));
}

void check_assignment(std::string_view bytes) {
  auto read = decode_assignment(bytes);
  if (!read) return;
  auto again = decode_assignment(encode(*read));
  EFD_CHECK(again && *again == *read);
}

void check_key(std::string_view bytes) {
  auto read = decode_key(bytes);
  if (!read) return;
  auto again = decode_key(encode_key(*read));
  EFD_CHECK(again && *again == *read);
}

void check_offset(std::string_view bytes) {
  HeaderView header{kTopicIdHeader, bytes.substr(0, 16)};
  auto read = decode_offset(bytes, std::span(&header, 1));
  if (!read) return;
  auto again = decode_offset(encode_value(*read), std::span(&header, 1));
  EFD_CHECK(again && encode_value(*again) == encode_value(*read) && again->topic == read->topic);
}

void check_group(std::string_view bytes) {
  auto read = decode_group(bytes);
  if (!read) return;
  auto again = decode_group(encode_value(*read));
  EFD_CHECK(again && encode_value(*again) == encode_value(*read));
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
