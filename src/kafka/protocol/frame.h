// SPDX-License-Identifier: MIT
// The frames of a connection: int32 size, header, body. Here are the header's numbers of a request
// and the envelope of its answer; which body it is says the API's description.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kafka/messages/header.h"
#include "kafka/protocol/api.h"
#include "kafka/protocol/decoder.h"
#include "kafka/protocol/encoder.h"

namespace efd::kafka {

constexpr size_t kFrameSizeBytes = 4;
constexpr int32_t kRequestBytesMin = 8;  // api key, version, correlation id

// What every request begins with, whatever its version.
struct RequestKey {
  int16_t api_key;
  int16_t version;
  int32_t correlation_id;
};

// `frame` is what follows the size, at least kRequestBytesMin bytes.
inline RequestKey request_key(std::string_view frame) {
  return {load_big<int16_t>(frame.data()), load_big<int16_t>(frame.data() + 2),
          load_big<int32_t>(frame.data() + 4)};
}

// The body behind the header; nothing if the header is malformed.
inline std::optional<std::string_view> read_header(std::string_view frame, bool is_flexible,
                                                   Arena& arena, RequestHeader& header) {
  Decoder decoder(frame, is_flexible ? 2 : 1, is_flexible, arena);
  if (!decoder.message(header)) return std::nullopt;
  return decoder.rest();
}
inline std::optional<std::string_view> request_body(std::string_view frame, bool is_flexible,
                                                    Arena& arena) {
  RequestHeader header;
  return read_header(frame, is_flexible, arena, header);
}

// Reads a whole request body. Bytes behind it are passed over, as Apache Kafka does.
template <class Api>
bool decode_request(std::string_view body, int16_t version, Arena& arena,
                    typename Api::Request& request) {
  bool is_flexible = Api::kDescription.is_flexible(version);
  return Decoder(body, version, is_flexible, arena).message(request);
}

// The same for an answer's body (ours again, or in tests a server's).
template <class Api>
bool decode_answer(std::string_view body, int16_t version, Arena& arena,
                   typename Api::Response& response) {
  bool is_flexible = Api::kDescription.is_flexible(version);
  return Decoder(body, version, is_flexible, arena).message(response);
}

// The answer to ApiVersions must be readable before its version is agreed on: no tags (KIP-511).
constexpr int16_t kApiVersionsKey = 18;

// Appends size, header and body of an answer.
template <class Api>
void append_answer(const typename Api::Response& response, int16_t version, int32_t correlation_id,
                   std::string& out) {
  constexpr ApiDescription kApi = Api::kDescription;
  bool is_flexible = kApi.is_flexible(version);
  bool has_tags = is_flexible && kApi.key != kApiVersionsKey;
  size_t begin = out.size();
  out.append(kFrameSizeBytes, '\0');
  Encoder(out, has_tags ? 1 : 0, has_tags).message(ResponseHeader{correlation_id});
  Encoder(out, version, is_flexible).message(response);
  size_t size = out.size() - begin - kFrameSizeBytes;
  store_big<int32_t>(out.data() + begin, static_cast<int32_t>(size));
}

}  // namespace efd::kafka
