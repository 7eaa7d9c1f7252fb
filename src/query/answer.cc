// SPDX-License-Identifier: MIT
#include "query/answer.h"

#include "base/time.h"
#include "json/writer.h"
#include "query/answer/answer_parts.h"

namespace efd::query {

Epoch parse_epoch(std::string_view text) {
  if (text.empty()) return Epoch::none;
  if (text == "u") return Epoch::us;
  if (text == "ms") return Epoch::ms;
  if (text == "s") return Epoch::s;
  if (text == "m") return Epoch::m;
  if (text == "h") return Epoch::h;
  return Epoch::ns;
}

int64_t unit_ns(Epoch epoch) {
  switch (epoch) {
    case Epoch::us:
      return kNsPerUs;
    case Epoch::ms:
      return kNsPerMs;
    case Epoch::s:
      return kNsPerSecond;
    case Epoch::m:
      return 60 * kNsPerSecond;
    case Epoch::h:
      return 3600 * kNsPerSecond;
    default:
      return 1;
  }
}

std::unique_ptr<AnswerWriter> make_answer_writer(const AnswerOptions& options, Output output) {
  switch (options.format) {
    case Format::csv:
      return make_csv_writer(options, std::move(output));
    case Format::msgpack:
      return make_msgpack_writer(options, std::move(output));
    default:
      return make_json_writer(options, std::move(output));
  }
}

std::string error_answer(Format format, bool pretty, std::string_view message) {
  if (format == Format::csv) return csv_error(message);
  if (format == Format::msgpack) return msgpack_error(message);
  std::string text;
  json::Writer writer(text, pretty ? json::Style::go(4) : json::Style::go());
  writer.begin_object();
  writer.member("error", message);
  writer.end_object();
  return text + "\n";
}

}  // namespace efd::query
