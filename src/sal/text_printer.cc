// SPDX-License-Identifier: MIT
// TextPlan::print: a datum as SAL would print it.
#include <charconv>
#include <cmath>
#include <limits>

#include "base/bytes.h"
#include "codec/varint.h"
#include "sal/text_plan.h"

namespace efd::sal {
namespace {

// "-", the 309 digits of the largest double, and 6 decimals.
constexpr size_t kNumberBytesMax = 320;
constexpr int kDecimals = 6;
constexpr std::string_view kComma = " , ";
constexpr std::string_view kArrayComma = ", ";

template <class Integer>
void append_integer(Integer value, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// As C's "%f".
void append_float(double value, std::string& out) {
  if (!std::isfinite(value)) {
    if (std::signbit(value)) out += '-';
    out += std::isnan(value) ? "nan" : "inf";
    return;
  }
  char digits[kNumberBytesMax];
  const auto format = std::chars_format::fixed;
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value, format, kDecimals).ptr);
}

void append_quoted(std::string_view bytes, std::string& out) {
  out += '\'';
  out += bytes;
  out += '\'';
}

class TextPrinter {
 public:
  TextPrinter(const TextPlan& plan, std::string_view datum, std::string& out)
      : plan_(plan), datum_(datum), out_(out) {}

  Result<> print(const int64_t* index) {
    const TopicShape& shape = plan_.shape();
    out_ += text_source(shape);
    out_ += ' ';
    out_ += shape.name;
    out_ += ":( ";
    const size_t preamble_at = out_.size();
    for (const TextOp& op : plan_.ops()) EFD_TRY(print_op(op));
    if (!datum_.ok() || datum_.remaining() > 0)
      return fail(ErrorCode::bad_input, "{}: not a datum of this schema", shape.name);
    out_ += " )";
    out_.insert(preamble_at, preamble(index));
    return {};
  }

 private:
  Result<> print_op(const TextOp& op) {
    if (!op.takes_text()) {
      keep_header(op);
      return {};
    }
    out_ += kComma;
    if (op.is_quoted) return print_quoted(op);
    if (op.is_array) return print_array(op);
    print_value(op);
    return {};
  }

  // "%s": one text, whatever the count.
  Result<> print_quoted(const TextOp& op) {
    characters_.clear();
    const auto keep = [&](size_t element) {
      const std::string_view bytes = take_bytes();
      if (element == 0 || op.code == TextCode::byte) characters_ += bytes;
    };
    size_t count = 1;
    if (op.is_array) {
      EFD_ASSIGN(count, each_element(op, keep));
    } else {
      keep(0);
    }
    if (op.code == TextCode::text && count != 1 && count != op.count)
      return wrong_length(op, count);
    append_quoted(std::string_view(characters_).substr(0, characters_.find('\0')), out_);
    return {};
  }

  Result<> print_array(const TextOp& op) {
    const size_t start = out_.size();
    characters_.clear();
    EFD_ASSIGN(const size_t count, each_element(op, [&](size_t element) {
                 if (element > 0) out_ += kArrayComma;
                 print_value(op);
               }));
    if (count == op.count) return {};
    if (op.code != TextCode::byte) return wrong_length(op, count);
    out_.resize(start);
    append_quoted(characters_, out_);
    return {};
  }

  tl::unexpected<Error> wrong_length(const TextOp& op, size_t count) const {
    return fail(ErrorCode::bad_input, "field '{}': {} elements; SAL prints {}",
                plan_.shape().fields[op.field].name, count, op.count);
  }

  // Every block of the array. Returns how many elements there were.
  template <class Each>
  Result<size_t> each_element(const TextOp& op, Each each) {
    size_t count = 0;
    while (int64_t block = codec::read_zigzag64(datum_)) {
      if (block < 0) codec::read_zigzag64(datum_);  // its size
      block = block < 0 && block != std::numeric_limits<int64_t>::min() ? -block : block;
      if (block < 0 || static_cast<uint64_t>(block) > op.count - count)
        return fail(ErrorCode::bad_input, "field '{}': more than {} elements",
                    plan_.shape().fields[op.field].name, op.count);
      for (; block > 0; --block) each(count++);
    }
    return count;
  }

  void print_value(const TextOp& op) {
    switch (op.code) {
      case TextCode::boolean:
        return append_integer(int{datum_.little<char>() != 0}, out_);
      case TextCode::float32:
        return append_float(datum_.little<float>(), out_);
      case TextCode::float64:
        return append_float(datum_.little<double>(), out_);
      case TextCode::seconds:
        return append_float(static_cast<double>(codec::read_zigzag64(datum_)) / 1e3, out_);
      case TextCode::symbol:
        return append_integer(codec::read_zigzag64(datum_) + 1, out_);
      case TextCode::byte:
        return print_bytes(take_bytes());
      default:
        return append_integer(printed(op, codec::read_zigzag64(datum_)), out_);
    }
  }

  // "%d" of a number above its range.
  static int64_t printed(const TextOp& op, int64_t value) {
    return op.wrap > 0 && value > std::numeric_limits<int32_t>::max() ? value - op.wrap : value;
  }

  void print_bytes(std::string_view bytes) {
    characters_ += bytes;
    if (bytes.size() != 1) return append_quoted(bytes, out_);
    append_integer(static_cast<unsigned>(static_cast<unsigned char>(bytes[0])), out_);
  }

  std::string_view take_bytes() {
    const int64_t size = codec::read_zigzag64(datum_);
    if (size < 0) datum_.spoil();
    return datum_.take(size < 0 ? 0 : static_cast<size_t>(size));
  }

  void keep_header(const TextOp& op) {
    if (op.code == TextCode::revcode) {
      revcode_ = take_bytes();
      return;
    }
    const int64_t value = codec::read_zigzag64(datum_);
    if (op.code == TextCode::now && created_ms_ == 0) created_ms_ = ingested_ms_ = value;
    if (op.code == TextCode::created) created_ms_ = value;
    if (op.code == TextCode::ingested) ingested_ms_ = value;
    if (op.code == TextCode::sequence) sequence_ = value;
    if (op.code == TextCode::origin) origin_ = value;
    if (op.code == TextCode::host) host_ = value;
  }

  std::string preamble(const int64_t* index) const {
    std::string text;
    append_quoted(revcode_, text);
    for (const int64_t stamp_ms : {created_ms_, ingested_ms_}) {
      text += kComma;
      append_float(static_cast<double>(stamp_ms) / 1e3, text);
    }
    const bool is_sal = plan_.options().preamble_order == PreambleOrder::sal;
    for (const int64_t value : {sequence_, is_sal ? origin_ : host_, is_sal ? host_ : origin_}) {
      text += kComma;
      append_integer(value, text);
    }
    if (index == nullptr) return text;
    text += kComma;
    append_integer(*index, text);
    return text;
  }

  const TextPlan& plan_;
  ByteReader datum_;
  std::string& out_;
  std::string characters_;  // of the text, or the array of bytes, at hand
  std::string_view revcode_;
  int64_t created_ms_ = 0;
  int64_t ingested_ms_ = 0;
  int64_t sequence_ = 0;
  int64_t origin_ = 0;
  int64_t host_ = 0;
};

}  // namespace

std::string text_source(const TopicShape& shape) {
  const char* kind = shape.kind == Kind::event ? "logevent" : to_string(shape.kind);
  return fmt::format("{}_{}", shape.subsystem, kind);
}

bool is_sent_as_text(std::string_view topic) {
  return !topic.ends_with("Heartbeat") && !topic.ends_with("InternalCommand") &&
         !topic.ends_with("_ackcmd");
}

Result<> TextPlan::print(std::string_view datum, std::string& out, const int64_t* index) const {
  const size_t start = out.size();
  auto printed = TextPrinter(*this, datum, out).print(index);
  if (!printed) out.resize(start);
  return printed;
}

}  // namespace efd::sal
