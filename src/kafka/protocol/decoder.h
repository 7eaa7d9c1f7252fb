// SPDX-License-Identifier: MIT
// Decoder: reads a described message (fields.h) of one version of the protocol from bytes that
// anybody may have sent. Strings and bytes of the message are views of the input, its arrays lie in
// the arena; nothing is allocated for an array before the input is known to be long enough for it.
#pragma once

#include "codec/varint.h"
#include "kafka/protocol/arena.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

// What the arrays of one message may take in memory; more is malformed.
constexpr size_t kDecodedBytesMax = 64u << 20;

// After the first fault ok() is false and everything else reads as empty.
class Decoder {
 public:
  Decoder(std::string_view bytes, int16_t version, bool is_flexible, Arena& arena)
      : in_(bytes), version_(version), is_flexible_(is_flexible), arena_(arena) {}

  // False if the bytes are no such message. What lies behind it is left in rest().
  template <class Message>
  bool message(Message& message) {
    structure(message);
    return in_.ok();
  }
  std::string_view rest() const { return in_.rest(); }

  // The visitor that `describe` calls.
  template <class T>
  void operator()(const char*, T& value, Range range = {}) {
    if (range.contains(version_)) read(value, version_ >= range.null_since);
  }
  template <class T>
  void tagged(uint32_t, const char*, T&, Range, const std::type_identity_t<T>& = {}) {}

 private:
  // Reads the one tagged field that `tag` names, if the version knows it.
  struct TagReader {
    Decoder& decoder;
    uint32_t tag;
    template <class T>
    void operator()(const char*, T&, Range = {}) {}
    template <class T>
    void tagged(uint32_t own_tag, const char*, T& value, Range range,
                const std::type_identity_t<T>& = {}) {
      if (own_tag == tag && range.contains(decoder.version_)) decoder.read(value, true);
    }
  };

  template <class Message>
  void structure(Message& message) {
    Message::describe(message, *this);
    if (is_flexible_) tag_section(message);
  }
  template <class Message>
  void tag_section(Message& message) {
    uint32_t count = codec::read_varint32(in_);
    for (uint32_t i = 0; i < count && in_.ok(); ++i) {
      uint32_t tag = codec::read_varint32(in_);
      std::string_view body = in_.take(codec::read_varint32(in_));
      Decoder inner(body, version_, is_flexible_, arena_);
      TagReader reader{inner, tag};
      Message::describe(message, reader);
      if (!inner.in_.ok()) in_.spoil();
    }
  }

  template <class T>
  void read(T& value, bool may_be_null) {
    if constexpr (std::is_same_v<T, bool>) {
      value = in_.big<int8_t>() != 0;
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(in_.big<std::underlying_type_t<T>>());
    } else if constexpr (std::is_integral_v<T>) {
      value = in_.big<T>();
    } else if constexpr (is_optional<T>) {
      if (!read_present(value.emplace(), may_be_null)) value.reset();
    } else if constexpr (is_span<T>) {
      read_present(value, false);
    } else {
      read_value(value);
    }
  }
  template <class Message>
  void read_value(Message& value) {
    structure(value);
  }
  void read_value(Uuid& id) {
    std::string_view raw = in_.take(16);
    std::array<uint8_t, 16> bytes{};
    if (!raw.empty()) std::memcpy(bytes.data(), raw.data(), raw.size());
    id = Uuid(bytes);
  }
  void read_value(std::string_view& text) { read_present(text, false); }
  void read_value(Bytes& bytes) { read_present(bytes, false); }
  void read_value(ClassicString& text) {
    int32_t size = in_.big<int16_t>();
    text.view.reset();
    if (size >= 0) text.view = in_.take(static_cast<size_t>(size));
  }

  // What has a length, and a null where the version allows one: false if it is null.
  bool read_present(std::string_view& text, bool may_be_null) {
    int64_t size = length<int16_t>(may_be_null);
    if (size >= 0) text = in_.take(static_cast<size_t>(size));
    return size >= 0;
  }
  bool read_present(Bytes& bytes, bool may_be_null) {
    int64_t size = length<int32_t>(may_be_null);
    if (size >= 0) bytes.view = in_.take(static_cast<size_t>(size));
    return size >= 0;
  }
  bool read_present(BytesParts& bytes, bool may_be_null) {
    int64_t size = length<int32_t>(may_be_null);
    if (size < 0) return false;
    std::span<std::string_view> parts = arena_.array<std::string_view>(1);
    parts[0] = in_.take(static_cast<size_t>(size));
    bytes.parts = parts;
    return true;
  }
  template <class T>
  bool read_present(std::span<T>& values, bool may_be_null) {
    int64_t size = length<int32_t>(may_be_null);
    if (size < 0) return false;
    // An element takes at least one byte.
    if (static_cast<uint64_t>(size) > in_.remaining() || !has_room<T>(size)) {
      in_.spoil();
      return true;
    }
    values = arena_.array<T>(static_cast<size_t>(size));
    for (T& value : values) {
      if (!in_.ok()) break;
      read(value, false);
    }
    return true;
  }
  template <class T>
  bool has_room(int64_t size) const {
    return static_cast<uint64_t>(size) * sizeof(T) + arena_.bytes() <= kDecodedBytesMax;
  }

  // -1: null, which spoils the input unless it is allowed.
  template <class Classic>
  int64_t length(bool may_be_null) {
    int64_t size =
        is_flexible_ ? int64_t{codec::read_varint32(in_)} - 1 : int64_t{in_.big<Classic>()};
    if (!in_.ok()) return 0;
    if (size < -1 || (size == -1 && !may_be_null)) in_.spoil();
    return size < 0 ? -1 : size;
  }

  ByteReader in_;
  int16_t version_;
  bool is_flexible_;
  Arena& arena_;
};

}  // namespace efd::kafka
