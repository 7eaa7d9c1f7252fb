// SPDX-License-Identifier: MIT
#include <algorithm>

#include "avro/value.h"
#include "base/bytes.h"
#include "codec/varint.h"

namespace efd::avro {
namespace {

tl::unexpected<Error> cut_off() {
  return fail(ErrorCode::bad_input, "cut off, or a number out of range");
}

class ValueReader {
 public:
  explicit ValueReader(std::string_view bytes)
      : reader_(bytes), values_left_(bytes.size() * kValuesPerByteMax + kValuesFreeMax) {}

  size_t position() const { return reader_.position(); }

  Result<Value> read(const Node& node) {
    if (depth_ == kValueDepthMax) {
      return fail(ErrorCode::bad_input, "values nest deeper than {}", kValueDepthMax);
    }
    if (values_left_ == 0) {
      return fail(ErrorCode::bad_input, "more values than the datum can hold");
    }
    ++depth_;
    --values_left_;
    Result<Value> value = read_type(node);
    --depth_;
    if (value && !reader_.ok()) return cut_off();
    return value;
  }

 private:
  Result<Value> read_type(const Node& node) {
    switch (node.type) {
      case Type::null:
        return Value();
      case Type::boolean:
        return read_boolean();
      case Type::int_:
        return Value(codec::read_zigzag32(reader_));
      case Type::long_:
        return Value(codec::read_zigzag64(reader_));
      case Type::float_:
        return Value(reader_.little<float>());
      case Type::double_:
        return Value(reader_.little<double>());
      case Type::bytes:
        return Value(Bytes{std::string(read_text())});
      case Type::string:
        return Value(std::string(read_text()));
      case Type::fixed:
        return Value(Bytes{std::string(reader_.take(node.size))});
      case Type::enum_:
        return read_enum(node);
      case Type::record:
        return read_record(node);
      case Type::array:
        return read_array(node);
      case Type::map:
        return read_map(node);
      case Type::union_:
        return read_union(node);
    }
    return fail(ErrorCode::bad_input, "unknown type");
  }

  std::string_view read_text() {
    int64_t size = codec::read_zigzag64(reader_);
    if (size < 0) return reader_.spoil(), std::string_view();
    return reader_.take(static_cast<size_t>(size));
  }

  Result<Value> read_boolean() {
    uint8_t byte = reader_.little<uint8_t>();
    if (byte > 1) return fail(ErrorCode::bad_input, "a boolean is 0 or 1, not {}", byte);
    return Value(byte == 1);
  }

  // A number below `count`: a symbol's or a branch's.
  Result<size_t> read_index(size_t count, const char* what) {
    int64_t index = codec::read_zigzag64(reader_);
    if (!reader_.ok()) return cut_off();
    if (index >= 0 && static_cast<size_t>(index) < count) return static_cast<size_t>(index);
    return fail(ErrorCode::bad_input, "{} {} of {}", what, index, count);
  }

  Result<Value> read_enum(const Node& node) {
    EFD_ASSIGN(size_t index, read_index(node.symbols.size(), "symbol"));
    return Value(node.symbols[index]);
  }

  Result<Value> read_union(const Node& node) {
    EFD_ASSIGN(size_t index, read_index(node.branches.size(), "branch"));
    EFD_ASSIGN(Value value, read(*node.branches[index]));
    value.branch = static_cast<int>(index);
    return value;
  }

  Result<Value> read_record(const Node& node) {
    Record record;
    constexpr size_t kReservedMax = 64;  // the datum may end before the schema does
    record.fields.reserve(std::min(node.fields.size(), kReservedMax));
    for (const Field& field : node.fields) {
      Result<Value> value = read(*field.type);
      if (!value) return fail_in("field '" + field.name + "'", value.error());
      record.fields.push_back(std::move(*value));
    }
    return Value(std::move(record));
  }

  // How many items the next block of an array or map has; 0: no more blocks.
  Result<uint64_t> read_block() {
    int64_t count = codec::read_zigzag64(reader_);
    if (count < 0) codec::read_zigzag64(reader_);  // the block's size in bytes, for skipping it
    uint64_t items = count < 0 ? 0 - static_cast<uint64_t>(count) : static_cast<uint64_t>(count);
    if (!reader_.ok()) return cut_off();
    return items;
  }

  Result<Value> read_array(const Node& node) {
    Array array;
    while (true) {
      EFD_ASSIGN(uint64_t count, read_block());
      if (!count) return Value(std::move(array));
      for (uint64_t i = 0; i < count; ++i) {
        EFD_ASSIGN(Value item, read(*node.items));
        array.push_back(std::move(item));
      }
    }
  }

  Result<Value> read_map(const Node& node) {
    Map map;
    while (true) {
      EFD_ASSIGN(uint64_t count, read_block());
      if (!count) return Value(std::move(map));
      for (uint64_t i = 0; i < count; ++i) {
        std::string key(read_text());
        EFD_ASSIGN(Value value, read(*node.items));
        map.entries.push_back({std::move(key), std::move(value)});
      }
    }
  }

  ByteReader reader_;
  size_t depth_ = 0;
  size_t values_left_;
};

}  // namespace

Result<Value> decode(const Schema& schema, std::string_view datum) {
  size_t size = 0;
  EFD_ASSIGN(Value value, decode_first(schema, datum, size));
  if (size == datum.size()) return value;
  return fail(ErrorCode::bad_input, "{} bytes too many behind the datum", datum.size() - size);
}

Result<Value> decode_first(const Schema& schema, std::string_view bytes, size_t& size) {
  ValueReader reader(bytes);
  EFD_ASSIGN(Value value, reader.read(schema.root()));
  size = reader.position();
  return value;
}

}  // namespace efd::avro
