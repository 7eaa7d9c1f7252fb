// SPDX-License-Identifier: MIT
// TextPlan: how the messages of one topic look as SAL prints them (docs/formats/sal-text.md),
// compiled from the topic's shape. The text has no types and no escapes: only the plan says how to
// read it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sal/shape.h"

namespace efd::sal {

// In which order the preamble's last two values stand: as SAL prints them (origin, host), or as the
// original transformer read them (host, origin).
enum class PreambleOrder { sal, original };

// What a string is whose bytes are not UTF-8: an error, or Latin-1.
enum class Charset { utf8, utf8_or_latin1 };

struct TextOptions {
  PreambleOrder preamble_order = PreambleOrder::sal;
  Charset charset = Charset::utf8;
};

// What to do for a field, in the schema's order. The first seven take no text: they write what the
// preamble or the clock says.
enum class TextCode : uint8_t {
  now,
  revcode,
  created,
  ingested,
  sequence,
  origin,
  host,
  boolean,
  integer,
  index,   // an integer; the component's index instead, if the text has it
  symbol,  // of an enumeration: its number from 1, or its name
  seconds,
  float32,
  float64,
  byte,  // a number that becomes one byte; or a quoted text, whose bytes are taken
  text,
};

// What a topic's messages begin with, and the Kafka topic that they go to: "MTM1M3_logevent".
std::string text_source(const TopicShape& shape);
// Whether SAL's writer sends the topic at all: heartbeats, internal commands and acknowledgements
// are left out.
bool is_sent_as_text(std::string_view topic);

struct TextOp {
  TextCode code = TextCode::integer;
  bool is_array = false;
  uint32_t count = 1;      // values; of quoted texts at most
  uint32_t field = 0;      // of the shape
  bool is_quoted = false;  // SAL prints it by "%s", an array, too: strings and chars
  // Of integers and symbols. `wrap` is added to negative numbers first: what "%d" makes of a number
  // above the signed range.
  int64_t min = 0;
  int64_t max = 0;
  int64_t wrap = 0;

  bool takes_text() const { return code >= TextCode::boolean; }
  bool may_be_quoted() const { return code == TextCode::byte || code == TextCode::text; }
};

// Immutable and thread-safe.
class TextPlan {
 public:
  // Fails (bad_input) for a shape that cannot be written as text: a header field has another type
  // than SAL's, or a field has type null.
  static Result<std::shared_ptr<const TextPlan>> compile(TopicShape shape,
                                                         const TextOptions& options = {},
                                                         const SalTypes& sal_types = {});

  const TopicShape& shape() const { return shape_; }
  const TextOptions& options() const { return options_; }
  const std::vector<TextOp>& ops() const { return ops_; }
  // Values behind the preamble, an array's elements counted.
  size_t values() const { return values_; }
  // Most bytes of a datum without those of its texts.
  size_t datum_bytes_max() const { return datum_bytes_max_; }
  bool has_text_arrays() const { return has_text_arrays_; }
  bool has_bytes() const { return has_bytes_; }

  // Appends the message of a datum: "COMPONENT_KIND TOPIC:( ... )". With `index` it is one of a
  // keyed component. As SAL does, of an array of strings it prints the first, and of a text what is
  // before a zero byte. Fails (bad_input) for bytes that are no datum of the schema, and for an
  // array of another length than the schema says, which SAL cannot have.
  Result<> print(std::string_view datum, std::string& out, const int64_t* index = nullptr) const;

 private:
  TextPlan(TopicShape shape, const TextOptions& options)
      : shape_(std::move(shape)), options_(options) {}
  Result<TextOp> op_of(const Field& field, const SalTypes& sal_types) const;
  void add(TextOp op);

  const TopicShape shape_;
  const TextOptions options_;
  std::vector<TextOp> ops_;
  size_t values_ = 0;
  size_t datum_bytes_max_ = 0;
  bool has_text_arrays_ = false;
  bool has_bytes_ = false;
};

}  // namespace efd::sal
