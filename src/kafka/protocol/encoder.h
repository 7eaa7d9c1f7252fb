// SPDX-License-Identifier: MIT
// Encoder: writes a described message (fields.h) in one version of the protocol.
#pragma once

#include <algorithm>
#include <string>

#include "codec/varint.h"
#include "kafka/protocol/fields.h"

namespace efd::kafka {

// Appends to a string that it does not own. Never fails: a string too long for its length field is
// cut, a null where the version knows none is written as empty.
class Encoder {
 public:
  Encoder(std::string& out, int16_t version, bool is_flexible)
      : out_(out), version_(version), is_flexible_(is_flexible) {}

  template <class Message>
  void message(const Message& message) {
    Message::describe(message, *this);
    if (is_flexible_) tag_section(message);
  }

  // The visitor that `describe` calls.
  template <class T>
  void operator()(const char*, const T& value, Range range = {}) {
    if (range.contains(version_)) write(value, version_ >= range.null_since);
  }
  template <class T>
  void tagged(uint32_t, const char*, const T&, Range, const T& = {}) {}

 private:
  struct TagCounter {
    int16_t version;
    uint32_t count = 0;
    template <class T>
    void operator()(const char*, const T&, Range = {}) {}
    template <class T>
    void tagged(uint32_t, const char*, const T& value, Range range, const T& standard = {}) {
      if (range.contains(version) && !equals_default(value, standard)) ++count;
    }
  };

  struct TagWriter {
    Encoder& encoder;
    template <class T>
    void operator()(const char*, const T&, Range = {}) {}
    template <class T>
    void tagged(uint32_t tag, const char*, const T& value, Range range, const T& standard = {}) {
      if (range.contains(encoder.version_) && !equals_default(value, standard)) {
        encoder.write_tag(tag, value);
      }
    }
  };

  template <class Message>
  void tag_section(const Message& message) {
    TagCounter counter{version_};
    Message::describe(message, counter);
    codec::append_varint(counter.count, out_);
    if (counter.count == 0) return;
    TagWriter writer{*this};
    Message::describe(message, writer);
  }
  template <class T>
  void write_tag(uint32_t tag, const T& value) {
    std::string body;
    Encoder(body, version_, is_flexible_).write(value, true);
    codec::append_varint(tag, out_);
    codec::append_varint(body.size(), out_);
    out_.append(body);
  }

  template <class T>
  void write(const T& value, bool may_be_null) {
    if constexpr (std::is_same_v<T, bool>) {
      out_.push_back(value ? 1 : 0);
    } else if constexpr (std::is_enum_v<T>) {
      ByteWriter(out_).big<std::underlying_type_t<T>>(std::underlying_type_t<T>(value));
    } else if constexpr (std::is_integral_v<T>) {
      ByteWriter(out_).big<T>(value);
    } else if constexpr (is_optional<T>) {
      write_optional(value, may_be_null);
    } else if constexpr (is_span<T>) {
      write_array(value);
    } else {
      write_value(value);
    }
  }

  template <class T>
  void write_optional(const std::optional<T>& value, bool may_be_null) {
    if (value) return write(*value, false);
    if (!may_be_null) return write(T(), false);
    if (is_flexible_) return codec::append_varint(0, out_);
    if constexpr (std::is_same_v<T, std::string_view>) {
      ByteWriter(out_).big<int16_t>(-1);
    } else {
      ByteWriter(out_).big<int32_t>(-1);
    }
  }
  template <class T>
  void write_array(std::span<T> values) {
    write_length(values.size());
    for (const T& value : values) write(value, false);
  }
  template <class Message>
  void write_value(const Message& value) {
    message(value);
  }
  void write_value(const Uuid& id) {
    out_.append(reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size());
  }
  void write_value(const Bytes& bytes) {
    write_length(bytes.view.size());
    out_.append(bytes.view);
  }
  void write_value(const BytesParts& bytes) {
    size_t size = 0;
    for (std::string_view part : bytes.parts) size += part.size();
    write_length(size);
    for (std::string_view part : bytes.parts) out_.append(part);
  }
  void write_value(const ClassicString& text) {
    if (!text.view) return ByteWriter(out_).big<int16_t>(-1);
    write_classic(*text.view);
  }
  void write_value(std::string_view text) {
    if (!is_flexible_) return write_classic(text);
    write_length(text.size());
    out_.append(text);
  }
  void write_classic(std::string_view text) {
    text = text.substr(0, std::numeric_limits<int16_t>::max());
    ByteWriter(out_).big<int16_t>(static_cast<int16_t>(text.size()));
    out_.append(text);
  }
  // Compact lengths are one more than they say; 0 is null.
  void write_length(size_t size) {
    if (is_flexible_) return codec::append_varint(size + 1, out_);
    ByteWriter(out_).big<int32_t>(static_cast<int32_t>(size));
  }

  std::string& out_;
  int16_t version_;
  bool is_flexible_;
};

}  // namespace efd::kafka
