// SPDX-License-Identifier: MIT
// SAL's plain text to Avro (docs/formats/sal-text.md): TextHead says what a message is of,
// TextParser turns its values into a datum, in one pass and without an allocation per value.
//
//   EFD_ASSIGN(TextHead head, read_text_head(message));
//   EFD_TRY(parser_of(head.topic).parse(head.values, now, datum));
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sal/text_plan.h"
#include "sal/text_reading.h"

namespace efd::sal {

// Longest message. SAL's writer stops at 100,000 bytes.
constexpr size_t kTextBytesMax = 1u << 20;

// The parts of "MTM1M3TS_telemetry MTM1M3TS_thermalData:( 'LSST', ... )"; looks into the message.
struct TextHead {
  std::string_view source;  // "MTM1M3TS_telemetry"
  std::string_view topic;   // "MTM1M3TS_thermalData"
  std::string_view values;  // from behind '(' to ')', which is its last character
};

// Fails (bad_input) for what does not begin and end like a message.
Result<TextHead> read_text_head(std::string_view message);

// Of one topic. Not thread-safe: keeps its buffers from message to message.
class TextParser {
 public:
  explicit TextParser(std::shared_ptr<const TextPlan> plan);
  ~TextParser();
  TextParser(TextParser&&) noexcept;

  // Appends the datum of a message; `values` as read_text_head gives them, `now` becomes
  // kafka_timestamp. Fails (bad_input, `datum` as it was) for values that do not fit the schema,
  // saying where; and for text that can be read in more than one way ("ambiguous").
  Result<> parse(std::string_view values, UtcTime now, std::string& datum);

  const TextPlan& plan() const { return *plan_; }

 private:
  bool write(std::string_view values, UtcTime now, std::string& datum);
  Result<> search(std::string_view values, UtcTime now, std::string& datum);
  Error why(std::string_view values) const;

  std::shared_ptr<const TextPlan> plan_;
  std::unique_ptr<text::Reading> reading_;
  text::Failure failure_;
  text::Form form_;  // of the message before
};

}  // namespace efd::sal
