// SPDX-License-Identifier: MIT
#include "sal/text_plan.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "sal/avro_binary.h"

namespace efd::sal {
namespace {

constexpr int64_t kTwoTo32 = int64_t{1} << 32;

struct HeaderField {
  std::string_view name;
  TextCode code;
};
constexpr HeaderField kHeaderFields[] = {
    {"kafka_timestamp", TextCode::now},   {"sal_revcode", TextCode::revcode},
    {"sal_created", TextCode::created},   {"sal_ingested", TextCode::ingested},
    {"sal_sequence", TextCode::sequence}, {"sal_origin", TextCode::origin},
    {"sal_host", TextCode::host},
};

std::optional<TextCode> header_code(std::string_view name) {
  for (const HeaderField& field : kHeaderFields)
    if (field.name == name) return field.code;
  return std::nullopt;
}

bool fits_header(const Field& field, TextCode code) {
  if (field.length > 0) return false;
  switch (code) {
    case TextCode::now:
    case TextCode::created:
    case TextCode::ingested:
      return field.type == FieldType::timestamp_ms;
    case TextCode::revcode:
      return field.type == FieldType::string;
    default:
      return field.type == FieldType::int32 || field.type == FieldType::int64;
  }
}

TextCode body_code(const Field& field) {
  if (field.is_index) return TextCode::index;
  switch (field.type) {
    case FieldType::boolean:
      return TextCode::boolean;
    case FieldType::float32:
      return TextCode::float32;
    case FieldType::float64:
      return TextCode::float64;
    case FieldType::bytes:
      return TextCode::byte;
    case FieldType::string:
      return TextCode::text;
    case FieldType::timestamp_ms:
      return TextCode::seconds;
    case FieldType::enumeration:
      return TextCode::symbol;
    default:
      return TextCode::integer;
  }
}

// Which numbers an integer field takes, given what SAL calls its type.
void set_limits(const Field& field, std::string_view sal_type, TextOp& op) {
  const bool is_int = field.type == FieldType::int32;
  using Int = std::numeric_limits<int32_t>;
  using Long = std::numeric_limits<int64_t>;
  op.min = is_int ? Int::min() : Long::min();
  op.max = is_int ? Int::max() : Long::max();
  if (!sal_type.starts_with("unsigned")) return;
  op.min = 0;
  if (sal_type != "unsigned int") return;
  op.wrap = kTwoTo32;
  if (!is_int) op.max = kTwoTo32 - 1;
}

size_t value_bytes_max(const TextOp& op) {
  return op.code == TextCode::float64 ? sizeof(double) : kVarintBytesMax;
}

}  // namespace

Result<TextOp> TextPlan::op_of(const Field& field, const SalTypes& sal_types) const {
  TextOp op;
  if (field.type == FieldType::null) {
    return fail(ErrorCode::bad_input, "field '{}' is null, which SAL's text has no word for",
                field.name);
  }
  const auto header = header_code(field.name);
  op.is_array = field.length > 0;
  op.count = static_cast<uint32_t>(field.values());
  const std::string_view sal_type = sal_type_of(sal_types, field);
  set_limits(field, sal_type, op);
  op.code = header.value_or(body_code(field));
  op.is_quoted = op.code == TextCode::text || (op.code == TextCode::byte && sal_type == "char");
  if (header && !fits_header(field, *header)) {
    return fail(ErrorCode::bad_input, "field '{}' has another type than SAL's header field",
                field.name);
  }
  if (op.code == TextCode::symbol) {
    op.min = 1;
    op.max = static_cast<int64_t>(field.symbols.size());
  }
  return op;
}

void TextPlan::add(TextOp op) {
  if (op.takes_text()) values_ += op.count;
  datum_bytes_max_ += op.count * value_bytes_max(op) + (op.is_array ? kVarintBytesMax + 1 : 0);
  has_text_arrays_ |= op.code == TextCode::text && op.is_array;
  has_bytes_ |= op.code == TextCode::byte;
  ops_.push_back(op);
}

Result<std::shared_ptr<const TextPlan>> TextPlan::compile(TopicShape shape,
                                                          const TextOptions& options,
                                                          const SalTypes& sal_types) {
  std::shared_ptr<TextPlan> plan(new TextPlan(std::move(shape), options));
  uint32_t number = 0;
  for (const Field& field : plan->shape_.fields) {
    auto op = plan->op_of(field, sal_types);
    if (!op) return fail_in(plan->shape_.name, op.error());
    op->field = number++;
    plan->add(*op);
  }
  return plan;
}

}  // namespace efd::sal
