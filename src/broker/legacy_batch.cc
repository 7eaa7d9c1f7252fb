// SPDX-License-Identifier: MIT
#include "broker/legacy_batch.h"

#include "codec/checksum.h"

namespace efd::broker {
namespace {

constexpr size_t kMessagePrefixBytes = 12;  // offset, size

struct Message {
  size_t size = 0;
  int8_t magic = 0;
  int8_t attributes = 0;
  RecordView record;

  int compression_number() const { return attributes & 0x07; }
  bool has_append_time() const { return attributes & 0x08; }
};

std::optional<std::string_view> take_nullable(ByteReader& reader) {
  int32_t size = reader.big<int32_t>();
  if (size == -1) return std::nullopt;
  if (size < 0) return reader.spoil(), std::nullopt;
  return reader.take(static_cast<size_t>(size));
}

Result<Message> parse_message(std::string_view bytes) {
  ByteReader reader(bytes);
  Message message;
  message.record.offset = Offset(reader.big<int64_t>());
  int32_t size = reader.big<int32_t>();
  if (!reader.ok() || size < 14 || static_cast<size_t>(size) > reader.remaining())
    return fail(ErrorCode::bad_input, "message set: cut off");
  message.size = kMessagePrefixBytes + static_cast<size_t>(size);
  ByteReader body(bytes.substr(kMessagePrefixBytes, static_cast<size_t>(size)));
  uint32_t crc = body.big<uint32_t>();
  if (codec::crc32(body.rest()) != crc)
    return fail(ErrorCode::bad_input, "message at offset {}: wrong CRC",
                message.record.offset.value());
  message.magic = body.big<int8_t>();
  message.attributes = body.big<int8_t>();
  if (message.magic == 1) message.record.timestamp_ms = body.big<int64_t>();
  message.record.key = take_nullable(body);
  message.record.value = take_nullable(body);
  if (!body.ok() || body.remaining() || message.magic < 0 || message.magic > 1)
    return fail(ErrorCode::bad_input, "message at offset {}: malformed",
                message.record.offset.value());
  return message;
}

// Magic 1 numbers the inner messages from 0, and the outer one has the offset of the last.
void make_absolute(const Message& outer, size_t first, std::vector<RecordView>& views) {
  if (outer.magic == 0 || views.size() == first) return;
  int64_t base = outer.record.offset - views.back().offset;
  for (size_t i = first; i < views.size(); ++i) {
    views[i].offset = views[i].offset + base;
    if (outer.has_append_time()) views[i].timestamp_ms = outer.record.timestamp_ms;
  }
}

Result<> decode_inner(const Message& outer, Records& into) {
  EFD_ASSIGN(auto compression, codec::compression_from_number(outer.compression_number()));
  if (!outer.record.value)
    return fail(ErrorCode::bad_input, "message at offset {}: compressed and empty",
                outer.record.offset.value());
  EFD_ASSIGN(std::string plain,
             codec::decompress(compression, *outer.record.value, kBatchPlainBytesMax));
  std::string_view bytes = into.plain.emplace_back(std::move(plain));
  size_t first = into.views.size();
  while (!bytes.empty()) {
    EFD_ASSIGN(Message inner, parse_message(bytes));
    if (inner.compression_number() != 0)
      return fail(ErrorCode::bad_input, "message at offset {}: compressed twice",
                  outer.record.offset.value());
    into.views.push_back(inner.record);
    bytes.remove_prefix(inner.size);
  }
  make_absolute(outer, first, into.views);
  return {};
}

}  // namespace

Result<size_t> decode_message(std::string_view bytes, Records& into) {
  EFD_ASSIGN(Message message, parse_message(bytes));
  if (message.compression_number() == 0) {
    into.views.push_back(message.record);
  } else {
    EFD_TRY(decode_inner(message, into));
  }
  return message.size;
}

}  // namespace efd::broker
