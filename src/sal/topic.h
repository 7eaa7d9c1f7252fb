// SPDX-License-Identifier: MIT
// A topic as the XML has it: what any dialect starts from. Texts are as written, not stripped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sal/problem.h"
#include "sal/xml.h"

namespace efd::sal {

enum class Kind { command, event, telemetry };

// "command", "event", "telemetry".
const char* to_string(Kind kind);
// "SALCommand", "SALEvent", "SALTelemetry".
const char* element_name(Kind kind);
std::optional<Kind> kind_of_element(std::string_view element);

// One <item>: a field of the topic.
struct Item {
  XmlElement element;

  // The text of the first child of that name, stripped; empty if there is none.
  std::string_view text(std::string_view tag) const;
};

struct Topic {
  Kind kind;
  std::string name;  // EFDB_Topic, stripped; may be empty
  std::string file;
  XmlElement element;
  std::vector<Item> items;

  std::string_view text(std::string_view tag) const;  // as Item::text
  std::string_view subsystem() const;  // by its tag, else the name up to the first '_'
};

// The topics of one file: direct children of its root element. Other elements are passed over.
std::vector<Topic> topics_of(const std::string& file, XmlElement root);

}  // namespace efd::sal
