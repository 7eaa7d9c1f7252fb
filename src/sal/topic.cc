// SPDX-License-Identifier: MIT
#include "sal/topic.h"

#include <array>

namespace efd::sal {
namespace {

struct KindNames {
  Kind kind;
  const char* name;
  const char* element;
};
constexpr std::array<KindNames, 3> kKinds = {{{Kind::command, "command", "SALCommand"},
                                              {Kind::event, "event", "SALEvent"},
                                              {Kind::telemetry, "telemetry", "SALTelemetry"}}};

std::string_view child_text(const XmlElement& element, std::string_view tag) {
  const XmlElement* child = element.child(tag);
  return child == nullptr ? std::string_view() : stripped(child->text);
}

Topic topic_of(Kind kind, const std::string& file, XmlElement element) {
  Topic topic{kind, std::string(child_text(element, "EFDB_Topic")), file, {}, {}};
  std::vector<XmlElement> others;
  for (XmlElement& child : element.children) {
    if (child.name == "item") {
      topic.items.push_back({std::move(child)});
    } else {
      others.push_back(std::move(child));
    }
  }
  element.children = std::move(others);
  topic.element = std::move(element);
  return topic;
}

}  // namespace

const char* to_string(Kind kind) {
  return kKinds[static_cast<size_t>(kind)].name;
}

const char* element_name(Kind kind) {
  return kKinds[static_cast<size_t>(kind)].element;
}

std::optional<Kind> kind_of_element(std::string_view element) {
  for (const KindNames& names : kKinds) {
    if (element == names.element) return names.kind;
  }
  return std::nullopt;
}

std::string_view Item::text(std::string_view tag) const {
  return child_text(element, tag);
}

std::string_view Topic::text(std::string_view tag) const {
  return child_text(element, tag);
}

std::string_view Topic::subsystem() const {
  const std::string_view tag = text("Subsystem");
  return tag.empty() ? std::string_view(name).substr(0, name.find('_')) : tag;
}

std::vector<Topic> topics_of(const std::string& file, XmlElement root) {
  std::vector<Topic> topics;
  for (XmlElement& child : root.children) {
    if (const auto kind = kind_of_element(child.name)) {
      topics.push_back(topic_of(*kind, file, std::move(child)));
    }
  }
  return topics;
}

}  // namespace efd::sal
