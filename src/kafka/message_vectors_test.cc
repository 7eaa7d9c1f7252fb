// SPDX-License-Identifier: MIT
// Every message of our APIs, in every version that we take, against Kafka's own serialisers.
#include <functional>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "broker/testing/kafka_vectors.h"
#include "kafka/apis.h"
#include "kafka/messages/header.h"
#include "kafka/protocol/decoder.h"
#include "kafka/protocol/encoder.h"
#include "kafka/testing/message_json.h"

namespace efd::kafka {
namespace {

struct Vector {
  const json::Value& json;
  std::string bytes;
  int16_t version;
};

// What is wrong with this message in this vector; empty if nothing is.
template <class Message>
std::string check(const Vector& vector, bool is_flexible) {
  Arena arena;
  Message built;
  JsonReader reader(vector.json, vector.version, arena);
  Message::describe(built, reader);
  std::string encoded;
  Encoder(encoded, vector.version, is_flexible).message(built);
  if (encoded != vector.bytes) return "encodes to other bytes";

  Message decoded;
  Decoder decoder(vector.bytes, vector.version, is_flexible, arena);
  if (!decoder.message(decoded)) return "does not decode";
  if (!decoder.rest().empty()) return "leaves bytes undecoded";
  JsonComparer comparer(vector.json, vector.version);
  Message::describe(std::as_const(decoded), comparer);
  if (!comparer.differences().empty()) return "decodes to another" + comparer.differences();
  for (size_t size = 0; size < vector.bytes.size(); ++size) {
    Message cut;
    std::string_view part = std::string_view(vector.bytes).substr(0, size);
    if (Decoder(part, vector.version, is_flexible, arena).message(cut)) return "decodes though cut";
    arena.reset();
  }
  return "";
}

struct Kind {
  int16_t first;
  int16_t last;
  std::function<std::string(const Vector&)> check;
};

template <class Message>
Kind kind(int16_t first, int16_t last, int16_t flexible_since) {
  return {first, last, [flexible_since](const Vector& vector) {
            return check<Message>(vector, vector.version >= flexible_since);
          }};
}

std::map<std::string, Kind> message_kinds() {
  std::map<std::string, Kind> kinds;
  for_each_api([&](auto api) {
    using Api = decltype(api);
    constexpr ApiDescription kApi = Api::kDescription;
    kinds[std::string(kApi.name) + "Request"] =
        kind<typename Api::Request>(kApi.first, kApi.last, kApi.flexible_since);
    kinds[std::string(kApi.name) + "Response"] =
        kind<typename Api::Response>(kApi.first, kApi.last, kApi.flexible_since);
    return 0;
  });
  return kinds;
}

std::map<std::string, Kind> header_kinds() {
  return {{"RequestHeader", kind<RequestHeader>(0, 2, RequestHeader::kFlexibleSince)},
          {"ResponseHeader", kind<ResponseHeader>(0, 1, ResponseHeader::kFlexibleSince)}};
}

struct Count {
  int passed = 0;
  int tried = 0;
};

Count run(const std::string& lines, const std::map<std::string, Kind>& kinds) {
  Count count;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    json::Value row = *json::parse(line);
    auto kind = kinds.find(*row.find_string("name"));
    auto version = static_cast<int16_t>(*row.find("version")->as_int64());
    if (kind == kinds.end()) continue;
    if (version < kind->second.first || version > kind->second.last) continue;
    Vector vector{*row.find("json"), broker::from_hex(*row.find_string("hex")), version};
    std::string wrong = kind->second.check(vector);
    EXPECT_EQ(wrong, "") << kind->first << " version " << version;
    count.passed += wrong.empty();
    ++count.tried;
  }
  return count;
}

TEST(MessageVectors, EncodeAndDecodeExactly) {
  std::optional<std::string> lines = broker::message_vector_lines();
  if (!lines) GTEST_SKIP() << "no ../shared/data/kafka/message_vectors.jsonl.gz";
  Count messages = run(*lines, message_kinds());
  Count headers = run(*lines, header_kinds());
  printf("message vectors: %d of %d; header vectors: %d of %d\n", messages.passed, messages.tried,
         headers.passed, headers.tried);
  EXPECT_EQ(messages.tried, 1580);
  EXPECT_EQ(headers.tried, 25);
}

}  // namespace
}  // namespace efd::kafka
