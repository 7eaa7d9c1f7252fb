// SPDX-License-Identifier: MIT
#include "app/option.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace efd::app {
namespace {

Result<> check_range(const Option& option, double value) {
  const bool is_free = option.min == 0 && option.max == 0;
  if (is_free || (value >= option.min && value <= option.max)) return {};
  if (option.max == kAny)
    return fail(ErrorCode::bad_input, "{} is less than {}", value, option.min);
  return fail(ErrorCode::bad_input, "{} is not within {} and {}", value, option.min, option.max);
}

template <class T>
Result<T> parse_number(const Option& option, std::string_view text) {
  T number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return fail(ErrorCode::bad_input, "'{}' is not a number", text);
  EFD_TRY(check_range(option, static_cast<double>(number)));
  return number;
}

Result<> not_one_of(std::string_view text, std::string_view choices) {
  return fail(ErrorCode::bad_input, "'{}' is not one of {}", text, choices);
}

// Sets one kind of value each.
struct Setter {
  const Option& option;
  const std::string& text;

  Result<> operator()(std::string* value) const {
    const std::vector<std::string> choices = split_list(option.choices, '|');
    if (!choices.empty() && std::ranges::find(choices, text) == choices.end())
      return not_one_of(text, option.choices);
    *value = text;
    return {};
  }
  Result<> operator()(bool* value) const {
    *value = text == "true" || text == "on";
    if (!*value && text != "false" && text != "off") return not_one_of(text, "true|false");
    return {};
  }
  Result<> operator()(double* value) const {
    EFD_ASSIGN(*value, parse_number<double>(option, text));
    return {};
  }
  template <class T>
    requires std::is_integral_v<T>
  Result<> operator()(T* value) const {
    EFD_ASSIGN(const int64_t number, parse_number<int64_t>(option, text));
    if (!std::in_range<T>(number)) return fail(ErrorCode::bad_input, "{} is out of range", number);
    *value = static_cast<T>(number);
    return {};
  }
  template <class Period>
  Result<> operator()(std::chrono::duration<int64_t, Period>* value) const {
    EFD_ASSIGN(const int64_t number, parse_number<int64_t>(option, text));
    *value = std::chrono::duration<int64_t, Period>(number);
    return {};
  }
  Result<> operator()(std::vector<std::string>* value) const {
    if (option.section.empty()) {
      value->push_back(text);  // an argument that may be repeated instead
    } else {
      for (std::string& word : split_list(text)) value->push_back(std::move(word));
    }
    return {};
  }
  Result<> operator()(Choice choice) const {
    const std::vector<std::string> choices = split_list(option.choices, '|');
    const auto chosen = std::ranges::find(choices, text);
    if (chosen == choices.end()) return not_one_of(text, option.choices);
    choice.set(choice.value, static_cast<size_t>(chosen - choices.begin()));
    return {};
  }
};

struct Printer {
  const Option& option;

  template <class T>
  std::string operator()(T* value) const {
    return fmt::format("{}", *value);
  }
  template <class Period>
  std::string operator()(std::chrono::duration<int64_t, Period>* value) const {
    return std::to_string(value->count());
  }
  std::string operator()(std::vector<std::string>* value) const {
    std::string text;
    for (const std::string& word : *value) text += (text.empty() ? "" : ",") + word;
    return text;
  }
  std::string operator()(Choice choice) const {
    return split_list(option.choices, '|').at(choice.get(choice.value));
  }
};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

template <class T>
bool is(const Place& place) {
  return std::holds_alternative<T>(place);
}

// Levenshtein's distance.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t substitution = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row.back();
}

}  // namespace

std::string Option::key() const {
  return section.empty() ? std::string(name) : fmt::format("{}.{}", section, name);
}

Result<> set_value(const Option& option, Place place, std::span<const std::string> texts) {
  auto* list = std::get_if<std::vector<std::string>*>(&place);
  if (list) (*list)->clear();
  if (!list && texts.size() != 1)
    return fail(ErrorCode::bad_input, "{} values, where one is wanted", texts.size());
  for (const std::string& text : texts) {
    if (option.check) EFD_TRY(option.check(text));
    EFD_TRY(std::visit(Setter{option, text}, place));
  }
  return {};
}

std::string value_text(Place place, const Option& option) {
  return std::visit(Printer{option}, place);
}

std::string toml_value(Place place, const Option& option) {
  if (const auto* list = std::get_if<std::vector<std::string>*>(&place)) {
    std::string text;
    for (const std::string& word : **list) text += (text.empty() ? "" : ", ") + quoted(word);
    return "[" + text + "]";
  }
  std::string text = value_text(place, option);
  return is<std::string*>(place) || is<Choice>(place) ? quoted(text) : text;
}

std::string allowed(Place place, const Option& option) {
  if (!option.choices.empty()) return fmt::format("one of {}", option.choices);
  if (is<std::string*>(place)) return "text";
  if (is<bool*>(place)) return "true or false";
  if (is<std::vector<std::string>*>(place)) return "list of texts";
  if (option.max == kAny) return fmt::format("from {}", option.min);
  return fmt::format("{} to {}", option.min, option.max);
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> words;
  std::string word;
  for (char c : text) {
    if (c != separator && c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    size_t d = distance(word, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace efd::app
