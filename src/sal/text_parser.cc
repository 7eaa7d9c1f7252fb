// SPDX-License-Identifier: MIT
#include "sal/text_parser.h"

#include <algorithm>

#include "sal/avro_binary.h"
#include "sal/text_scalar.h"
#include "sal/text_search.h"

namespace efd::sal {
namespace {

constexpr size_t kShownBytesMax = 40;

// What a message shows of itself in an error: ASCII, and not all of it.
std::string shown(std::string_view bytes) {
  std::string text;
  for (char c : bytes.substr(0, kShownBytesMax)) text += c >= ' ' && c < 0x7f ? c : '?';
  if (bytes.size() > kShownBytesMax) text += "...";
  return text;
}

std::string_view without_end_of_line(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Result<TextHead> read_text_head(std::string_view message) {
  if (message.size() > kTextBytesMax)
    return fail(ErrorCode::bad_input, "{} bytes; SAL's messages have at most {}", message.size(),
                kTextBytesMax);
  const std::string_view text = without_end_of_line(message);
  const size_t blank = text.find(' ');
  const size_t colon = text.find(':');
  const size_t open = text.find('(');
  const bool shaped = colon != text.npos && open != text.npos && blank < colon && colon < open &&
                      text.back() == ')';
  const auto between = [&](size_t from, size_t to) {
    std::string_view part = text.substr(from, to - from);
    while (!part.empty() && text::is_blank(part.front())) part.remove_prefix(1);
    while (!part.empty() && text::is_blank(part.back())) part.remove_suffix(1);
    return part;
  };
  if (!shaped || !between(colon + 1, open).empty())
    return fail(ErrorCode::bad_input, "'{}' is not COMPONENT_KIND TOPIC:( VALUES )", shown(text));
  TextHead head{text.substr(0, blank), between(blank, colon), text.substr(open + 1)};
  if (!is_avro_name(head.topic) || head.topic.size() > kTopicNameBytesMax)
    return fail(ErrorCode::bad_input, "'{}' is not a topic's name", shown(head.topic));
  return head;
}

TextParser::TextParser(std::shared_ptr<const TextPlan> plan)
    : plan_(std::move(plan)), reading_(std::make_unique<text::Reading>(*plan_)) {}
TextParser::~TextParser() = default;
TextParser::TextParser(TextParser&&) noexcept = default;

Result<> TextParser::parse(std::string_view values, UtcTime now, std::string& datum) {
  const size_t start = datum.size();
  // A reading in which each text goes up to the next quote uses all quotes: there is no other way
  // to pair them, nor can arrays of texts have had another number of them. Fields that may be
  // quoted or not are the exception.
  const bool is_only_way =
      write(values, now, datum) && (!plan_->has_bytes() || reading_->quoted_count() == 1);
  if (is_only_way) return {};
  datum.resize(start);
  auto found = search(values, now, datum);
  if (!found) datum.resize(start);
  return found;
}

// In the form of the message before; then in the others. The first failure is the one to tell of.
bool TextParser::write(std::string_view values, UtcTime now, std::string& datum) {
  const size_t start = datum.size();
  datum.resize(start + plan_->datum_bytes_max() + 2 * values.size());
  const int forms = plan_->has_text_arrays() ? 4 : 2;
  for (int other = 0; other < forms; ++other) {
    const text::Form form{form_.is_keyed != ((other & 1) != 0),
                          form_.is_one_text != ((other & 2) != 0)};
    char* to = datum.data() + start;
    reading_->forget_failure();
    if (reading_->read(values, form, now, nullptr, to)) {
      form_ = form;
      datum.resize(static_cast<size_t>(to - datum.data()));
      return true;
    }
    if (other == 0) failure_ = reading_->failure();
  }
  return false;
}

Result<> TextParser::search(std::string_view values, UtcTime now, std::string& datum) {
  text::TextSearch search(*plan_, *reading_);
  switch (search.run(values)) {
    case text::Ways::none:
      return fail(why(values));
    case text::Ways::several:
      return fail(ErrorCode::bad_input, "ambiguous: quotes allow more than one reading");
    case text::Ways::too_many_to_count:
      return fail(ErrorCode::bad_input, "ambiguous: too many quotes to try every reading");
    case text::Ways::one:
      break;
  }
  const size_t start = datum.size();
  datum.resize(start + plan_->datum_bytes_max() + 2 * values.size());
  char* to = datum.data() + start;
  reading_->forget_failure();
  if (!reading_->read(values, {search.is_keyed()}, now, &search.quoted(), to)) {
    failure_ = reading_->failure();
    return fail(why(values));
  }
  datum.resize(static_cast<size_t>(to - datum.data()));
  return {};
}

Error TextParser::why(std::string_view values) const {
  if (failure_.at == nullptr || failure_.at >= values.data() + values.size())
    return {ErrorCode::bad_input, "the end is missing"};
  std::string place = "preamble or end";
  if (failure_.op != nullptr) {
    const Field& field = plan_->shape().fields[failure_.op->field];
    place = fmt::format("field '{}'", field.name);
    if (field.length > 0) place += fmt::format(", element {}", failure_.element);
  }
  const auto size = static_cast<size_t>(text::token_end(failure_.at) - failure_.at);
  return {ErrorCode::bad_input,
          fmt::format("{}: '{}' is {}", place, shown({failure_.at, std::max<size_t>(size, 1)}),
                      failure_.what)};
}

}  // namespace efd::sal
