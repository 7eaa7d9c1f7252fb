// SPDX-License-Identifier: MIT
// The loop that runs a DecodeProgram's steps; the only part of it that data passes through.
#include "avro/decode_ops.h"
#include "avro/value.h"
#include "base/bytes.h"
#include "codec/base64.h"
#include "codec/varint.h"

namespace efd::avro {
namespace {

constexpr const char* kCutOff = "cut off";
constexpr const char* kNotANumber = "cut off, or a number out of range,";
constexpr const char* kNotABoolean = "a boolean that is neither 0 nor 1";
constexpr const char* kNoSymbol = "no such symbol";
constexpr const char* kNoBranch = "no such branch of the union";
constexpr const char* kTooManyItems = "more items than the datum can hold";
constexpr const char* kBadJsonPart = "cut off, or not valid,";

// Reads with a position that is null after a fault.
const char* fault_at(const DecodeContext& context, const Op& op, const char* why, const char* at) {
  context.fault = {&op, why, static_cast<size_t>(at - context.begin)};
  return nullptr;
}

const char* parse_long(const char* at, const char* end, int64_t& value) {
  uint64_t raw = 0;
  const char* behind = codec::parse_varint(at, end, raw);
  value = codec::zigzag_decoded(raw);
  return behind;
}

const char* parse_int(const char* at, const char* end, int64_t& value) {
  uint64_t raw = 0;
  const char* behind = codec::parse_varint(at, end, raw);
  value = codec::zigzag_decoded(raw);
  return raw <= UINT32_MAX ? behind : nullptr;
}

const char* parse_text(const char* at, const char* end, std::string_view& text) {
  int64_t size = 0;
  const char* begin = parse_long(at, end, size);
  if (!begin || size < 0 || size > end - begin) return nullptr;
  text = {begin, static_cast<size_t>(size)};
  return begin + size;
}

using ParseInteger = const char* (*)(const char*, const char*, int64_t&);

template <ParseInteger parse>
const char* run_integers(const DecodeContext& context, const Op& op, const char* at) {
  for (uint32_t i = 0; i < op.count; ++i) {
    int64_t value = 0;
    const char* behind = parse(at, context.end, value);
    if (!behind) return fault_at(context, op, kNotANumber, at);
    context.columns[op.column + i].append(value);
    at = behind;
  }
  return at;
}

// A run of values that lie in the datum as `Raw` and in the columns as `Stored`.
template <class Raw, class Stored>
const char* run_floating(const DecodeContext& context, const Op& op, const char* at) {
  if (static_cast<size_t>(context.end - at) < op.count * sizeof(Raw)) {
    return fault_at(context, op, kCutOff, at);
  }
  rows::ColumnValues* column = context.columns + op.column;
  for (uint32_t i = 0; i < op.count; ++i, at += sizeof(Raw)) {
    column[i].append(static_cast<Stored>(load_little<Raw>(at)));
  }
  return at;
}

const char* run_booleans(const DecodeContext& context, const Op& op, const char* at) {
  if (static_cast<size_t>(context.end - at) < op.count) return fault_at(context, op, kCutOff, at);
  for (uint32_t i = 0; i < op.count; ++i, ++at) {
    auto value = static_cast<uint8_t>(*at);
    if (value > 1) return fault_at(context, op, kNotABoolean, at);
    context.columns[op.column + i].append(value);
  }
  return at;
}

const char* run_strings(const DecodeContext& context, const Op& op, const char* at) {
  for (uint32_t i = 0; i < op.count; ++i) {
    std::string_view text;
    const char* behind = parse_text(at, context.end, text);
    if (!behind) return fault_at(context, op, kCutOff, at);
    context.columns[op.column + i].append_string(text);
    at = behind;
  }
  return at;
}

const char* run_symbols(const DecodeContext& context, const Op& op, const char* at) {
  const std::vector<std::string>& symbols = op.node->symbols;
  for (uint32_t i = 0; i < op.count; ++i) {
    int64_t symbol = 0;
    const char* behind = parse_long(at, context.end, symbol);
    if (!behind || static_cast<uint64_t>(symbol) >= symbols.size()) {
      return fault_at(context, op, kNoSymbol, at);
    }
    context.columns[op.column + i].append_string(symbols[static_cast<size_t>(symbol)]);
    at = behind;
  }
  return at;
}

const char* run_bytes(const DecodeContext& context, const Op& op, const char* at) {
  std::string_view raw;
  const char* behind = parse_text(at, context.end, raw);
  if (!behind) return fault_at(context, op, kCutOff, at);
  context.columns[op.column].append_string(codec::to_base64(raw));
  return behind;
}

const char* run_fixed(const DecodeContext& context, const Op& op, const char* at) {
  size_t size = op.node->size;
  if (static_cast<size_t>(context.end - at) < size) return fault_at(context, op, kCutOff, at);
  context.columns[op.column].append_string(codec::to_base64({at, size}));
  return at + size;
}

const char* run_json(const DecodeContext& context, const Op& op, const char* at) {
  size_t used = 0;
  Schema schema = context.schema.part(*op.node);
  auto value = decode_first(schema, {at, static_cast<size_t>(context.end - at)}, used);
  if (!value) return fault_at(context, op, kBadJsonPart, at);
  std::string json;
  json::Writer writer(json);
  write_json(schema, *value, writer);
  context.columns[op.column].append_string(json);
  return at + used;
}

const char* run_union(const DecodeContext& context, const Op& op, const char* at) {
  const std::vector<BranchSteps>& branches = context.unions[op.table].branches;
  int64_t branch = 0;
  const char* behind = parse_long(at, context.end, branch);
  if (!behind || static_cast<uint64_t>(branch) >= branches.size()) {
    return fault_at(context, op, kNoBranch, at);
  }
  const BranchSteps& steps = branches[static_cast<size_t>(branch)];
  for (uint32_t column : steps.null_columns) context.columns[column].append_null();
  for (uint32_t column : steps.empty_arrays) context.columns[column].end_array();
  return run_steps(context, steps.begin, steps.end, behind);
}

// The head of an array's block: how many items follow; each takes at least `item_size_min` bytes.
const char* parse_block(const DecodeContext& context, const Op& op, const char* at,
                        size_t item_size_min, size_t& count) {
  int64_t items = 0;
  const char* behind = parse_long(at, context.end, items);
  if (behind && items < 0) {
    int64_t block_size = 0;  // for readers that skip the block
    behind = parse_long(behind, context.end, block_size);
  }
  if (!behind) return fault_at(context, op, kCutOff, at);
  uint64_t size = items < 0 ? 0 - static_cast<uint64_t>(items) : static_cast<uint64_t>(items);
  if (size > static_cast<size_t>(context.end - behind) / item_size_min) {
    return fault_at(context, op, kTooManyItems, at);
  }
  count = size;
  return behind;
}

const char* run_array(const DecodeContext& context, const Op& op, const char* at) {
  uint32_t first = static_cast<uint32_t>(&op - context.ops) + 1;
  size_t count = 0;
  while ((at = parse_block(context, op, at, 1, count)) && count) {
    for (size_t i = 0; i < count; ++i) {
      at = run_steps(context, first, op.end, at);
      if (!at) return nullptr;
    }
  }
  if (at) context.columns[op.column].end_array();
  return at;
}

template <ParseInteger parse>
const char* run_integer_array(const DecodeContext& context, const Op& op, const char* at) {
  rows::ColumnValues& column = context.columns[op.column];
  size_t count = 0;
  while ((at = parse_block(context, op, at, 1, count)) && count) {
    for (size_t i = 0; i < count; ++i) {
      int64_t value = 0;
      const char* behind = parse(at, context.end, value);
      if (!behind) return fault_at(context, op, kNotANumber, at);
      column.append(value);
      at = behind;
    }
  }
  if (at) column.end_array();
  return at;
}

template <class Raw>
const char* run_floating_array(const DecodeContext& context, const Op& op, const char* at) {
  rows::ColumnValues& column = context.columns[op.column];
  size_t count = 0;
  while ((at = parse_block(context, op, at, sizeof(Raw), count)) && count) {
    column.append_raw(at, count);
    at += count * sizeof(Raw);
  }
  if (at) column.end_array();
  return at;
}

const char* run_step(const DecodeContext& context, const Op& op, const char* at) {
  switch (op.kind) {
    case OpKind::ints:
      return run_integers<parse_int>(context, op, at);
    case OpKind::longs:
      return run_integers<parse_long>(context, op, at);
    case OpKind::floats:
      return run_floating<float, float>(context, op, at);
    case OpKind::widened:
      return run_floating<float, double>(context, op, at);
    case OpKind::doubles:
      return run_floating<double, double>(context, op, at);
    case OpKind::booleans:
      return run_booleans(context, op, at);
    case OpKind::strings:
      return run_strings(context, op, at);
    case OpKind::symbols:
      return run_symbols(context, op, at);
    case OpKind::bytes:
      return run_bytes(context, op, at);
    case OpKind::fixed:
      return run_fixed(context, op, at);
    case OpKind::json:
      return run_json(context, op, at);
    case OpKind::one_of:
      return run_union(context, op, at);
    case OpKind::array:
      return run_array(context, op, at);
    case OpKind::int_array:
      return run_integer_array<parse_int>(context, op, at);
    case OpKind::long_array:
      return run_integer_array<parse_long>(context, op, at);
    case OpKind::float_array:
      return run_floating_array<float>(context, op, at);
    case OpKind::double_array:
      return run_floating_array<double>(context, op, at);
  }
  return fault_at(context, op, "unknown step", at);
}

}  // namespace

const char* run_steps(const DecodeContext& context, uint32_t begin, uint32_t end, const char* at) {
  for (uint32_t i = begin; i < end; i = context.ops[i].end) {
    at = run_step(context, context.ops[i], at);
    if (!at) [[unlikely]] {
      return nullptr;
    }
  }
  return at;
}

}  // namespace efd::avro
